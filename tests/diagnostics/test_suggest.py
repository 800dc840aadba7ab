"""Did you mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.diagnostics import suggest

NAMES = ["send_email", "send_gmail", "read_email", "web_search", "FullName", "Email", "to", "at"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("send_emial", "send_email"),
        ("sendemail", "send_email"),
        ("email_send", "send_email"),
        ("SEND_EMAIL", "send_email"),
        ("email", "Email"),
        ("Fullname", "FullName"),
        ("search_web", "web_search"),
        ("web_serch", "web_search"),
        ("tO", "to"),
        ("t", "to"),
        ("x", None),
        ("purchase", None),
        ("", None),
    ],
)
def test_what_a_person_would_guess(typed: str, meant: str | None) -> None:
    assert suggest(typed, NAMES) == meant


def test_a_name_is_not_suggested_for_itself() -> None:
    assert suggest("Email", ["Email"]) is None


@given(st.text("ab_C", min_size=1, max_size=9), st.lists(st.text("ab_C", max_size=9), max_size=8), st.randoms())
def test_the_answer_is_a_candidate_and_order_is_irrelevant(name: str, candidates: list[str], rng: object) -> None:
    answer = suggest(name, candidates)
    assert answer is None or (answer in candidates and answer != name)
    shuffled = list(candidates)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert suggest(name, shuffled) == answer


@given(st.text("abcdefgh_", min_size=6, max_size=12), st.data())
def test_one_slip_of_the_finger_is_always_mended(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    dropped = name[:at] + name[at + 1 :]
    doubled = name[:at] + name[at] + name[at:]
    for typed in {swapped, dropped, doubled} - {name}:
        assert suggest(typed, [name, "zzzzzzzz"]) == name
