"""The prose lint."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentalign.templates import blemishes
from agentalign.templates import blemishes as lint
from agentalign.templates.blemishes import _REASONS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hi {{ who }}", "an unrendered template"),
        ("Hi %}", "an unrendered template"),
        ("Dear [NAME], hello", "a placeholder"),
        ("Dear [your name], hello", "a placeholder"),
        ("Dear <recipient>, hello", "a placeholder"),
        ("TODO write this", "a placeholder"),
        ("Lorem ipsum dolor", "a placeholder"),
        ("Call None today", "a missing value"),
        ("It is null.", "a missing value"),
        ("It is undefined, sorry", "a missing value"),
        ("I used send_email for it", "a leaked identifier"),
        ("I ran web_search.", "a leaked identifier"),
        ("Hi  there", "a doubled blank"),
        ("Hi \nthere", "a blank at the end of a line"),
        ("Hi , there", "a blank before a mark"),
        ("Is it so ?", "a blank before a mark"),
        ("It ends ..", "a doubled mark"),
        ("It ends..", "a doubled mark"),
        ("So,, it is", "a doubled mark"),
        ("Is it?.", "a doubled mark"),
        ("It is the the end", "a doubled word"),
        ("It is The\nThe end", "a doubled word"),
        ('He said "hi', "an unbalanced quote"),
        ("He said \u201chi", "an unbalanced quote"),
        ("x ", "a blank at the start or end"),
        ("\nx", "a blank at the start or end"),
        ("", "an empty text"),
        (" \n", "an empty text"),
    ],
)
def test_each_blemish_is_found(text: str, reason: str) -> None:
    assert reason in blemishes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, world.",
        "Wait... what?!",
        "- one\n  - two\n\nAnd so on:\n1. three",
        "See https://example.org/a_b?c=1_2 and /tmp/my_file.txt, or a_b@example.org.",
        "Mail it to amber_fox@example.com (or @amber_fox), i.e. soon.",
        "The ratio is 3:1, at 7:30 pm, for $1,200.50.",
        "I know that that is so; he had had enough.",
        "Nonetheless, the nullable one stays undefined-ish.",
        'She said "yes", and left.',
        "Use .env or ./run.sh :)",
        "It is 5 < 6, and [1] is a reference.",
        "Inside e.g. this, etc., and so on.",
        "She's Ana's; it's the Smiths' house.",
    ],
)
def test_clean_prose_has_none(text: str) -> None:
    assert blemishes(text) == ()


def test_values_may_be_what_they_are() -> None:
    text = "I ran `du_it  --all <x> {{y}}` for big_corp."
    assert blemishes(text)
    assert blemishes(text, ["du_it  --all <x> {{y}}", "big_corp"]) == ()


def test_a_value_excuses_nothing_else() -> None:
    assert blemishes("I ran send_email on my_file", ["my_file"]) == ("a leaked identifier",)


@given(
    st.lists(
        st.sampled_from([*'ab {}%[]<>_.,;:!?"\n', "None", "null", "TODO", "the", " the", "\u201c", "\u201d", "a_b"]),
        max_size=12,
    ).map("".join)
)
@example("a\n a")
@example("a\n\na")
def test_the_quick_look_overlooks_nothing(text: str) -> None:
    if text.strip():
        assert lint(text) == tuple(reason for reason, _, found in _REASONS if found(text))
