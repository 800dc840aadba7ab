"""The printer of documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.syntax.format.doc import (
    INDENT,
    SPACE,
    WIDTH,
    Doc,
    Group,
    Hard,
    IfBroken,
    Lead,
    Line,
    Nest,
    Raw,
    Suffix,
    Text,
    Wrap,
    concat,
    pretty,
)


def _list(*words: str) -> Doc:
    inner: list[Doc] = []
    for number, word in enumerate(words):
        inner += [Line(spaced=number > 0), Text(word), Text(",") if number + 1 < len(words) else IfBroken(",")]
    return Group(concat([Text("["), Nest(concat(inner)), Line(spaced=False), Text("]")]))


def test_a_group_that_fits_stays_on_its_line() -> None:
    assert pretty(_list("a", "b")) == "[a, b]"


def test_a_group_that_does_not_fit_breaks_all_its_lines() -> None:
    word = "w" * (WIDTH // 2)
    assert pretty(_list(word, word)) == f"[\n  {word},\n  {word},\n]"


@pytest.mark.parametrize(("after", "broken"), [(0, False), (1, True)])
def test_what_follows_on_the_line_counts(after: int, broken: bool) -> None:
    doc = concat([_list("w" * (WIDTH - 2)), Text("x" * after), Hard(), Text("y" * WIDTH)])
    assert pretty(doc).startswith("[\n") is broken


def test_an_inner_group_breaks_only_if_it_must() -> None:
    word = "w" * (WIDTH - 20)
    doc = Group(concat([Text("("), Nest(concat([Line(spaced=False), _list("a", "b"), Text(word)])), Line(), Text(")")]))
    assert pretty(concat([Text("x" * 30), doc])) == "x" * 30 + f"(\n  [a, b]{word}\n)"


def test_a_hard_line_breaks_the_groups_around_it() -> None:
    assert pretty(Group(concat([Text("a"), Line(), Text("b"), Hard(), Text("c")]))) == "a\nb\nc"


def test_a_comment_comes_after_what_ends_its_line_and_breaks_the_groups_around_it() -> None:
    doc = Group(concat([Text("a"), Suffix("// c"), Line(), Text("b")]))
    assert pretty(doc) == "a // c\nb"


def test_a_comment_at_the_end_of_a_group_leaves_it_whole() -> None:
    inner = Group(concat([Text("a"), Line(), Text("b"), Suffix("// c")]))
    assert pretty(concat([inner, Hard(), Text("d")])) == "a b // c\nd"


def test_what_follows_a_comment_goes_on_in_the_next_line() -> None:
    assert pretty(concat([Text("a"), Suffix("// c"), SPACE, Text("b"), SPACE, Text("d")])) == "a // c\n  b d"


def test_comment_lines_stand_alone() -> None:
    lead = Lead(("// c", "// d"))
    assert pretty(concat([Text("a"), SPACE, lead, Text("b")])) == "a\n  // c\n  // d\n  b"
    assert pretty(concat([lead, Text("b")])) == "// c\n// d\nb"


def test_a_wrap_breaks_only_where_that_helps() -> None:
    half = "w" * (WIDTH // 2)
    assert pretty(concat([Text("a"), Wrap(Text("b"))])) == "a b"
    assert pretty(concat([Text(half), Wrap(Text(half))])) == f"{half}\n  {half}"
    assert pretty(concat([Text("a"), Wrap(_list(half, half))])) == f"a [\n  {half},\n  {half},\n]"


def test_lines_inside_a_token_are_indented_unless_verbatim() -> None:
    doc = concat([Text("("), Raw(), Text("a"), Raw(verbatim=True), Text(" b "), Raw(), Raw(), Text(")")])
    assert pretty(Nest(doc)) == "(\n  a\n b \n\n  )"


_WORDS = st.text(alphabet="ab", min_size=1, max_size=40).map(Text)
_DOCS = st.recursive(
    _WORDS
    | st.sampled_from([Line(), Line(spaced=False), Hard(), SPACE, Suffix("// c"), Lead(("// d",)), IfBroken(",")]),
    lambda inner: (
        st.lists(inner, max_size=5).map(concat) | inner.map(Nest) | inner.map(Group) | st.builds(Wrap, _WORDS | inner)
    ),
    max_leaves=25,
)


def _words(doc: Doc) -> str:
    match doc:
        case Text(text) | Suffix(text):
            return text
        case Lead(lines):
            return "".join(lines)
        case Nest(inner) | Group(inner) | Wrap(inner):
            return _words(inner)
    return "".join(map(_words, getattr(doc, "docs", ())))


@given(_DOCS)
def test_words_and_comments_survive_in_order_and_no_line_ends_in_a_blank(doc: Doc) -> None:
    text = pretty(doc)
    squeezed = "".join(text.split()).replace(",", "")
    assert squeezed == "".join(_words(doc).split())
    assert all(line == line.rstrip() for line in text.split("\n"))


@given(_DOCS)
def test_nothing_follows_a_comment_on_its_line(doc: Doc) -> None:
    assert all(line.rpartition("//")[2] in {" c", " d"} for line in pretty(doc).split("\n") if "//" in line)


@given(_DOCS)
def test_nesting_indents_every_line_but_the_first(doc: Doc) -> None:
    first = concat([Text("x"), Hard(), doc])
    plain, nested = pretty(first).split("\n"), pretty(Nest(first)).split("\n")
    if max(map(len, plain)) <= WIDTH - 2 * INDENT and len(plain) == len(nested):
        assert [line.strip() for line in plain] == [line.strip() for line in nested]
        assert all(not line or line.startswith(" " * INDENT) for line in nested[1:])
