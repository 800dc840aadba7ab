"""Which split a twin group belongs to, and what training must not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentalign.expand.prepared import Group
from agentalign.expand.splits import assign_groups
from agentalign.ir import Chain, Dataset, Index, Step, Tool


class Splitting:
    """The splits of a dataset: whole step sequences by seeded rank; what is held out goes to the last split."""

    def __init__(self, index: Index, dataset: Dataset, seed: int, groups: Mapping[str, Sequence[Group]]) -> None:
        self._index = index
        self._split = dataset.split
        self._last = dataset.split.shares[-1].name
        self._held = frozenset(tool.name for tool in index.plan.tools if self._holds(tool))
        open_shares = dataset.split.shares if dataset.split.by == "chain" else dataset.split.shares[:-1]
        if not any(share.part for share in open_shares):  # all that is not held out has to go somewhere
            open_shares = dataset.split.shares
        shares = tuple((share.name, share.part) for share in open_shares)
        self._patterns = {name: pattern(index, name) for name in groups}
        self._assigned = assign_groups(self._patterns.values(), shares, seed)

    def split(self, chain: Chain, group: Group) -> str:
        """The split of a twin group."""
        if self._held.intersection(group[0]) or self._holds_chain(chain):
            return self._last
        return self._assigned[self._patterns[chain.name]]

    def withheld(self, split: str) -> frozenset[str]:
        """Tools a row of the split must not offer."""
        return frozenset() if split == self._last else self._held

    def _holds(self, tool: Tool) -> bool:
        match self._split.by:
            case "tool":
                return tool.name in self._split.hold
            case "platform":
                return tool.platform in self._split.hold
            case "capability":
                return any(item.capability in self._split.hold for item in tool.implements)
            case "chain":
                return False

    def _holds_chain(self, chain: Chain) -> bool:
        steps = (item for item in chain.items if isinstance(item, Step))
        return self._split.by == "capability" and any(step.capability in self._split.hold for step in steps)


def pattern(index: Index, chain: str) -> str:
    """The step sequence of a chain, operations included: chains that do the same belong to one split."""
    return " > ".join(f"{step.capability}.{step.operation}" for step in index.steps(chain))
