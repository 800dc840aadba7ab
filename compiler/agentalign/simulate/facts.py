"""What an agent must be told besides the request: today's date and fields of the user's account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from agentalign import ir
from agentalign.ir import Case, Index, Json, Step
from agentalign.simulate.walk import Uses, text_uses, uses


class Facts:
    """Finds the facts of cases. They follow from the chain and the tools, so that they cannot give away the label."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._chain = cache(self._of_chain)
        self._tool = cache(self._of_tool)
        self._alternative = cache(self._alternatives)

    def __call__(self, case: Case, today: str, account: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
        """Return the facts of a case as (name, value): `today` first, then account fields as they are declared."""
        chain = self._index.readings[case.reading].chain
        found: Uses = self._chain(chain)
        for tool in (*case.tools.values(), *self._spare(case, chain)):
            found |= self._tool(tool)
        fields = tuple((name, value) for name, value in account.items() if name in found.account)
        return (("today", today), *fields) if found.clock else fields

    def _spare(self, case: Case, chain: str) -> Iterator[str]:
        """Yield offered tools that may have to stand in for a chosen one."""
        for operation in self._alternative(chain):
            for name in case.context.offered:
                tool = self._index.tools.get(name)
                if tool is not None and operation in tool.implements:
                    yield name

    def _of_chain(self, chain: str) -> Uses:
        items = [item for item in self._index.chains[chain].items if not isinstance(item, ir.Plant)]
        found = Uses()
        for item in items:
            found |= uses((item.arguments, item.loop) if isinstance(item, Step) else item.value)
        for reading in self._index.plan.readings:
            if reading.chain == chain:
                found |= uses(reading.bound) | text_uses(_wordings(reading))
        return found

    def _of_tool(self, tool: str) -> Uses:
        sources = [param.source for param in self._index.tools[tool].params]
        return Uses(frozenset(source.field for source in sources if isinstance(source, ir.FromAccount)))

    def _alternatives(self, chain: str) -> frozenset[tuple[str, str]]:
        outcomes = [o for r in self._index.plan.readings if r.chain == chain for o in r.outcomes]
        steps = {o.step for o in outcomes if o.mode == "alternative"}
        return frozenset((s.capability, s.operation) for s in self._index.steps(chain) if s.name in steps)


def _wordings(reading: ir.Reading) -> Iterator[str]:
    """Yield every wording of a reading that may speak of the user or the day."""
    yield from (ask.template for ask in reading.asks)
    yield from (composition.template for composition in reading.compositions)
    yield from (narration.template for narration in reading.narrations)
    yield from (wording.template for wording in (*reading.answers, *reading.refusals, *reading.offers))
    yield from (answer for outcome in reading.outcomes for answer in outcome.answers)
