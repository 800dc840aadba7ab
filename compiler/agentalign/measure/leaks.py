"""What gives the label away: probes that see everything but the intent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.measure.probes import FOLDS, PROBES, Score, cross_validate
from agentalign.measure.rows import Row, read_rows

BARS: Final = {"pattern": 0.52}
BAR: Final = 0.55
"""How often a probe may be right, where guessing is right half of the time."""


@dataclass(frozen=True, slots=True)
class Leak:
    """What a probe achieves on rows of which half are to be refused; it leaks where it is right more often than `bar`."""

    probe: str
    score: Score
    bar: float

    @property
    def leaks(self) -> bool:
        """Whether the probe is right too often."""
        return self.score.accuracy > self.bar


@dataclass(frozen=True, slots=True)
class Leaks:
    """The probes' scores on `rows` rows of `groups` twin groups."""

    rows: int
    groups: int
    found: tuple[Leak, ...]


def leaks(folder: Path, seed: int = 0) -> Leaks:
    """Probe a written dataset: half of the rows probed are to be refused, in every twin group.

    Raises OSError or ValueError if the folder is no dataset, `ProbesMissing` without scikit-learn.
    """
    rows = twins(read_rows(folder), seed)
    groups = len({row.group for row in rows})
    found = []
    if groups >= 2 * FOLDS:
        for name, features in PROBES.items():
            found.append(Leak(name, cross_validate(rows, features, seed), BARS.get(name, BAR)))
    return Leaks(len(rows), groups, tuple(found))


def twins(rows: Sequence[Row], seed: int) -> tuple[Row, ...]:
    """Of each twin group as many rows to refuse as to carry out, chosen by chance; groups without both are left out."""
    chance = Random(seed)  # noqa: S311  # a sample, no secret
    groups: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in rows:
        groups.setdefault(row.group, ([], []))[row.refused].append(row)
    found: list[Row] = []
    for done, refused in groups.values():
        size = min(len(done), len(refused))
        found += chance.sample(done, size) + chance.sample(refused, size)
    return tuple(found)
