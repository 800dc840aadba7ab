"""A world in which somebody else acts: what the chain puts there after a step appears once that step was done."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.ir import Case, Json
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
        self.lost = False
        play.open()
        self._choices()

    @property
    def steps_left(self) -> tuple[str, ...]:
        """The steps that were not done yet; one that repeats is done after its first time."""
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
        answer = compiled.call(arguments, self._state, self._stream.fork(f"call/{self._calls}"))
        if answer.failed is None and not self.lost:
            try:
                self._follow(tool, compiled.to_result(arguments, answer.result, self._state))
            except _LOST:
                self.lost = True
        return answer

    def _follow(self, tool: str, result: Json) -> None:
        """Count a call for the step it does, if it does one."""
        item = self._due()
        if item is None:
            return
        if self._results and self._case.tools[item.step.name] != tool:  # the repeated step is over
            self._close(item)
            item = self._due()
        if item is None or self._case.tools[item.step.name] != tool:
            return
        if item.source is None or item.step.loop is None:
            self._play.values[item.step.name] = result
            self._finish(item)
            return
        self._results.append(result)
        wanted = len(items(item.source(self._play.values, self._state))[: item.step.loop.limit])
        if len(self._results) >= wanted:
            self._close(item)

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
