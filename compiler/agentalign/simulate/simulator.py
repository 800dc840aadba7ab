"""The stage: from a case to its trajectory, and worlds that tools can be called in one by one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from agentalign.expand import Spares
from agentalign.ir import Breakdown, Case, Index, Json, Plan, Scene, Trajectory
from agentalign.simulate import clock
from agentalign.simulate.episode import Episode
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.facts import Facts
from agentalign.simulate.fresh import account_makers
from agentalign.simulate.play import (
    CompiledChain,
    CompiledReading,
    Play,
    ToolOf,
    compile_chain,
    compile_reading,
)
from agentalign.simulate.state import State
from agentalign.simulate.tools import Answer, CompiledTool, compile_tool, error
from agentalign.types import Stream


class World:
    """A simulated world: tables, a clock and an account. Equal worlds answer equal calls with equal results."""

    def __init__(self, state: State, stream: Stream, tool: ToolOf) -> None:
        self._state = state
        self._stream = stream
        self._tool = tool
        self._calls = 0

    @property
    def now(self) -> str:
        """The date and time, which moves on with every call."""
        return clock.now(self._state.seconds)

    @property
    def today(self) -> str:
        """The date."""
        return clock.today(self._state.seconds)

    @property
    def account(self) -> Mapping[str, Json]:
        """The user's account."""
        return self._state.account

    def rows(self, table: str, partition: str | None = None) -> tuple[Json, ...]:
        """Return the rows of a table (or of one of its partitions) in the order they came."""
        name = table if partition is None else f"{table} of {partition}"
        return tuple(self._state.tables.get(name, {}).values())

    def call(self, tool: str, arguments: Mapping[str, Json]) -> Json:
        """Call a tool; return its result, or `{"error": {"code": ..., "message": ..., details}}`.

        Arguments that do not fit the tool's schema give `invalid_arguments`, a name no tool has `unknown_tool`.
        """
        return self.answer(tool, arguments).result

    def answer(self, tool: str, arguments: Mapping[str, Json]) -> Answer:
        """Return what `call` does, with the error's code and the spec position of the rule that decided."""
        self._calls += 1
        stream = self._stream.fork(f"call/{self._calls}")
        try:
            compiled = self._tool(tool)
        except KeyError:
            return Answer(error("unknown_tool", {"tool": tool}), "unknown_tool", "")
        return compiled.call(arguments, self._state, stream)


class Simulator:
    """Plays cases of a plan. What a case needs is compiled when first met; the same case always gives the same bytes."""

    def __init__(self, plan: Plan) -> None:
        self._index = Index(plan)
        self._expressions = Expressions(self._index)
        self._facts = Facts(self._index)
        self._spares = Spares(self._index)
        self._account = account_makers(plan.account)
        self._tool: ToolOf = cache(self._compile_tool)
        self._chain = cache(self._compile_chain)
        self._reading = cache(self._compile_reading)

    def run(self, case: Case) -> Trajectory | Breakdown:
        """Play a case to its end (or until the agent reports an upset); a `Breakdown` says where it could not go on."""
        stream, state = self._begin(case)
        return self._play(case, stream, state).run(self._scene(case, state))

    def scene(self, case: Case) -> Scene:
        """Return when a case plays and its user's account, without a call."""
        _, state = self._begin(case)
        return self._scene(case, state)

    def world(self, case: Case) -> World:
        """Return the world of a case before its first call, with the rows planted that need no result."""
        stream, state = self._begin(case)
        self._play(case, stream, state).open()
        return World(state, stream, self._tool)

    def episode(self, case: Case) -> Episode:
        """Return the world of a case for an agent to act in."""
        stream, state = self._begin(case)
        return Episode(self._reading(case.reading), case, self._play(case, stream, state), state, stream, self._tool)

    def empty(self, key: str) -> World:
        """Return a world without rows; worlds of equal keys are equal."""
        stream = Stream(key)
        return World(self._state(stream), stream, self._tool)

    def _begin(self, case: Case) -> tuple[Stream, State]:
        stream = Stream(bytes.fromhex(case.id))
        return stream, self._state(stream)

    def _scene(self, case: Case, state: State) -> Scene:
        account = state.account
        return Scene(clock.now(state.seconds), clock.today(state.seconds), account, self._facts(case, account))

    def _state(self, stream: Stream) -> State:
        return State(stream, clock.start(stream.fork("clock")), self._account)

    def _play(self, case: Case, stream: Stream, state: State) -> Play:
        compiled: CompiledReading = self._reading(case.reading)
        return Play(compiled, case, state, stream, self._spares, self._tool)

    def _compile_tool(self, name: str) -> CompiledTool:
        return compile_tool(self._index.tools[name], self._index, self._expressions)

    def _compile_chain(self, name: str) -> CompiledChain:
        return compile_chain(self._index.chains[name], self._index, self._expressions)

    def _compile_reading(self, name: str) -> CompiledReading:
        reading = self._index.readings[name]
        return compile_reading(reading, self._chain(reading.chain), self._index, self._expressions)
