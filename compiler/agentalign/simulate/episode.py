"""A world in which somebody else acts: what the chain puts there after a step appears once that step was done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from agentalign.ir import Case, Json, Outcome
from agentalign.simulate.functions import items
from agentalign.simulate.play import CompiledReading, CompiledStep, Play, ToolOf
from agentalign.simulate.state import State
from agentalign.simulate.tools import Answer, error
from agentalign.templates import RenderError
from agentalign.types import Stream

_LOST = (LookupError, TypeError, ValueError, AttributeError, RenderError)
"""What evaluating a chain over results it never foresaw may raise."""


class Episode:
    """The world of a case while an agent acts in it. Equal calls in equal order get equal answers.

    A successful call of the tool of the step that is due does that step: its result gets the step's name, selections
    are made, rows are planted. Calls in between change the world and nothing else. Where the results do not lead on (a
    selection finds nothing), no more steps are followed.

    The upset of a case comes with the first such call. Where it is to be tried again, the next call goes well; where
    another tool should be tried, and is offered, this one keeps failing; and where the agent should give up and say so, no
    step is left to be done.
    """

    def __init__(
        self, compiled: CompiledReading, case: Case, play: Play, state: State, stream: Stream, tool: ToolOf
    ) -> None:
        self._items = compiled.chain.items
        self._case = case
        self._play = play
        self._state = state
        self._stream = stream
        self._tool = tool
        self._at = 0
        self._calls = 0
        self._results: list[Json] = []
        self._upset = case.response.outcome
        self._met = False
        self.lost = False
        play.open()
        self._choices()

    @property
    def steps_left(self) -> tuple[str, ...]:
        """The steps that were not done yet and should be; one that repeats is done after its first time."""
        if self._met and self._upset is not None and self._upset.mode == "report":
            return ()
        rest = [item.step.name for item in self._items[self._at :] if isinstance(item, CompiledStep)]
        return tuple(rest[1:] if self._results else rest)

    def check(self, tool: str, arguments: Mapping[str, Json]) -> str | None:
        """Say why a call would not be carried out; None for one that fits its tool. Raises KeyError for an unknown tool."""
        return self._tool(tool).check(arguments)

    def answer(self, tool: str, arguments: Mapping[str, Json]) -> Answer:
        """Carry out a call."""
        self._calls += 1
        try:
            compiled = self._tool(tool)
        except KeyError:
            return Answer(error("unknown_tool", {"tool": tool}), "unknown_tool", "")
        stream = self._stream.fork(f"call/{self._calls}")
        if (upset := self._due_upset(tool)) is not None and compiled.check(arguments) is None:
            with suppress(*_LOST):  # the error may tell of what these arguments do not lead to
                answer = compiled.upset(upset.error, arguments, self._state, stream)
                self._met = True
                return answer
        answer = compiled.call(arguments, self._state, stream)
        if answer.failed is None and not self.lost:
            try:
                self._follow(tool, compiled.to_result(arguments, answer.result, self._state))
            except _LOST:
                self.lost = True
        return answer

    def _due_upset(self, tool: str) -> Outcome | None:
        """What goes wrong with a call of this tool now, if something does."""
        upset, item = self._upset, self._due()
        if upset is None or self.lost or item is None or item.step.name != upset.step:
            return None
        if self._play.tools[upset.step] != tool or self._results:
            return None
        again = upset.mode == "report" or (upset.mode == "alternative" and bool(self._play.spares(upset.step)))
        return upset if again or not self._met else None

    def _follow(self, tool: str, result: Json) -> None:
        """Count a call for the step it does, if it does one."""
        item = self._due()
        if item is None:
            return
        if self._results and not self._does(tool, item):  # the repeated step is over
            self._close(item)
            item = self._due()
        if item is None or not self._does(tool, item):
            return
        if item.source is None or item.step.loop is None:
            self._play.values[item.step.name] = result
            self._finish(item)
            return
        self._results.append(result)
        wanted = len(items(item.source(self._play.values, self._state))[: item.step.loop.limit])
        if len(self._results) >= wanted:
            self._close(item)

    def _does(self, tool: str, item: CompiledStep) -> bool:
        """Whether a tool does a step: the case's own, or where that is to be replaced, the first other one that can."""
        step, upset = item.step.name, self._upset
        if self._play.tools[step] == tool:
            return True
        replaced = self._met and upset is not None and upset.step == step and upset.mode == "alternative"
        if not replaced or self._results or tool not in self._play.spares(step):
            return False
        self._play.take_over(step, tool)
        return True

    def _due(self) -> CompiledStep | None:
        item = self._items[self._at] if self._at < len(self._items) else None
        return item if isinstance(item, CompiledStep) else None

    def _close(self, item: CompiledStep) -> None:
        self._play.values[item.step.name] = list(self._results)
        self._results.clear()
        self._finish(item)

    def _finish(self, item: CompiledStep) -> None:
        self._at += 1
        self._play.plant(item.step.name)
        self._choices()

    def _choices(self) -> None:
        """Make the selections that are due."""
        try:
            while self._at < len(self._items) and not isinstance(item := self._items[self._at], CompiledStep):
                self._play.choose(item)
                self._at += 1
        except _LOST:
            self.lost = True
