"""What a twin group shares: system prompt, distractor tools and the order in which tools are offered.

All of it is drawn from the twin (chain, tools, register, variant), never from the label, so that none of it predicts the label.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from agentalign.expand.content import Contents
from agentalign.expand.prepared import Group
from agentalign.ir import Context, Dataset, Index, Step
from agentalign.types import Stream, digest

VARIANTS = 16


class Contexts:
    """Makes and remembers the contexts of a dataset."""

    def __init__(self, index: Index, dataset: Dataset, contents: Contents) -> None:
        self._index = index
        self._distractors = dataset.distractors
        self._systems = self._weighted_systems(dataset.system)
        self._base = contents.chain
        self._spare = cache(self._find_spare)
        self._strangers = cache(self._find_strangers)
        self.context = cache(self._context)

    def _context(self, chain: str, group: Group, variant: int, withheld: frozenset[str]) -> Context:
        """The context of a twin group; tools in `withheld` are not offered as distractors."""
        tools, register = group
        base = self._base(chain)
        stream = Stream(digest("context", base, *tools, register, str(variant)))
        system = stream.pick(self._systems) if self._systems else ""
        used = (*dict.fromkeys(tools), *self._alternatives(chain, tools, stream))
        low, high = self._distractors
        extra = _draw(stream, self._strangers(chain, withheld), low + stream.below(high - low + 1))
        offered = stream.shuffle((*dict.fromkeys(used), *extra))
        return Context(digest("group", base, *tools, register, system, *offered), system, offered)

    def _weighted_systems(self, name: str | None) -> tuple[str, ...]:
        if name is None:
            return ()
        return tuple(str(e.value) for e in self._index.lexicons[name].entries for _ in range(e.weight))

    def _alternatives(self, chain: str, tools: tuple[str, ...], stream: Stream) -> tuple[str, ...]:
        """Where a reading falls back on another tool of the same operation, all twins are offered one."""
        others = (
            [name for name in spare if name != tool] for tool, spare in zip(tools, self._spare(chain), strict=True)
        )
        return tuple(stream.pick(names) for names in others if names)

    def _find_spare(self, chain: str) -> tuple[tuple[str, ...], ...]:
        """For each step, the tools that could stand in, if some reading ever asks for one."""
        readings = (reading for reading in self._index.plan.readings if reading.chain == chain)
        modes = {outcome.step for r in readings for outcome in r.outcomes if outcome.mode == "alternative"}
        steps = self._index.steps(chain)
        return tuple(tuple(self._implementers(step)) if step.name in modes else () for step in steps)

    def _implementers(self, step: Step) -> Iterator[str]:
        for tool in self._index.plan.tools:
            if any((item.capability, item.operation) == (step.capability, step.operation) for item in tool.implements):
                yield tool.name

    def _find_strangers(self, chain: str, withheld: frozenset[str]) -> tuple[str, ...]:
        """Tools that implement no capability of the chain: offering one cannot make a wrong choice right."""
        used = {step.capability for step in self._index.steps(chain)}
        return tuple(
            tool.name
            for tool in self._index.plan.tools
            if tool.name not in withheld and not used & {item.capability for item in tool.implements}
        )


def _draw(stream: Stream, items: tuple[str, ...], count: int) -> list[str]:
    """Some of the items, without replacement."""
    left = list(items)
    return [left.pop(stream.below(len(left))) for _ in range(min(count, len(left)))]
