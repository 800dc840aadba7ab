"""Explaining what was done to a list of rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentalign.emit.align import Change, Entry, align

ROWS = [Entry(f"id{n}", f"digest{n}") for n in range(12)]
COUNTS = st.integers(0, len(ROWS) - 1)


def test_nothing_was_done() -> None:
    assert align(ROWS, ROWS) == ()
    assert align([], []) == ()


@given(COUNTS)
def test_a_removed_row(at: int) -> None:
    assert align(ROWS, ROWS[:at] + ROWS[at + 1 :]) == (Change("removed", f"id{at}", None, at + 1),)


@given(COUNTS)
def test_an_added_row(at: int) -> None:
    assert align(ROWS, [*ROWS[:at], Entry("new", "new"), *ROWS[at:]]) == (Change("added", "new", at + 1, None),)


@given(COUNTS)
def test_an_edited_row(at: int) -> None:
    assert align(ROWS, [*ROWS[:at], Entry(f"id{at}", "new"), *ROWS[at + 1 :]]) == (
        Change("edited", f"id{at}", at + 1, at + 1),
    )


@given(COUNTS, COUNTS)
def test_a_moved_row(start: int, end: int) -> None:
    rows = list(ROWS)
    rows.insert(end, rows.pop(start))
    changes = align(ROWS, rows)
    assert len(changes) == (start != end)
    if abs(start - end) > 1:  # of two neighbours either may have moved
        assert changes == (Change("moved", f"id{start}", end + 1, start + 1),)


@given(COUNTS)
def test_a_repeated_row(at: int) -> None:
    assert align(ROWS, [*ROWS, ROWS[at]]) == (Change("repeated", f"id{at}", 13, None),)


@given(st.lists(st.sampled_from([*ROWS, Entry("id3", "edited"), Entry("", "junk")]), max_size=16))
def test_changes_add_up(rows: list[Entry]) -> None:
    changes = align(ROWS, rows)
    assert (changes == ()) == (rows == ROWS)
    kinds = [change.kind for change in changes]
    more = kinds.count("added") + kinds.count("repeated") - kinds.count("removed")
    assert len(rows) == len(ROWS) + more
    for change in changes:
        assert change.line is None or rows[change.line - 1].id == change.id
        assert change.was is None or ROWS[change.was - 1].id == change.id
