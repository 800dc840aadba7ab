"""Choosing among named options such that one option more, or another order, changes as little as possible.

Each option has a mark, a hash of what it says. A choice has a salt; the option whose mark, mixed with it, comes out
highest is taken: rendezvous hashing (Thaler & Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
Transactions on Networking 6, 1998). So what is not taken does not matter: neither how many others there are, nor their
order. An option that is added takes its share evenly from all the others, and no other choice changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # those of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014)


Salts: TypeAlias = Callable[[str], int]
"""Gives 64 random bits, the lowest set, for a choice."""


def salts(digest: str) -> Salts:
    """The salts of what a digest (hexadecimal) stands for."""
    seed = int(digest[:16], 16)

    def salt(choice: str) -> int:
        word = (seed ^ _mark(choice)) * _FIRST & _MASK
        word = (word ^ word >> 32) * _SECOND & _MASK
        return word ^ word >> 32 | 1

    return salt


def happens(seed: int, part: Fraction) -> bool:
    """Whether something that has a probability happens, given a salt of its own."""
    return seed * part.denominator < part.numerator << 64


def below(seed: int, n: int) -> int:
    """A number in `[0, n)`, given a salt of its own."""
    return seed * n >> 64


class Urn(Generic[T]):
    """Options to choose from; `weight` gives some of them several chances."""

    __slots__ = ("_drawn", "_marks", "options")

    def __init__(
        self, options: Iterable[T], says: Callable[[T], str], weight: Callable[[T], int] | None = None
    ) -> None:
        self.options = tuple(options)
        if weight is None:
            self._drawn = self.options
            self._marks = [_mark(f"0 {says(option)}") for option in self.options]
        else:
            self._drawn = tuple([o for o in self.options for _ in range(weight(o))])
            self._marks = [_mark(f"{at} {says(o)}") for o in self.options for at in range(weight(o))]

    def __bool__(self) -> bool:
        return bool(self.options)

    def pick(self, seed: int) -> T:
        """One of the options, by a salt. Raises ValueError if there are none."""
        scores = [mark * seed & _MASK for mark in self._marks]
        return self._drawn[scores.index(max(scores))]

    def first(self, seed: int, count: int) -> list[T]:
        """The first few of `order`."""
        scores = [mark * seed & _MASK for mark in self._marks]
        found = []
        for _ in range(min(count, len(scores))):
            at = scores.index(max(scores))
            found.append(self._drawn[at])
            scores[at] = -1
        return found

    def order(self, seed: int) -> list[T]:
        """All options (those with a weight as often as that), in the order of a salt."""
        scores = [mark * seed & _MASK for mark in self._marks]
        return [self._drawn[at] for at in sorted(range(len(scores)), key=scores.__getitem__, reverse=True)]


@lru_cache(maxsize=65_536)
def _mark(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
