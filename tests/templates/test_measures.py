"""Sizes and lengths of time count as stated if a number in the evidence comes to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates import FILTERS, unsupported
from agentalign.templates.filters.numbers import UNITS


@given(st.integers(0, 10**15))
def test_a_size_is_supported_by_its_bytes(value: int) -> None:
    text = f"The file has {FILTERS['size'].run(value)} now."
    assert unsupported(text, f'{{"size": {value}}}') == ()


@given(st.integers(25, 10**6), st.sampled_from(sorted(UNITS)))
def test_a_length_of_time_is_supported_by_its_number(value: int, unit: str) -> None:
    text = f"It takes {FILTERS['duration'].run(value, unit)} in all."
    assert unsupported(text, f'{{"length": {value}}}') == ()


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("It has 1.5 MB.", "1636000"),
        ("It has 1.5 MB and 2.5 pages.", "1500000"),
        ("It takes 1 hour 31 minutes.", "90"),
        ("It takes 1 hour 30 minutes and 4 days.", "90"),
        ("It takes 90 minutes, and 30 people came.", "1.5"),
    ],
)
def test_others_are_not(text: str, evidence: str) -> None:
    assert unsupported(text, evidence)
