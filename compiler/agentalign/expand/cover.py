"""Covering arrays: few points in which every feasible combination of any `strength` axes occurs.

A *combination* gives each of some axes a value or None, "not live here"; it is feasible if some point of the space has
it. The rows are built greedily, one axis after the other, as in AETG (Cohen, Dalal, Fredman & Patton, IEEE Transactions
on Software Engineering 23, 1997), except that nothing is tried in vain: the decision diagram tells exactly which values
can follow.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import TypeAlias

from agentalign.ir.space import BalancedOrder, Point, Space, key_of, permutation

Combination: TypeAlias = tuple[tuple[str, int | None], ...]
"""Axis names, in the order they were asked for, with a value index or None for "not live"."""

_ATTEMPTS = 4  # more shorten covers by a few percent at best

_Given: TypeAlias = dict[str, int | None]


def cover(space: Space, strength: int, axes: Sequence[str], key: str) -> Iterator[Point]:
    """Yield points that have every feasible combination of any `strength` of the named axes.

    The axes should be small: all feasible combinations are held in memory. The other axes run through the balanced
    order of `key`. With fewer than `strength` axes the combinations are of all of them. Deterministic. Raises KeyError
    for an unknown axis and ValueError for a strength below 1.
    """
    gaps = _Gaps(space, axes, strength)
    order = BalancedOrder(space, key)
    row = 0
    while (seed := gaps.seed()) is not None:
        grown = (_grow(space, axes, seed, gaps, f"{key} {row} {attempt}") for attempt in range(_ATTEMPTS))
        point = order.over(max(grown, key=lambda pair: pair[0])[1])[row]
        gaps.fill(dict(point))
        row += 1
        yield point


def bound(space: Space, strength: int, axes: Sequence[str]) -> int:
    """Return a lower bound on the rows of any cover: the most feasible combinations that one choice of axes has."""
    alone = {name: len(space.project((name,))) for name in axes}
    conceivable = {picked: prod(alone[name] for name in picked) for picked in _picks(axes, strength)}
    best = 0
    for picked in sorted(conceivable, key=conceivable.__getitem__, reverse=True):
        if conceivable[picked] <= best:
            break
        best = max(best, len(space.project(picked)))
    return best


def missing(points: Iterable[Point], space: Space, strength: int, axes: Sequence[str]) -> tuple[Combination, ...]:
    """Return the feasible combinations that none of the points has.

    This is the proof that a cover covers, so it shares nothing with `cover`: it asks for the exact count of the space
    restricted to each conceivable combination. Points outside the space count for nothing.
    """
    rows = [dict(point) for point in points if point in space]
    sizes = {axis.name: axis.size for axis in space.axes}
    found: list[Combination] = []
    for picked in _picks(axes, strength):
        seen = {tuple(row.get(name) for name in picked) for row in rows}
        conceivable = product(*([None, *range(sizes[name])] for name in picked))
        unseen = (tuple(zip(picked, values, strict=True)) for values in conceivable if values not in seen)
        found.extend(combination for combination in unseen if space.restrict(dict(combination)).count)
    return tuple(found)


def _picks(axes: Sequence[str], strength: int) -> Iterator[tuple[str, ...]]:
    if strength < 1:
        raise ValueError("a cover's strength is at least 1")
    return combinations(axes, min(strength, len(axes)))


class _Gaps:
    """The combinations still to be covered, by the axes they are of."""

    __slots__ = ("_left", "_loads", "_names")

    def __init__(self, space: Space, axes: Sequence[str], strength: int) -> None:
        self._left = {picked: set(space.project(picked)) for picked in _picks(axes, strength)}
        self._names = {name: [picked for picked in self._left if name in picked] for name in axes}
        self._loads = Counter(
            pair for picked, rows in self._left.items() for row in rows for pair in zip(picked, row, strict=True)
        )

    def seed(self) -> _Given | None:
        """Return a combination of the axes that have most left, or None when all are covered."""
        picked = max(self._left, key=lambda names: len(self._left[names]), default=())
        rows = self._left.get(picked)
        if not rows:
            return None
        best = max(rows, key=lambda row: (self._load(picked, row), [-1 if value is None else value for value in row]))
        return dict(zip(picked, best, strict=True))

    def _load(self, picked: Sequence[str], row: Sequence[int | None]) -> int:
        return sum(self._loads[pair] for pair in zip(picked, row, strict=True))

    def gain(self, given: _Given, name: str, value: int | None) -> tuple[int, int]:
        """Return how many combinations a value would complete, and in how many that are left it occurs."""
        trial = {**given, name: value}
        done = 0
        for picked in self._names[name]:
            if all(other in trial for other in picked):
                done += tuple(trial[other] for other in picked) in self._left[picked]
        return done, self._loads[name, value]

    def fill(self, given: Mapping[str, int | None]) -> None:
        """Take out the combinations that a point has."""
        for picked, rows in self._left.items():
            row = tuple(given.get(name) for name in picked)
            if row in rows:
                rows.remove(row)
                self._loads.subtract(zip(picked, row, strict=True))


def _grow(space: Space, axes: Sequence[str], seed: _Given, gaps: _Gaps, key: str) -> tuple[int, Space]:
    """Fix all the axes, starting from a feasible combination, each to the possible value with the most gain.

    `key` orders the axes and breaks ties. Returns how many combinations the row completes, and the space it leaves.
    """
    given = dict(seed)
    total = 0
    space = space.restrict(given)
    rest = [name for name in axes if name not in given]
    turns = permutation(len(rest), key_of(key))
    for turn in range(len(rest)):
        name = rest[turns.at(turn)]
        options = sorted(space.project([name]), key=lambda row: key_of(key, name, str(row[0])))
        gain, value = max(((gaps.gain(given, name, row[0]), row[0]) for row in options), key=lambda pair: pair[0])
        given[name] = value
        total += gain[0]
        space = space.restrict({name: value})
    return total, space
