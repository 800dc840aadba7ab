import os
import subprocess
import sys
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.types import Stream, digest, spread

KEYS = st.binary(max_size=40)


@given(KEYS)
def test_equal_keys_give_equal_streams(key: bytes) -> None:
    assert [Stream(key).bits() for _ in range(3)] != [Stream(key + b"!").bits() for _ in range(3)]
    one, two = Stream(key), Stream(key)
    assert [one.bits() for _ in range(40)] == [two.bits() for _ in range(40)]


@given(KEYS, st.integers(1, 2**200))
def test_below_stays_below(key: bytes, n: int) -> None:
    stream = Stream(key)
    assert all(0 <= stream.below(n) < n for _ in range(20))


@pytest.mark.parametrize("n", [2, 3, 7, 10, 64])
def test_below_is_even(n: int) -> None:
    stream, hits = Stream(b"even"), [0] * n
    for _ in range(1000 * n):
        hits[stream.below(n)] += 1
    assert sum((hit - 1000) ** 2 / 1000 for hit in hits) < 2.5 * n + 12  # chi-squared, far in its tail


def test_below_reaches_high_bits_of_large_numbers() -> None:
    stream = Stream(b"large")
    draws = [stream.below(2**150) for _ in range(200)]
    assert 60 < sum(draw >= 2**149 for draw in draws) < 140
    assert 60 < sum(draw % 2 for draw in draws) < 140


@pytest.mark.parametrize("n", [0, -1])
def test_below_nothing_is_an_error(n: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        Stream(b"").below(n)


@given(KEYS, st.lists(st.integers(), max_size=30))
def test_shuffle_permutes(key: bytes, items: list[int]) -> None:
    assert sorted(Stream(key).shuffle(items)) == sorted(items)


def test_shuffle_reaches_every_order() -> None:
    assert len({Stream(str(i)).shuffle("abcd") for i in range(500)}) == 24


@given(KEYS, st.text(max_size=5), st.text(max_size=5), st.integers(0, 20))
def test_forks_depend_on_label_alone(key: bytes, label: str, other: str, drawn: int) -> None:
    stream = Stream(key)
    before = stream.fork(label).bits()
    for _ in range(drawn):
        stream.bits()
    assert stream.fork(label).bits() == before
    assert (stream.fork(other).bits() == before) == (label == other)
    assert Stream(key).bits() != before


def test_pick_and_chance() -> None:
    stream = Stream(b"pick")
    assert {stream.pick("abc") for _ in range(60)} == set("abc")
    assert not any(stream.chance(0, 5) for _ in range(50))
    assert all(stream.chance(5, 5) for _ in range(50))
    assert 350 < sum(stream.chance(1, 2) for _ in range(800)) < 450


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_digest_separates_parts(one: list[str], two: list[str]) -> None:
    assert (digest(*one) == digest(*two)) == (one == two)


@given(st.lists(st.text(max_size=300), max_size=6))
def test_digest_is_that_of_length_and_text_by_turns(parts: list[str]) -> None:
    raw = [part.encode() for part in parts]
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in raw)
    assert digest(*parts) == blake2b(framed, digest_size=16).hexdigest()


def test_digest_is_pinned() -> None:
    assert digest() == "cae66941d9efbd404e4d88758ea67670"
    assert digest("ab", "c") != digest("a", "bc")
    assert len(digest("x")) == 32


@given(st.integers(1, 3000), st.text(max_size=3))
def test_spread_is_a_bijection(n: int, salt: str) -> None:
    assert sorted(spread(i, n, salt) for i in range(n)) == list(range(n))


@given(st.integers(1, 2**300), st.data())
def test_spread_stays_inside_large_ranges(n: int, data: st.DataObject) -> None:
    one, two = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
    assert 0 <= spread(one, n) < n
    assert (spread(one, n) == spread(two, n)) == (one == two)


def test_spread_outside_is_an_error() -> None:
    for index in (-1, 5):
        with pytest.raises(ValueError, match="outside"):
            spread(index, 5)


def test_nothing_depends_on_the_hash_seed() -> None:
    program = (
        "from agentalign.types import *\n"
        "print(Stream('k').fork('x').shuffle(range(30)), digest('a', 'b'))\n"
        "print([(d.name, d.generate(5), d.forms(d.generate(5)), d.recognise(f'It is {d.generate(5)}.')) "
        "for d in domains.values()])\n"
        "t = StringType(pattern=r'(ab|a[c-e]){2,3}\\d+')\n"
        "print(size(t), [value_at(t, i) for i in range(0, 10**6, 99991)])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000
