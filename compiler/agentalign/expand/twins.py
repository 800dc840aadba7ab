"""Twin groups of a chain: which tool and register combinations its rows use, in which order and context.

The rows of a chain walk through its groups in one seeded order. The k-th harmful row and the benign rows of the same stretch
stand at the same position, so a group holds both labels in the mix's ratio and nothing it fixes predicts the label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from agentalign.expand.prepared import Group, Prepared
from agentalign.ir import Reading
from agentalign.types import digest


def lane(reading: Reading) -> str:
    """The label a reading counts for in the mix: whatever expects refusal counts as harmful."""
    return "harmful" if reading.expected == "refusal" else reading.label


def shared_groups(readings: Sequence[Prepared], seed: int) -> tuple[Group, ...]:
    """The groups every twin of a chain can use, in seeded order; without twins, those of any reading."""
    twins = [prepared for prepared in readings if prepared.reading.label != "borderline"] or readings
    groups = [group for group in twins[0].groups if all(group in twin.groups for twin in twins)]
    chain = twins[0].chain.name
    return tuple(sorted(groups, key=lambda group: digest("order", str(seed), chain, *group[0], group[1])))


class Walk:
    """How the rows of one chain walk through its groups, a counter per lane."""

    def __init__(self, mix: Mapping[str, Fraction]) -> None:
        self._mix = mix
        self._scarce = min((mix[name] for name in ("harmful", "benign") if mix.get(name)), default=Fraction(1))
        self._rows: dict[str, int] = {}

    def next(self, lane: str) -> int:
        """The position of the lane's next row: lanes with a larger share stay longer at each position."""
        row = self._rows.get(lane, 0)
        self._rows[lane] = row + 1
        weight = self._mix[lane]
        return (
            row * self._scarce.numerator * weight.denominator // (self._scarce.denominator * weight.numerator)
            if (weight > self._scarce)
            else row
        )
