"""Indentation of templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.check.dedent import dedent

BODIES = st.text(alphabet=" \tab\n{}", max_size=60)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("one", "one"),
        ("  one  ", "  one  "),
        ("\n    one\n      two\n    ", "one\n  two"),
        ("\n    one\n    two", "one\ntwo"),
        ("Dear\n    you\n    ", "Dear\nyou"),
        ("Dear\n    you", "Dear\nyou"),
        ("\n  one\n\n  two\n  ", "one\n\ntwo"),
        ("\n one\n    ", "one"),
        ("\n", ""),
        ("", ""),
    ],
)
def test_examples(body: str, text: str) -> None:
    assert dedent(body).text == text


@given(BODIES)
def test_every_character_comes_from_where_the_map_says(body: str) -> None:
    made = dedent(body)
    for offset, character in enumerate(made.text):
        assert body[made.origin(offset)] == character


@given(BODIES, st.integers(0, 6))
def test_indenting_a_whole_block_changes_nothing(body: str, width: int) -> None:
    block = "\n" + "\n".join(body.replace("\t", " ").split("\n")) + "\n"
    deeper = "\n" + "\n".join(" " * width + line for line in block[1:].split("\n"))
    assert dedent(deeper).text == dedent(block).text
