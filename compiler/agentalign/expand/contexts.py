"""What a twin group shares: system prompt, distractor tools and the order in which tools are offered.

All of it is drawn from the twin (chain, tools, register, variant), never from the label, so that none of it predicts the label.
"""

from __future__ import annotations

from collections.abc import Collection

from agentalign.expand.content import content
from agentalign.expand.prepared import Group
from agentalign.ir import Chain, Context, Dataset, Index, Step
from agentalign.types import Stream, digest

VARIANTS = 16


class Contexts:
    """Makes and remembers the contexts of a dataset."""

    def __init__(self, index: Index, dataset: Dataset) -> None:
        self._index = index
        self._dataset = dataset
        self._systems = self._weighted_systems()
        self._chains: dict[str, str] = {}

    def context(self, chain: Chain, group: Group, variant: int, withheld: Collection[str]) -> Context:
        """The context of a twin group; tools in `withheld` are not offered as distractors."""
        tools, register = group
        base = self._chains.get(chain.name)
        if base is None:
            base = self._chains[chain.name] = content(chain)
        stream = Stream(digest("context", base, *tools, register, str(variant)))
        system = stream.pick(self._systems) if self._systems else ""
        used = tuple(dict.fromkeys(tools))
        low, high = self._dataset.distractors
        wanted = low + stream.below(high - low + 1)
        strangers = [name for name in self._strangers(chain) if name not in withheld]
        extra = stream.shuffle(strangers)[:wanted]
        offered = stream.shuffle((*used, *extra))
        return Context(digest("group", base, *tools, register, system, *offered), system, offered)

    def _weighted_systems(self) -> tuple[str, ...]:
        name = self._dataset.system
        if name is None:
            return ()
        return tuple(str(e.value) for e in self._index.lexicons[name].entries for _ in range(e.weight))

    def _strangers(self, chain: Chain) -> tuple[str, ...]:
        """Tools that implement no capability of the chain: offering one cannot make a wrong choice right."""
        used = {item.capability for item in chain.items if isinstance(item, Step)}
        return tuple(
            tool.name for tool in self._index.plan.tools if not used & {item.capability for item in tool.implements}
        )
