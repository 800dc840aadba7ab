"""Agreement beyond chance, and near duplicates, against what is known of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.measure.texts import near_duplicates
from agentalign.synthesize import NearDuplicates, bootstrapped, cohen, fleiss


def test_cohen_as_in_a_textbook() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert cohen(pairs) == pytest.approx(0.4)
    measure = bootstrapped(pairs)
    assert measure.low < measure.value < measure.high
    assert bootstrapped(pairs) == measure


def test_fleiss_as_in_a_textbook() -> None:
    rows = ((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1), (7, 7, 0, 0, 0),
            (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7))  # fmt: skip
    votes = {tuple(str(at) for at, count in enumerate(row) for _ in range(count)): 1 for row in rows}
    assert fleiss(votes) == pytest.approx(0.2099, abs=1e-4)  # type: ignore[arg-type]
    assert fleiss({("a",): 3}) is None
    assert fleiss({("a", "a"): 3}) == 1.0


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(" ".join), max_size=12))
def test_near_duplicates_are_those_of_the_measure(texts: list[str]) -> None:
    found = NearDuplicates()
    kept = [text for text in texts if not found.add(text)]
    assert near_duplicates([re.findall(r"\w+", text) for text in kept]) == []
    for at, text in enumerate(texts):
        if text not in kept:
            words = [re.findall(r"\w+", other) for other in [*[t for t in texts[:at] if t in kept], text]]
            assert near_duplicates(words)
