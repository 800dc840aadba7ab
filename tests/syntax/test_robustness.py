"""Hostile and nonsensical texts: always an answer, never an exception, and never much time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.source import Source
from agentalign.syntax import format_source, nodes, parse
from agentalign.syntax.limits import MAX_DEPTH
from agentalign.syntax.machine import MAX_TOKENS

GOOD = sorted((Path(__file__).parent.parent / "corpus" / "syntax" / "good").glob("*.chain"))
SIZE = 100_000
SAMPLE = "edition 1\n" + "\n".join(path.read_text(encoding="utf-8").replace("edition 1", "") for path in GOOD)
PIECES = re.findall(r'"""[\s\S]*?"""|"[^"\n]*"|\w+|\s+|[^\w\s]', SAMPLE)


def _expression(text: str) -> str:
    return f"edition 1\nreading benign a of b {{\n  bind x = {text}\n}}\n"


def _report(text: str) -> list[tuple[str, int]]:
    source = Source("x.chain", text)
    parsed = parse(source)
    if parsed.diagnostics:
        assert format_source(source) == parsed.diagnostics
    for diagnostic in parsed.diagnostics:
        for location in (diagnostic.location, *(label.location for label in diagnostic.secondary)):
            assert location is not None
            assert 0 <= location.span.start <= location.span.end <= len(text)
    return [(found.code, found.location.span.start) for found in parsed.diagnostics if found.location]


@pytest.mark.parametrize(
    "text",
    [
        _expression("(" * 10_000),
        _expression("[" * 10_000),
        _expression("[" * 10_000 + "]" * 10_000),
        _expression("x { a: " * 10_000),
        _expression("not " * 10_000 + "a"),
        _expression("-" * 10_000 + "a"),
        _expression("if a then b else " * 10_000 + "c"),
        _expression("if " * 10_000),
        _expression("first of a where " * 10_000),
        _expression("a + " * 10_000 + "a"),
        _expression("a and b or " * 10_000 + "a"),
        _expression("a." * 10_000 + "a"),
        _expression("a" + "[1]" * 10_000),
        _expression("a" + "()" * 10_000),
        "edition 1\ntype A = " + "list[" * 10_000 + "B" + "]" * 10_000,
        "edition 1\ntype A = " + "brand a { b => " * 10_000,
    ],
    ids=lambda text: re.sub(r"\s+", " ", text)[-18:],
)
def test_deep_nesting_is_one_located_error(text: str) -> None:
    assert [code for code, _ in _report(text)] == ["E0008"]


def test_the_limit_on_nesting_is_exact() -> None:
    # Reading, bind, and a level for each bracket and the number inside.
    fits = MAX_DEPTH - 3
    assert _report(_expression("[" * fits + "1" + "]" * fits)) == []
    assert [code for code, _ in _report(_expression("[" * (fits + 1) + "1" + "]" * (fits + 1)))] == ["E0008"]


def test_a_declaration_that_nests_too_deep_is_left_out_of_the_tree() -> None:
    text = "edition 1\ntype A = B\ntype C = " + "list[" * 200 + "D" + "]" * 200 + "\ntype E = F\n"
    declarations = parse(Source("x.chain", text)).module.declarations
    assert [decl.name.text for decl in declarations if isinstance(decl, nodes.TypeDecl)] == ["A", "E"]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "{",
            "(",
            "}",
            '"',
            '"""',
            '\\"',
            '"\\"\n',
            '""" x ',
            "'",
            "/",
            "/* ",
            "//\n",
            "///\n",
            "/// x\n",
            " ",
            "\n",
            "a",
        ),
        *(
            "1",
            "chain x\n",
            "type A = \n",
            "type A = B\n",
            "use a { b }\n",
            '"""\nchain a(\n',
            "edition 1\n",
            "\t",
            "é",
            "@",
        ),
    ],
)
def test_one_thing_repeated_is_answered(unit: str) -> None:
    # Quadratic time in any part of the parser would make this test hang.
    text = "edition 1\n" + unit * (SIZE // len(unit.encode()))
    assert len(_report(text)) <= 51


def test_a_module_has_a_limited_number_of_tokens() -> None:
    (found,) = parse(Source("x.chain", _expression("[" + "1, " * (MAX_TOKENS // 2) + "]"))).diagnostics
    assert found.code == "E0003"


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert _report(text)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_sequence_of_tokens_gets_an_answer(pieces: list[str]) -> None:
    _report("edition 1\n" + " ".join(pieces))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(SAMPLE)),
    st.integers(0, 40),
    st.sampled_from(["", "{", "}", '"', '"""', "(", "\n", ",", "ask", "@"]),
)
def test_a_damaged_file_gets_few_errors_near_the_damage(place: int, length: int, inserted: str) -> None:
    text = SAMPLE[:place] + inserted + SAMPLE[place + length :]
    found = _report(text)
    # A lost quote may turn text into code up to the next declaration, and damage may end one declaration in another.
    assert len([code for code, _ in found if code != "E0014"]) <= 4
