"""Tools that can stand in for one that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from agentalign.ir import FromRequest, Index, Json, Outcome, Reading, Step, Tool, ToolOptions
from agentalign.types import brands


def platform_keys(tool: Tool, index: Index) -> dict[str, Json]:
    """The brand keys a tool has by its platform, by kind; null for kinds its platform does not state."""
    keys: dict[str, Json] = dict.fromkeys(index.brand_kinds)
    if tool.platform is not None:
        keys |= index.platforms[tool.platform].keys
    return keys


class Spares:
    """Finds the tools of a plan that could do a step as well as another one."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._keys = cache(lambda name: platform_keys(index.tools[name], index))
        self._kinds = cache(self._find_kinds)
        self.peers = cache(self._find_peers)

    def _find_peers(self, chain: str, step: Step, tool: str) -> tuple[str, ...]:
        """The other tools of the plan that do the same, need nothing that only a request for them says, and brand alike."""
        keys, kinds = self._keys(tool), self._kinds(chain, step)
        return tuple(
            other.name
            for other in self._index.plan.tools
            if other.name != tool
            and _can_do(other, step)
            and all(self._keys(other.name)[kind] == keys[kind] for kind in kinds)
        )

    def of(self, reading: Reading, step: str, tools: Mapping[str, str], offered: Sequence[str]) -> tuple[str, ...]:
        """The offered tools that may take over a step: peers of its tool that no constraint of the reading forbids there."""
        called = next(item for item in self._index.steps(reading.chain) if item.name == step)
        peers = self.peers(reading.chain, called, tools[step])
        return tuple(name for name in offered if name in peers and not _forbidden(step, name, tools, reading))

    def usable(self, reading: Reading, tools: Mapping[str, str], offered: Sequence[str]) -> tuple[Outcome, ...]:
        """The upsets that can happen to a case: an alternative needs a tool that can be one."""
        return tuple(
            outcome
            for outcome in reading.outcomes
            if outcome.mode != "alternative" or self.of(reading, outcome.step, tools, offered)
        )

    def _find_kinds(self, chain: str, step: Step) -> frozenset[str]:
        """The kinds of brands for which the step's tool decides the key, and on which something may rest."""
        operation = self._index.operation(step)
        types = [operation.result, *(port.type for port in operation.ports)]
        own = (plant for reading in self._index.readings_of.get(chain, ()) for plant in reading.plants)
        planted = (*self._index.chains[chain].plants, *own)
        per = {self._index.tables[plant.table].per for plant in planted if plant.on == step.name}
        found = {branded.kind for t in types for branded in brands(t)} | {kind for kind in per if kind is not None}
        return frozenset(found - {kind for kind, _ in step.keys})


def _can_do(tool: Tool, step: Step) -> bool:
    wanted = (step.capability, step.operation)
    used = next((item for item in tool.implements if (item.capability, item.operation) == wanted), None)
    if used is None:
        return False
    free = {param.name for param in tool.params if param.optional or param.has_default}
    return all(feed.param in free for feed in used.feeds if isinstance(feed.source, FromRequest))


def _forbidden(step: str, tool: str, tools: Mapping[str, str], reading: Reading) -> bool:
    """Tell whether a removal about this step's tool would hold; tests of what is no tool are taken to hold."""
    places: dict[str, int] = {}
    about = None
    for choice in reading.choices:
        if isinstance(choice.options, ToolOptions):
            mine = choice.options.step == step
            wanted = tool if mine else tools.get(choice.options.step)
            if wanted in choice.options.tools:
                places[choice.axis.name] = choice.options.tools.index(wanted)
                about = choice.axis.name if mine else about
    return any(
        any(test.axis == about for test in removal.forbid.tests)
        and all(test.axis not in places or places[test.axis] in test.values for test in removal.forbid.tests)
        for removal in reading.removals
    )
