from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm.pace import MINUTE, Minute, Window


@given(st.integers(1, 200), st.lists(st.booleans(), max_size=300))
def test_the_window_stays_between_one_and_its_ceiling(ceiling: int, answers: list[bool]) -> None:
    window = Window(ceiling)
    for good in answers:
        if good:
            window.succeeded()
        else:
            window.overloaded(window.epoch)
        assert 1.0 <= window.size <= ceiling
        assert window.room(0)
        assert not window.room(ceiling)


@given(st.integers(2, 200), st.integers(1, 50))
def test_calls_of_one_round_halve_it_once(ceiling: int, refused: int) -> None:
    window = Window(ceiling)
    assert [window.overloaded(0) for _ in range(refused)] == [True] + [False] * (refused - 1)
    assert window.size == max(1.0, ceiling / 2)


@given(st.integers(2, 100))
def test_it_recovers(ceiling: int) -> None:
    window = Window(ceiling)
    for _ in range(10):
        window.overloaded(window.epoch)
    rounds = 0
    while window.size < ceiling:
        before = window.size
        for _ in range(int(window.size)):
            window.succeeded()
        assert window.size <= before * 2 + 1
        rounds += 1
    assert rounds <= 2 * ceiling


def test_doubling_then_adding() -> None:
    window = Window(64)
    window.overloaded(0)
    sizes = []
    for _ in range(5):
        for _ in range(int(window.size)):
            window.succeeded()
        sizes.append(round(window.size))
    assert sizes == [49, 51, 53, 54, 56]


@given(st.integers(1, 100), st.lists(st.tuples(st.floats(0, 30), st.integers(1, 120)), max_size=60))
def test_no_minute_holds_more_than_the_limit(limit: int, asked: list[tuple[float, int]]) -> None:
    minute, now, taken = Minute(limit), 0.0, []
    for pause, amount in asked:
        now += pause
        wait = minute.wait(now, amount)
        assert wait >= 0.0
        now += wait
        assert minute.wait(now, amount) <= 1e-6  # what it said is enough
        now += minute.wait(now, amount)
        minute.take(now, amount)
        taken.append((now, amount))
    for begin, _ in taken:
        within = [amount for at, amount in taken if begin <= at < begin + MINUTE - 1e-6]
        assert sum(within) <= limit or len(within) == 1


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 80)), min_size=1, max_size=20))
def test_corrected_amounts_count(amounts: list[tuple[int, int]]) -> None:
    minute = Minute(10_000)
    for estimate, actual in amounts:
        minute.correct(minute.take(0.0, estimate), actual)
    left = 10_000 - sum(actual for _, actual in amounts)
    assert minute.wait(0.0, left) == 0.0
    assert minute.wait(0.0, left + 1) == MINUTE
    minute.wait(MINUTE, 1)
    assert minute.wait(MINUTE, 10_000) == 0.0


def test_a_late_correction_changes_nothing() -> None:
    minute = Minute(10)
    entry = minute.take(0.0, 10)
    minute.wait(100.0, 1)
    minute.take(100.0, 1)
    minute.correct(entry, 500)
    assert minute.wait(100.0, 9) == 0.0
