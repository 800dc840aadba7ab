"""Playing one case: its steps in order, each call executed in the world the calls before left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, TypeAlias, assert_never

from agentalign import ir
from agentalign.dataclasses import dataclass
from agentalign.expand import Spares
from agentalign.ir import Breakdown, Call, Case, Chain, Index, Json, Loop, Outcome, Reading, Scene, Step, Trajectory
from agentalign.render import say
from agentalign.simulate.expressions import Expressions, draws, names_tools, surroundings
from agentalign.simulate.functions import items
from agentalign.simulate.plants import CompiledPlant, compile_plant
from agentalign.simulate.state import Fn, Record, Scope, State
from agentalign.simulate.steps import StepBinders
from agentalign.simulate.tools import Answer, CompiledTool
from agentalign.templates import RenderError
from agentalign.types import Stream

ToolOf: TypeAlias = Callable[[str], CompiledTool]
Happened: TypeAlias = tuple[str, str, Literal["retry", "alternative", "report"]]


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step with what its calls need.

    `draws` tells whether its arguments take something from the random stream, `rivals` are steps that do the same.
    """

    step: Step
    rivals: frozenset[str]
    source: Fn | None
    binders: StepBinders
    draws: bool


@dataclass(frozen=True, slots=True)
class CompiledChoice:
    """A `let` of a chain."""

    name: str
    value: Fn
    draws: bool


@dataclass(frozen=True, slots=True)
class CompiledChain:
    """A chain ready to be played: its items in order, and the defaults of its parameters."""

    defaults: tuple[tuple[str, Fn], ...]
    items: tuple[CompiledStep | CompiledChoice, ...]


@dataclass(frozen=True, slots=True)
class CompiledReading:
    """A reading with its chain, its constants and the rows planted after each item (None: before the first)."""

    reading: Reading
    chain: CompiledChain
    constants: tuple[tuple[str, Fn], ...]
    plants: Mapping[str | None, tuple[CompiledPlant, ...]]


def compile_chain(chain: Chain, index: Index, expressions: Expressions) -> CompiledChain:
    """Compile what the readings of a chain share."""
    defaults = [(p.name, expressions.compile(_literal(p.default))) for p in chain.params if p.has_default]
    items: list[CompiledStep | CompiledChoice] = []
    for item in chain.items:
        if isinstance(item, Step):
            source = None if item.loop is None else expressions.compile(item.loop.source)
            rivals = frozenset(s.name for s in index.steps(chain.name) if s != item and _does(s) == _does(item))
            items.append(CompiledStep(item, rivals, source, StepBinders(item, index, expressions), draws(item)))
        else:
            items.append(CompiledChoice(item.name, expressions.compile(item.value), draws(item)))
    return CompiledChain(tuple(defaults), tuple(items))


def compile_reading(
    reading: Reading, compiled: CompiledChain, index: Index, expressions: Expressions
) -> CompiledReading:
    """Compile a reading of a chain."""
    chain = index.chains[reading.chain]
    counted: dict[str, int] = {}
    plants: dict[str | None, list[CompiledPlant]] = {}
    for plant in (*chain.plants, *reading.plants):
        number = counted[plant.table] = counted.get(plant.table, 0) + 1
        made = compile_plant(plant, f"plant/{plant.table}/{number}", chain, index, expressions)
        plants.setdefault(plant.after, []).append(made)
    constants = tuple((slot.field, expressions.compile(slot.value)) for slot in reading.bound)
    return CompiledReading(reading, compiled, constants, {after: tuple(rows) for after, rows in plants.items()})


def _does(step: Step) -> tuple[str, str]:
    return step.capability, step.operation


def _literal(value: Json) -> ir.Expr:
    match value:
        case list():
            return ir.MakeList(tuple(_literal(item) for item in value))
        case dict():
            return ir.MakeRecord("", tuple(ir.Slot(name, _literal(item)) for name, item in value.items()))
        case _:
            return ir.Const(value)


class Site(NamedTuple):
    """One call to be made: its step, the names in scope, and the label of its stream."""

    item: CompiledStep
    scope: Scope
    label: str


class _Halted(Exception):  # noqa: N818 - not an error: it ends a play from within a step
    """The play is over before its last step."""

    def __init__(self, breakdown: Breakdown | None) -> None:
        super().__init__()
        self.breakdown = breakdown


class Play:
    """One case being played."""

    def __init__(
        self, compiled: CompiledReading, case: Case, state: State, stream: Stream, spares: Spares, tool: ToolOf
    ) -> None:
        self._compiled = compiled
        self._case = case
        self._state = state
        self._stream = stream
        self._spares = spares
        self._tool = tool
        self._tools = dict(case.tools)
        self._calls: list[Call] = []
        self._happened: Happened | None = None
        self.values: Scope = {}
        for name, value in (*compiled.chain.defaults, *compiled.constants):
            self.values[name] = value(self.values, state)
        self.values.update(case.values)

    @property
    def tools(self) -> Mapping[str, str]:
        """The tool of each step: another one from where it was taken over."""
        return self._tools

    def spares(self, step: str) -> tuple[str, ...]:
        """The offered tools that could do a step in place of the case's own."""
        case = self._case
        return self._spares.of(self._compiled.reading, step, case.tools, case.context.offered)

    def take_over(self, step: str, tool: str) -> None:
        """From now on a step is done by another tool."""
        self._tools[step] = tool

    def open(self) -> None:
        """Plant what is known before the first step."""
        self.plant(None)

    def run(self, scene: Scene) -> Trajectory | Breakdown:
        """Play every step of a case set in a scene."""
        stopped = False
        try:
            self.open()
            for item in self._compiled.chain.items:
                self._advance(item)
        except _Halted as halt:
            if halt.breakdown is not None:
                return halt.breakdown
            stopped = True
        return Trajectory(tuple(self._calls), self.values, scene, self._happened, stopped)

    def plant(self, after: str | None) -> None:
        """Plant what is known after an item of the chain (None: before the first)."""
        for plant in self._compiled.plants.get(after, ()):
            if plant.label is not None:
                self._state.stream = self._stream.fork(plant.label)
            plant.plant(self.values, self._state, self._tools)

    def choose(self, item: CompiledChoice) -> None:
        """Make the choice of a `let`."""
        if item.draws:
            self._state.stream = self._stream.fork(f"let/{item.name}")
            self._state.elsewhere = frozenset()
        self.values[item.name] = item.value(self.values, self._state)
        self.plant(item.name)

    def _advance(self, item: CompiledStep | CompiledChoice) -> None:
        if isinstance(item, CompiledChoice):
            self.choose(item)
            return
        step, outcome = item.step, self._case.response.outcome
        upset = outcome if outcome is not None and outcome.step == step.name else None
        if item.source is None or step.loop is None:
            self.values[step.name] = self._play(Site(item, self.values, f"step/{step.name}"), upset)
        else:
            self._repeat(item, step.loop, item.source, upset)
        self.plant(step.name)

    def _repeat(self, item: CompiledStep, loop: Loop, source: Fn, upset: Outcome | None) -> None:
        name = item.step.name
        results: list[Json] = []
        if item.draws:
            self._state.stream = self._stream.fork(f"step/{name}")
        for number, row in enumerate(items(source(self.values, self._state))[: loop.limit]):
            scope = {**self.values, loop.variable: row}
            results.append(self._play(Site(item, scope, f"step/{name}/{number}"), None if number else upset))
        self.values[name] = results

    def _play(self, site: Site, upset: Outcome | None) -> Json:
        """Play one call of a step, with what goes wrong before it; gives the capability's result."""
        step = site.item.step
        tool = self._tool(self._tools[step.name])
        arguments = self._bind(site, tool)
        if upset is not None and tool.check(arguments) is None:
            tool, arguments = self._upset(site, tool, arguments, upset)
        self._state.elsewhere = site.item.rivals
        answer = tool.call(arguments, self._state, self._stream.fork(site.label))
        self._record(site, tool, arguments, answer)
        if answer.failed is not None:
            at = step.at if answer.failed == "invalid_arguments" else answer.at
            raise _Halted(Breakdown(step.name, answer.failed, _message(answer.result), at))
        return tool.to_result(arguments, answer.result, self._state)

    def _bind(self, site: Site, tool: CompiledTool) -> Record:
        step, compositions = site.item.step, self._case.response.compositions
        binder = site.item.binders.binder(tool.tool.name)
        unwritten = binder.unwritten(compositions)
        if unwritten is not None:
            reason = f"nothing is composed for `{unwritten}`"
            raise _Halted(Breakdown(step.name, "no_composition", reason, self._compiled.reading.at))
        if site.item.draws:
            self._state.stream = self._stream.fork(f"{site.label}/arguments")
        try:
            return binder.arguments(site.scope, self._state, self._case.details, lambda slot: self._compose(slot, site))
        except RenderError as error:
            raise _Halted(Breakdown(step.name, "no_value", str(error), step.at)) from None

    def _compose(self, slot: tuple[str, str], site: Site) -> str:
        """Write the text that the reading composes for a port."""
        template = self._case.response.compositions[slot]
        names = {**surroundings(template, self._state), **site.scope}
        if names_tools(template):
            names["@tool"] = {step: self._tool(tool).tool.title for step, tool in self._tools.items()}
        return say(template, names, self._case.id, f"compose {'.'.join(slot)}")

    def _upset(self, site: Site, tool: CompiledTool, arguments: Record, upset: Outcome) -> tuple[CompiledTool, Record]:
        """Let a call go wrong; gives the tool and the arguments to go on with."""
        step, stream = site.item.step, self._stream.fork(f"{site.label}/upset")
        answer = tool.upset(upset.error, arguments, self._state, stream)
        self._record(site, tool, arguments, answer)
        self._happened = (step.name, upset.error, upset.mode)
        match upset.mode:
            case "report":
                if answer.failed is None and step.loop is None:
                    self.values[step.name] = tool.to_result(arguments, answer.result, self._state)
                raise _Halted(None)
            case "alternative":
                if others := self.spares(step.name):
                    self.take_over(step.name, stream.pick(others))
                    tool = self._tool(self._tools[step.name])
                    return tool, self._bind(site, tool)
                self._happened = (step.name, upset.error, "retry")
            case "retry":
                pass
            case _:
                assert_never(upset.mode)
        return tool, arguments

    def _record(self, site: Site, tool: CompiledTool, arguments: Record, answer: Answer) -> None:
        step = site.item.step
        item = None if step.loop is None else site.scope[step.loop.variable]
        self._calls.append(Call(step.name, tool.tool.name, arguments, answer.result, answer.failed, item))


def _message(result: Json) -> str:
    error = result.get("error") if isinstance(result, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return message if isinstance(message, str) else ""
