"""Working through a sequence with like next to like."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from agentalign.expand.alike import alike


@given(st.lists(st.integers(0, 3), max_size=90), st.integers(0, 90))
def test_results_come_in_the_order_of_the_items(items: list[int], enough: int) -> None:
    numbered = list(enumerate(items))
    assert list(alike(numbered, lambda pair: str(pair[1]), lambda pair: pair, enough)) == numbered


def test_like_is_worked_on_next_to_like_within_a_stretch() -> None:
    worked: list[int] = []
    list(alike(range(16), lambda n: str(n % 2), worked.append))
    assert worked == [*range(0, 16, 2), *range(1, 16, 2)]


def test_stretches_double_so_that_few_results_cost_little_work() -> None:
    worked: list[int] = []
    for size, most in ((1, 16), (17, 32), (40, 64), (4_000, 4_096), (5_000, 7_168)):
        worked.clear()
        list(islice(alike(range(10_000), lambda _: "", worked.append), size))
        assert len(worked) == most


def test_a_stretch_ends_where_there_is_enough() -> None:
    worked: list[int] = []
    list(islice(alike(range(10_000), lambda _: "", worked.append, 700), 700))
    assert len(worked) == 700
