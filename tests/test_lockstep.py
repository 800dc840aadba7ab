"""Doing many like things at once, step by step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.lockstep import Steps, alone, lockstep


def counting(name: int, steps: int, done: list[tuple[int, int]]) -> Steps[int]:
    for step in range(steps):
        done.append((step, name))
        yield
    return name * 10


@given(st.lists(st.integers(0, 4), max_size=6))
def test_each_step_of_all_comes_before_the_next(lengths: list[int]) -> None:
    done: list[tuple[int, int]] = []
    works = [counting(name, steps, done) for name, steps in enumerate(lengths)]
    assert lockstep(works) == [name * 10 for name in range(len(lengths))]
    assert done == sorted(done)
    assert len(done) == sum(lengths)


def test_one_work_is_done_alone() -> None:
    assert alone(counting(7, 3, [])) == 70


def test_what_goes_wrong_is_not_hidden() -> None:
    def broken() -> Steps[None]:
        yield
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        lockstep([counting(1, 5, []), broken()])
