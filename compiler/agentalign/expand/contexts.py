"""What a twin group shares: system prompt, distractor tools and the order in which tools are offered.

All of it is drawn from the twin (chain, tools, register, variant), never from the label, so that none of it predicts the label.
"""

from __future__ import annotations

from functools import cache

from agentalign.expand.content import Contents
from agentalign.expand.draw import Salts, Urn, below, salts
from agentalign.expand.prepared import Group
from agentalign.expand.spares import Spares
from agentalign.ir import Context, Dataset, Entry, Index
from agentalign.types import digest


class Contexts:
    """Makes the contexts of a dataset."""

    def __init__(self, index: Index, dataset: Dataset, contents: Contents, spares: Spares) -> None:
        self._index = index
        self._distractors = dataset.distractors
        prompts = () if dataset.system is None else index.lexicons[dataset.system].entries
        self._systems = Urn(prompts, lambda entry: str(entry.value), lambda entry: entry.weight)
        self._base = contents.chain
        self._peers = spares.peers
        self._abilities = [(tool.name, tuple(i.capability for i in tool.implements)) for tool in index.plan.tools]
        self._replaceable = cache(index.replaceable)
        self._strangers = cache(self._find_strangers)

    def context(self, chain: str, group: Group, variant: int, withheld: frozenset[str]) -> Context:
        """The context of a twin group; tools in `withheld` are not offered."""
        tools, register = group
        base = self._base(chain)
        salt = salts(digest("context", base, *tools, register, str(variant)))
        prompt: Entry | None = self._systems.pick(salt("system")) if self._systems else None
        used = (*tools, *self._alternatives(chain, tools, salt, withheld))
        low, high = self._distractors
        count = low + below(salt("how many"), high - low + 1)
        extra = self._strangers(chain, withheld).first(salt("which"), count)
        offered = tuple(Urn(dict.fromkeys((*used, *extra)), str).order(salt("order")))
        system = "" if prompt is None else str(prompt.value)
        return Context(digest("group", base, *tools, register, system, *offered), system, offered)

    def _alternatives(
        self, chain: str, tools: tuple[str, ...], salt: Salts, withheld: frozenset[str]
    ) -> tuple[str, ...]:
        """Where a reading falls back on another tool of the same operation, all twins are offered one."""
        found: list[str] = []
        for step, tool in zip(self._index.steps(chain), tools, strict=True):
            if step.name in self._replaceable(chain):
                peers = [name for name in self._peers(chain, step, tool) if name not in withheld]
                found += [Urn(peers, str).pick(salt(f"spare {step.name}"))] if peers else []
        return tuple(found)

    def _find_strangers(self, chain: str, withheld: frozenset[str]) -> Urn[str]:
        """Tools that implement no capability of the chain: offering one cannot make a wrong choice right."""
        used = {step.capability for step in self._index.steps(chain)}
        found = (name for name, does in self._abilities if name not in withheld and used.isdisjoint(does))
        return Urn(found, str)
