"""What an agent must be told besides the request: fields of the user's account.

They follow from the chain and the tools, so that they cannot give away the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from agentalign import ir
from agentalign.ir import Index

_FIELD = re.compile(r"\baccount\.([A-Za-z_][A-Za-z0-9_]*)")


class Told:
    """Finds the account fields that a case's agent has to know; what a chain or a tool uses is looked up once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._order = tuple(field.name for field in index.plan.account.fields) if index.plan.account else ()
        self._chain = cache(self._of_chain)
        self._tool = cache(self._of_tool)
        self._surely = cache(self._of_case)
        self._spares = cache(self._of_spares)

    def fields(self, chain: str, tools: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
        """Their names, in the order the account declares them."""
        surely: tuple[str, ...] = self._surely(chain, tuple(tools))
        spares = self._spares(chain)
        more = [spares[tool] for tool in offered if tool in spares] if spares else ()
        if not more:
            return surely
        used = {*surely}.union(*more)
        return tuple([name for name in self._order if name in used])

    def _of_case(self, chain: str, tools: tuple[str, ...]) -> tuple[str, ...]:
        """What a chain says and its chosen tools use."""
        used = self._chain(chain).union(*(self._tool(tool) for tool in tools))
        return tuple(name for name in self._order if name in used)

    def _of_spares(self, chain: str) -> Mapping[str, frozenset[str]]:
        """The tools that may have to stand in for a chosen one, and what they use, if anything."""
        steps = self._index.replaceable(chain)
        failing = {(s.capability, s.operation) for s in self._index.steps(chain) if s.name in steps}
        found = {
            tool.name: self._tool(tool.name)
            for tool in self._index.plan.tools
            if not failing.isdisjoint((i.capability, i.operation) for i in tool.implements)
        }
        return {name: fields for name, fields in found.items() if fields}

    def _of_chain(self, chain: str) -> frozenset[str]:
        """What arguments, and the wordings of any of the chain's readings, say of the account."""
        readings = self._index.readings_of.get(chain, ())
        found = list(ir.walk((self._index.chains[chain].items, [reading.bound for reading in readings])))
        texts = [node.template for node in found if isinstance(node, ir.Text)]
        texts += [text for step in self._index.steps(chain) for text in step.narrations]
        texts += [text for reading in readings for text in _wordings(reading)]
        said = {name for text in texts if "account." in text for name in _FIELD.findall(text)}
        return frozenset(said | {node.field for node in found if isinstance(node, ir.Account)})

    def _of_tool(self, tool: str) -> frozenset[str]:
        feeds = (feed for item in self._index.tools[tool].implements for feed in item.feeds)
        return frozenset(feed.source.field for feed in feeds if isinstance(feed.source, ir.FromAccount))


def _wordings(reading: ir.Reading) -> Iterator[str]:
    """Yield every wording of a reading that may speak of the user."""
    yield from (ask.template for ask in reading.asks)
    yield from (composition.template for composition in reading.compositions)
    yield from (narration.template for narration in reading.narrations)
    yield from (wording.template for wording in (*reading.answers, *reading.refusals, *reading.offers))
    yield from (answer for outcome in reading.outcomes for answer in outcome.answers)
