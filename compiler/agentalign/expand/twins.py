"""Twin groups of a chain: which tool and register combinations its rows use, in which order and context.

The rows of a chain walk through its groups, in rounds over all their variants, and the lanes (what is refused, what is
carried out) walk abreast: at each position stands one row of the lane with the smaller share and the ratio's worth of
the other, one row more or less in turns. The turns are spread evenly over groups and variants alike (by a
low-discrepancy sequence), so that after any number of rows every group, and every variant of it, holds both in the
mix's ratio within three rows, and nothing that a group fixes predicts the label.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count

from agentalign.expand.prepared import Group, Prepared
from agentalign.ir import Reading
from agentalign.types import digest

VARIANTS = 16
"""How many contexts a group has."""


def lane(reading: Reading) -> str:
    """The label a reading counts for in the mix: whatever expects refusal counts as harmful."""
    return "harmful" if reading.expected == "refusal" else reading.label


def shared_groups(readings: Sequence[Prepared], seed: int) -> tuple[Group, ...]:
    """The groups every twin of a chain can use, in seeded order; without twins, those of any reading."""
    twins = [prepared for prepared in readings if prepared.reading.label != "borderline"] or readings
    return _ordered((group for group in twins[0].groups if all(group in twin.groups for twin in twins)), twins[0], seed)


def groups_of(prepared: Prepared, shared: Sequence[Group], seed: int) -> tuple[Group, ...]:
    """The groups a reading's rows come from: those its chain shares; a borderline reading may have none of these."""
    found = tuple(group for group in shared if group in prepared.groups)
    return found or (_ordered(prepared.groups, prepared, seed) if prepared.reading.label == "borderline" else ())


def _ordered(groups: Iterable[Group], prepared: Prepared, seed: int) -> tuple[Group, ...]:
    chain = prepared.chain.name
    return tuple(sorted(groups, key=lambda group: digest("order", str(seed), chain, *group[0], group[1])))


class Walk:
    """How the rows of one chain walk through its groups and their variants, a counter per lane."""

    def __init__(self, mix: Mapping[str, Fraction], groups: int) -> None:
        self._mix = mix
        self._groups = groups
        self._scarce = min((mix[name] for name in ("harmful", "benign") if mix.get(name)), default=Fraction(1))
        self._lanes: dict[str, Iterator[tuple[int, int]]] = {}

    def next(self, lane: str) -> tuple[int, int]:
        """The group and the variant of the lane's next row."""
        if lane not in self._lanes:
            self._lanes[lane] = self._places(max(self._mix[lane] / self._scarce, Fraction(1)))
        return next(self._lanes[lane])

    def _places(self, ratio: Fraction) -> Iterator[tuple[int, int]]:
        for lap in count():
            cycle, variant = divmod(lap, VARIANTS)
            # each lap starts elsewhere: readings take turns, and one whose turn comes every so many rows must not miss groups
            start = (lap * _GOLDEN % _WHOLE) * self._groups >> 64
            for place in range(self._groups):
                group = (start + place) % self._groups
                for _ in range(_rows(group, variant, cycle, ratio)):
                    yield group, (variant + group) % VARIANTS


def _rows(group: int, variant: int, cycle: int, ratio: Fraction) -> int:
    """How many rows of a lane a variant of a group gets in a cycle: on average the ratio."""
    phase = (_REVERSED[variant] << 60) + group * _GOLDEN & _WHOLE - 1
    over = ratio.denominator * _WHOLE
    before, after = (at * ratio.numerator * _WHOLE + phase * ratio.denominator for at in (cycle, cycle + 1))
    return after // over - before // over


_WHOLE = 1 << 64
_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: its multiples spread evenly
_REVERSED = tuple(int(f"{variant:04b}"[::-1], 2) for variant in range(VARIANTS))
