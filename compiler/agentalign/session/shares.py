"""How far the splits of a dataset are from the shares asked for: groups are whole, so they cannot always be met."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from agentalign.expand import pattern
from agentalign.ir import Dataset, Index, Plan

_NOTICED = Fraction(1, 100)
"""A difference that is told."""


def uneven_splits(plan: Plan, dataset: Dataset, counts: Mapping[str, int]) -> dict[str, str]:
    """What to say of each split whose part of the rows is not what was asked for: `45% (80% asked, 2 groups)`."""
    total = sum(counts.values())
    if not total:
        return {}
    groups = _groups(plan, dataset)
    asked = sum((share.part for share in dataset.split.shares), Fraction(0)) or Fraction(1)
    said = {}
    for share in dataset.split.shares:
        wanted, got = share.part / asked, Fraction(counts.get(share.name, 0), total)
        if abs(wanted - got) >= _NOTICED:
            many = f"{groups} group{'' if groups == 1 else 's'}"
            said[share.name] = f"{float(got):.0%} ({float(wanted):.0%} asked, {many})"
    return said


def _groups(plan: Plan, dataset: Dataset) -> int:
    """Sequences of steps stay whole, and what is held out is one more group."""
    index = Index(plan)
    chains = {reading.chain for reading in plan.readings if not dataset.chains or reading.chain in dataset.chains}
    return len({pattern(index, chain) for chain in chains}) + (dataset.split.by != "chain")
