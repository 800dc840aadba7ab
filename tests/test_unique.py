"""Noticing repeats in a few megabytes."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.unique import Unique, key


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 40) | st.integers(0, 9).map(lambda n: n << 60), max_size=300)
)
def test_unique_is_a_dictionary_of_first_places(keys: list[int]) -> None:
    unique = Unique()
    first: dict[int, int] = {}
    for number in keys:
        assert unique.add(number) == first.get(number)
        first.setdefault(number, len(first))
    assert len(unique) == len(first)


def test_unique_grows_and_stays_small() -> None:
    unique = Unique()
    count = 50_000
    assert all(unique.add(key(str(number))) is None for number in range(count))
    assert all(unique.add(key(str(number))) == number for number in range(0, count, 97))
    assert sum(sys.getsizeof(part) for part in (unique._keys, unique._slots)) < 32 * count
