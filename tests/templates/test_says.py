"""What the words of a template say on every way through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates import parse_template, says
from agentalign.templates.nodes import Apply, If, Literal, Node, Output, Text


@pytest.mark.parametrize(
    ("body", "phrases", "expected"),
    [
        ("take the closest match", ["closest match"], "always"),
        ("take the Closest-match, please", ["closest match"], "always"),
        ("take the closest\n  match", ["closest match"], "always"),
        ("take the closest matches", ["closest match"], "never"),
        ("take all of it", ["all"], "always"),
        ("take it, small as it is", ["all"], "never"),
        ("take the {{ one_of('closest', 'best') }} match", ["closest match"], "sometimes"),
        ("take the {{ one_of('closest', 'best') }} match", ["closest match", "best match"], "always"),
        ("take the closest {{ x }} match", ["closest match"], "never"),
        ("{% if x %}closest{% else %}best{% endif %} match", ["closest match", "best match"], "always"),
        ("{% if x %}closest match{% endif %}", ["closest match"], "sometimes"),
        ("{% for y in x %}closest match{% endfor %}", ["closest match"], "sometimes"),
        ("{% for y in x %}a {% endfor %}", ["a a"], "sometimes"),
        ("max 3{{ details(x) }}, then", ["3"], "always"),
        ("{{ one_of('max 3', 'at most 3') }}{{ details(x) }}", ["3"], "always"),
        ("max 3{{ x }}, then", ["3"], "never"),
        ("at most{{ details(x) }} three", ["at most three"], "sometimes"),
        ("aab", ["ab"], "never"),
        ("a ab abc", ["ab abc"], "always"),
        ("go", [], "never"),
        ("go", ["", "!"], "never"),
    ],
)
def test_phrases(body: str, phrases: list[str], expected: str) -> None:
    assert says(parse_template(body).nodes, phrases) == expected


def wordings(nodes: Sequence[Node]) -> Iterator[str]:
    """Every text the words can make, by brute force."""
    if not nodes:
        yield ""
        return
    first, rest = nodes[0], nodes[1:]
    heads: list[str]
    match first:
        case Text(text=text):
            heads = [text]
        case Output(expr=Apply(args=args)):
            heads = [str(arg.value) for arg in args if isinstance(arg, Literal)]
        case If():
            heads = [word for body in (*(b.body for b in first.branches), first.otherwise) for word in wordings(body)]
        case _:
            heads = ["\x00"]
    for head in heads:
        for tail in wordings(rest):
            yield head + tail


PIECES = st.recursive(
    st.one_of(
        st.text(alphabet="ab ", max_size=4),
        st.just("{{ x }}"),
        st.lists(st.text(alphabet="ab ", max_size=3), min_size=2, max_size=3, unique=True).map(
            lambda words: f"{{{{ one_of({', '.join(map(repr, words))}) }}}}"
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda p: f"{{% if x %}}{p[0]}{{% else %}}{p[1]}{{% endif %}}"),
        inner.map(lambda p: f"{{% if x %}}{p}{{% endif %}}"),
    ),
    max_leaves=7,
)


@given(PIECES, st.lists(st.from_regex("[ab]{1,3}( [ab]{1,2})?", fullmatch=True), min_size=1, max_size=2))
def test_the_answer_is_that_of_trying_every_way(body: str, phrases: list[str]) -> None:
    nodes = parse_template(body).nodes
    found = {any(f" {phrase} " in f" {' '.join(text.split())} " for phrase in phrases) for text in wordings(nodes)}
    expected = "always" if found == {True} else "never" if found == {False} else "sometimes"
    assert says(nodes, phrases) == expected
