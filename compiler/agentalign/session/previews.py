"""A few records, without writing anything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from agentalign.dataclasses import replace
from agentalign.expand import Selection
from agentalign.ir import Dataset, Index, Plan
from agentalign.session.records import Made, Maker


def with_options(dataset: Dataset, size: int | None, seed: int | None) -> Dataset:
    """A dataset block with what the command line says instead."""
    return replace(dataset, size=dataset.size if size is None else size, seed=dataset.seed if seed is None else seed)


def preview(
    plan: Plan, dataset: Dataset, size: int, seed: int | None = None, reading: str | None = None
) -> Iterator[Made]:
    """The first records a dataset would hold; with `reading`, the first of that reading alone."""
    dataset = with_options(dataset, size, seed)
    index = Index(plan)
    maker = Maker(plan)
    cases = Selection(index, dataset, only=reading).cases()
    for case in islice(cases, size):
        yield maker.make(case)
