"""Small keyed permutations of `[0, n)`, with inverses."""

from functools import lru_cache
from hashlib import blake2b
from math import gcd, isqrt
from typing import Protocol

from agentalign.dataclasses import dataclass

_WORD = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_ODD = 0xD6E8FEB86659FD93
_TABLE_LIMIT = 4096


def key_of(*parts: str) -> int:
    """Digest strings into a 64-bit key."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")


def mix(word: int) -> int:
    """Mix 64 bits: the output step of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014). Not for secrets."""
    word = (word + _STEP) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)


def _hash(word: int) -> int:
    """Mix a word that is well spread already by an exclusive-or with a random key: half of `mix`."""
    word = word * _ODD & _WORD
    return ((word ^ (word >> 32)) * _ODD & _WORD) >> 32


class Permutation(Protocol):
    """A bijection of `[0, n)`."""

    def at(self, index: int) -> int:
        """Return the image of an index."""

    def find(self, image: int) -> int:
        """Return the index that has the image."""


def permutation(size: int, key: int) -> Permutation:
    """Return a keyed permutation: a shuffled table for small sizes, a Feistel network in constant memory for others."""
    return _Table(_shuffled(size, key)) if size <= _TABLE_LIMIT else _feistel(size, key)


@dataclass(frozen=True, slots=True)
class _Table:
    images: tuple[int, ...]

    def at(self, index: int) -> int:
        return self.images[index]

    def find(self, image: int) -> int:
        return self.images.index(image)


def _shuffled(size: int, key: int) -> tuple[int, ...]:
    """Fisher-Yates (Durstenfeld 1964)."""
    images = list(range(size))
    for last in range(size - 1, 0, -1):
        other = mix(key + last * _STEP) % (last + 1)
        images[last], images[other] = images[other], images[last]
    return tuple(images)


@dataclass(frozen=True, slots=True)
class _Feistel:
    """A generalised Feistel network over `[0, left) x [0, right)`, walked until the image is below `size`.

    Method: Black & Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002. `left * right - size < left`, so
    walks are short.
    """

    size: int
    left: int
    right: int
    keys: tuple[int, int, int, int]

    def at(self, index: int) -> int:
        one, two, three, four = self.keys
        while True:
            high, low = divmod(index, self.right)
            high = (high + _hash(low ^ one)) % self.left
            low = (low + _hash(high ^ two)) % self.right
            high = (high + _hash(low ^ three)) % self.left
            low = (low + _hash(high ^ four)) % self.right
            index = high * self.right + low
            if index < self.size:
                return index

    def find(self, image: int) -> int:
        one, two, three, four = self.keys
        while True:
            high, low = divmod(image, self.right)
            low = (low - _hash(high ^ four)) % self.right
            high = (high - _hash(low ^ three)) % self.left
            low = (low - _hash(high ^ two)) % self.right
            high = (high - _hash(low ^ one)) % self.left
            image = high * self.right + low
            if image < self.size:
                return image


def _feistel(size: int, key: int) -> _Feistel:
    left = isqrt(size - 1) + 1
    return _Feistel(size, left, -(-size // left), (mix(key), mix(key + 1), mix(key + 2), mix(key + 3)))


@dataclass(frozen=True, slots=True)
class Shuffle:
    """For every block number a keyed affine permutation of `[0, size)`; that of block 0 is the identity."""

    size: int
    key: int
    units: tuple[int, ...]

    def at(self, block: int, offset: int) -> int:
        """Return the image of an offset within a block."""
        if not block:
            return offset
        factor, shift = self._terms(block)
        return (offset * factor + shift) % self.size

    def find(self, block: int, image: int) -> int:
        """Return the offset that has the image within a block."""
        if not block:
            return image
        factor, shift = self._terms(block)
        return (image - shift) * pow(factor, -1, self.size) % self.size

    def _terms(self, block: int) -> tuple[int, int]:
        word = mix(self.key + block * _STEP)
        if self.units:
            return self.units[(word >> 32) % len(self.units)], word % self.size
        factor = mix(word) % self.size
        while gcd(factor, self.size) != 1:
            factor += 1
        return factor, word % self.size


def shuffle(size: int, key: int) -> Shuffle:
    """Return the block shuffles of a size."""
    return Shuffle(size, key, _units(size) if size <= _TABLE_LIMIT else ())


@lru_cache(maxsize=256)
def _units(size: int) -> tuple[int, ...]:
    """The numbers that have an inverse modulo `size`."""
    return tuple(n for n in range(1, size + 1) if gcd(n, size) == 1)
