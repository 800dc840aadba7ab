"""Sets of value indices as runs, so that an axis of 65,536 values with one exception costs two runs."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Values:
    """Ascending value indices: run `k` is `starts[k] <= v < stops[k]`; its first value has rank `offsets[k]`."""

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    offsets: tuple[int, ...]
    size: int

    def at(self, rank: int) -> int:
        """Return the value of a rank; `0 <= rank < size`."""
        if len(self.offsets) == 1:
            return self.starts[0] + rank
        run = bisect_right(self.offsets, rank) - 1
        return self.starts[run] + rank - self.offsets[run]

    def rank(self, value: int) -> int | None:
        """Return how many values are smaller, or None for a value outside the set."""
        run = bisect_right(self.starts, value) - 1
        if run < 0 or value >= self.stops[run]:
            return None
        return self.offsets[run] + value - self.starts[run]

    def __contains__(self, value: int) -> bool:
        return self.rank(value) is not None

    def __iter__(self) -> Iterator[int]:
        for start, stop in zip(self.starts, self.stops, strict=True):
            yield from range(start, stop)

    def intersect(self, other: frozenset[int]) -> "Values":
        """Return the values that are in `other` too."""
        return values_of(value for value in other if value in self)


def _from_runs(runs: Iterable[tuple[int, int]]) -> Values:
    """Build from ascending, disjoint runs; runs that touch are joined, so equal sets are equal objects."""
    starts: list[int] = []
    stops: list[int] = []
    offsets: list[int] = []
    size = 0
    for start, stop in runs:
        if start >= stop:
            continue
        if stops and stops[-1] == start:
            stops[-1] = stop
        else:
            starts.append(start)
            stops.append(stop)
            offsets.append(size)
        size += stop - start
    return Values(tuple(starts), tuple(stops), tuple(offsets), size)


@lru_cache(maxsize=1024)
def span(size: int) -> Values:
    """Return all values of an axis."""
    return _from_runs([(0, size)])


def values_of(values: Iterable[int]) -> Values:
    """Return the set of some values."""
    return _from_runs((value, value + 1) for value in sorted(set(values)))


def complement(size: int, values: Iterable[int]) -> Values:
    """Return the values of an axis that are not among `values`."""
    marks = [-1, *sorted(set(values)), size]
    return _from_runs((low + 1, high) for low, high in pairwise(marks))


def union(sets: Iterable[Values]) -> Values:
    """Return the union of disjoint sets."""
    return _from_runs(sorted(run for one in sets for run in zip(one.starts, one.stops, strict=True)))
