"""A few records, without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from agentalign.dataclasses import replace
from agentalign.expand import Selection
from agentalign.ir import Case, Dataset, Index, Plan
from agentalign.session.records import Made, Maker

_PATIENCE: Final = 400
"""Cases tried for one that says something in new words."""


def with_options(dataset: Dataset, size: int | None, seed: int | None) -> Dataset:
    """A dataset block with what the command line says instead."""
    return replace(dataset, size=dataset.size if size is None else size, seed=dataset.seed if seed is None else seed)


def preview(
    plan: Plan,
    dataset: Dataset,
    size: int,
    seed: int | None = None,
    reading: str | None = None,
    *,
    wordings: bool = False,
) -> Iterator[Made]:
    """The first records a dataset would hold; with `reading`, the first of that reading alone.

    With `wordings` those are left out that say nothing in words that none before has: so each ask, request, answer and
    so on is seen, and soon.
    """
    dataset = with_options(dataset, dataset.size if wordings else size, seed)
    index = Index(plan)
    maker = Maker(plan)
    cases = Selection(index, dataset, only=reading).cases()
    for case in islice(_telling(cases) if wordings else cases, size):
        yield maker.make(case)


def _telling(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases in which something is worded as in none before."""
    known: set[tuple[str, str, int | str]] = set()
    waited = 0
    for case in cases:
        new = _wordings(case) - known
        waited = 0 if new else waited + 1
        if new:
            known |= new
            yield case
        elif waited == _PATIENCE:
            return


def _wordings(case: Case) -> set[tuple[str, str, int | str]]:
    """What a case is worded with: numbers of ask and request, templates of the agent's texts."""
    said = case.response
    texts = {said.answer, said.refusal, said.offer, *said.narrations.values(), *said.compositions.values()}
    found: set[tuple[str, str, int | str]] = {(case.reading, "ask", case.ask)}
    if case.request is not None:
        found.add((case.reading, "request", case.request))
    return found | {(case.reading, "agent", text) for text in texts if text is not None}
