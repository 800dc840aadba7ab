"""What an agent must be told besides the request: fields of the user's account.

They follow from the chain and the tools, so that they cannot give away the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from agentalign import ir
from agentalign.ir import Case, Index, Json

_FIELD = re.compile(r"\baccount\.([A-Za-z_][A-Za-z0-9_]*)")


class Facts:
    """Finds the facts of cases; what a chain or a tool uses is looked up once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._chain = cache(self._of_chain)
        self._tool = cache(self._of_tool)
        self._replaceable = cache(self._with_alternatives)

    def __call__(self, case: Case, account: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
        """Return the account fields that the agent of a case has to know, in the order the account declares them."""
        chain = self._index.readings[case.reading].chain
        used: frozenset[str] = self._chain(chain)
        for tool in (*case.tools.values(), *self._spare(case, chain)):
            used |= self._tool(tool)
        return tuple((name, value) for name, value in account.items() if name in used)

    def _spare(self, case: Case, chain: str) -> Iterator[str]:
        """Yield offered tools that may have to stand in for a chosen one."""
        operations = self._replaceable(chain)
        if not operations:
            return
        for name in case.context.offered:
            if any((item.capability, item.operation) in operations for item in self._index.tools[name].implements):
                yield name

    def _of_chain(self, chain: str) -> frozenset[str]:
        """What arguments, and the wordings of any of the chain's readings, say of the account."""
        readings = [reading for reading in self._index.plan.readings if reading.chain == chain]
        found = list(ir.walk((self._index.chains[chain].items, [reading.bound for reading in readings])))
        texts = [node.template for node in found if isinstance(node, ir.Text)]
        texts += [text for reading in readings for text in _wordings(reading)]
        said = {name for text in texts for name in _FIELD.findall(text)}
        return frozenset(said | {node.field for node in found if isinstance(node, ir.Account)})

    def _of_tool(self, tool: str) -> frozenset[str]:
        feeds = (feed for item in self._index.tools[tool].implements for feed in item.feeds)
        return frozenset(feed.source.field for feed in feeds if isinstance(feed.source, ir.FromAccount))

    def _with_alternatives(self, chain: str) -> frozenset[tuple[str, str]]:
        outcomes = [o for reading in self._index.plan.readings if reading.chain == chain for o in reading.outcomes]
        steps = {outcome.step for outcome in outcomes if outcome.mode == "alternative"}
        return frozenset((s.capability, s.operation) for s in self._index.steps(chain) if s.name in steps)


def _wordings(reading: ir.Reading) -> Iterator[str]:
    """Yield every wording of a reading that may speak of the user."""
    yield from (ask.template for ask in reading.asks)
    yield from (composition.template for composition in reading.compositions)
    yield from (narration.template for narration in reading.narrations)
    yield from (wording.template for wording in (*reading.answers, *reading.refusals, *reading.offers))
    yield from (answer for outcome in reading.outcomes for answer in outcome.answers)
