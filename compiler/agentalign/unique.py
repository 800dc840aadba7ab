"""Noticing repeats among hundreds of thousands of rows in a few megabytes."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final

_START: Final = 1 << 6


def key(text: str) -> int:
    """Return 64 bits (BLAKE2b) that stand for a text: among a million texts two share them once in 40 million times."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Unique:
    """A set of 64-bit keys, numbered in the order they came: a hash table with open addressing, 16 to 32 bytes a key."""

    __slots__ = ("_keys", "_mask", "_slots")

    def __init__(self) -> None:
        self._keys = array("Q")
        self._slots = array("I", bytes(4 * _START))
        self._mask = _START - 1

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, key: int) -> int | None:
        """Return the number of a key, or None if it is not there."""
        slots, keys, mask = self._slots, self._keys, self._mask
        at = key & mask
        while number := slots[at]:
            if keys[number - 1] == key:
                return number - 1
            at = (at + 1) & mask
        return None

    def add(self, key: int) -> int | None:
        """Add a key; returns None, or the number of the equal one that is there already (and adds nothing)."""
        slots, keys, mask = self._slots, self._keys, self._mask
        at = key & mask
        while number := slots[at]:
            if keys[number - 1] == key:
                return number - 1
            at = (at + 1) & mask
        keys.append(key)
        slots[at] = len(keys)
        if 3 * len(keys) > 2 * mask:
            self._grow()
        return None

    def _grow(self) -> None:
        size = 2 * (self._mask + 1)
        slots, mask = array("I", bytes(4 * size)), size - 1
        for number, key in enumerate(self._keys, 1):
            at = key & mask
            while slots[at]:
                at = (at + 1) & mask
            slots[at] = number
        self._slots, self._mask = slots, mask
