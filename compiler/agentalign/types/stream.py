"""Digests and the deterministic random stream that every seeded choice draws from.

Both rest on BLAKE2b (RFC 7693), so they depend on nothing but their inputs: not on the hash seed, the platform, the
Python version or the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

_UNPACK = Struct("<8Q").unpack


def digest(*parts: str) -> str:
    """Return 32 hex digits (BLAKE2b-16) of `parts`; each part is length-prefixed, so `("ab", "c") != ("a", "bc")`."""
    if not "".join(parts).isascii():
        raw = [part.encode() for part in parts]
        framed = b"".join([piece for part in raw for piece in (len(part).to_bytes(8, "big"), part)])
        return blake2b(framed, digest_size=16).hexdigest()
    # characters are bytes, and one encoding does for all
    pieces = [*parts, *parts]
    pieces[::2] = map(_LENGTHS.__getitem__, map(len, parts))
    pieces[1::2] = parts
    return blake2b("".join(pieces).encode("latin-1"), digest_size=16).hexdigest()


class _Lengths(dict[int, str]):
    """The eight bytes of each length, as characters; made when first needed."""

    def __missing__(self, size: int) -> str:
        return self.setdefault(size, size.to_bytes(8, "big").decode("latin-1"))


_LENGTHS = _Lengths()


class Stream:
    """A random stream: BLAKE2b in counter mode under `key`. Equal keys give equal streams, everywhere."""

    __slots__ = ("_counter", "_forks", "_key", "_words")

    def __init__(self, key: bytes | str, first: Iterable[int] = ()) -> None:
        """Start the stream of `key`; a string is taken as UTF-8. The words in `first` are drawn before its own."""
        self._key = key.encode() if isinstance(key, str) else key
        self._counter = 0
        self._words = [*first]
        self._forks: blake2b | None = None  # has taken in the key that all labels are hashed behind

    def bits(self) -> int:
        """Return 64 uniform random bits."""
        words = self._words
        if not words:
            self._refill()
        return words.pop()

    def below(self, n: int) -> int:
        """Return a number in `[0, n)`, by multiply-shift (Lemire, arXiv 1805.10941) without its rejection step.

        No number's probability is off by more than 2**-64. Raises `ValueError` if `n` is not positive.
        """
        if 0 < n <= 0x100000000:
            words = self._words
            if not words:
                self._refill()
            return (words.pop() * n) >> 64
        if n <= 0:
            raise ValueError(f"cannot draw below {n}")
        taken = (n.bit_length() + 63) // 64 + 1
        value = 0
        for _ in range(taken):
            value = (value << 64) | self.bits()
        return (value * n) >> (64 * taken)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`; raises `ValueError` if there are none."""
        return items[self.below(len(items))]

    def shuffle(self, items: Sequence[T]) -> tuple[T, ...]:
        """Return `items` in a random order (Fisher-Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return tuple(out)

    def chance(self, num: int, den: int) -> bool:
        """Return true with probability `num / den`."""
        return self.below(den) < num

    def fork(self, label: str) -> Stream:
        """Return the stream of this key and `label`: independent of this one and of how much was drawn from it."""
        if self._forks is None:
            # the length tells key and label apart, the name forks and words
            self._forks = blake2b(self._key, person=b"fork" + len(self._key).to_bytes(8, "big"))
        hashed = self._forks.copy()
        hashed.update(label.encode())
        # as random as any words: they spare the first refill, and most forks are not drawn from any further
        return Stream(key := hashed.digest(), _UNPACK(key))

    def _refill(self) -> None:
        self._words.extend(_UNPACK(blake2b(self._counter.to_bytes(8, "big") + self._key).digest()))
        self._counter += 1


def spread(index: int, n: int, salt: str = "") -> int:
    """Return a bijective image of `index` in `[0, n)` that sends neighbours far apart.

    Two xor-shift-multiply rounds over the next power of two, walked until the value falls below `n` (cycle walking,
    Black and Rogaway 2002); at most two steps are expected. Raises `ValueError` outside `[0, n)`.
    """
    if not 0 <= index < n:
        raise ValueError(f"index {index} is outside 0..{n - 1}")
    mask, half, first, second = _mixer(n, salt)
    while True:
        index ^= index >> half
        index = (index * first) & mask
        index ^= index >> half
        index = (index * second + first) & mask
        if index < n:
            return index


@cache
def _mixer(n: int, salt: str) -> tuple[int, int, int, int]:
    """Return mask, shift and two odd multipliers for the bits of the numbers below `n`."""
    width = max(2, (n - 1).bit_length())
    source = Stream(f"spread/{width}/{salt}")
    first = source.below(1 << width) | 1
    second = source.below(1 << width) | 1
    return (1 << width) - 1, (width + 1) // 2, first, second
