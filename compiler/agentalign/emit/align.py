"""What happened to the lines of a file, told from the digests they should have and have."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: its id (empty where a line does not say) and the digest of its line."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to a file. `line` is where it shows (from 1), `was` where the row was written to (from 1)."""

    kind: Literal["edited", "added", "repeated", "removed", "moved"]
    id: str
    line: int | None
    was: int | None


_Pair: TypeAlias = tuple[int, int]


def align(wanted: Sequence[Entry], found: Sequence[Entry]) -> tuple[Change, ...]:
    """Explain the differences: rows edited in place, added, repeated, removed, and (as few as possible) moved."""
    pairs, extra, missing = _match(wanted, found)
    lost: dict[str, deque[int]] = {}
    for place in missing:
        lost.setdefault(wanted[place].id, deque()).append(place)
    known = {entry.digest for entry in wanted}
    changes: list[Change] = []
    for line in extra:
        entry = found[line]
        if lost.get(entry.id):
            changes.append(Change("edited", entry.id, line + 1, lost[entry.id].popleft() + 1))
        else:
            changes.append(Change("repeated" if entry.digest in known else "added", entry.id, line + 1, None))
    changes += [Change("removed", wanted[at].id, None, at + 1) for places in lost.values() for at in places]
    changes += [Change("moved", found[line].id, line + 1, at + 1) for line, at in _out_of_order(pairs)]
    return tuple(sorted(changes, key=lambda change: (change.line or change.was or 0, change.kind)))


def _match(wanted: Sequence[Entry], found: Sequence[Entry]) -> tuple[list[_Pair], list[int], list[int]]:
    """Pair equal lines in their order; returns the pairs (line, place), lines left over and places left over."""
    places: dict[str, deque[int]] = {}
    for place, entry in enumerate(wanted):
        places.setdefault(entry.digest, deque()).append(place)
    pairs: list[_Pair] = []
    extra: list[int] = []
    for line, entry in enumerate(found):
        left = places.get(entry.digest)
        if left:
            pairs.append((line, left.popleft()))
        else:
            extra.append(line)
    return pairs, extra, sorted(place for left in places.values() for place in left)


def _out_of_order(pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """The pairs outside a longest increasing subsequence (patience sorting): those that were moved."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before.append(tails[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            tails.append(number)
        else:
            ends[at], tails[at] = place, number
    kept: set[int] = set()
    last = tails[-1] if tails else -1
    while last >= 0:
        kept.add(last)
        last = before[last]
    return (pair for number, pair in enumerate(pairs) if number not in kept)
