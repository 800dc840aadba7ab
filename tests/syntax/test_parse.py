"""Trees of sound files."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from agentalign.source import Source
from agentalign.syntax import nodes as n
from agentalign.syntax import parse, same, walk
from golden import Golden
from syntax.dump import dump

GOOD = sorted((Path(__file__).parent.parent / "corpus" / "syntax" / "good").glob("*.chain"))


def _module(text: str) -> n.Module:
    parsed = parse(Source("x.chain", "edition 1\n" + text))
    assert parsed.diagnostics == ()
    return parsed.module


def _value(expression: str) -> n.Expr:
    reading = _module(f"reading benign a of b {{ bind x = {expression} }}").declarations[0]
    assert isinstance(reading, n.ReadingDecl)
    bind = reading.items[0]
    assert isinstance(bind, n.Bind)
    return bind.value


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_file_has_this_tree(path: Path, golden: Golden) -> None:
    parsed = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert parsed.diagnostics == ()
    golden(path.with_suffix(".ast"), dump(parsed.module))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_node_lies_inside_its_parent(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for node in walk(parse(Source(path.name, text)).module):
        assert 0 <= node.span.start < node.span.end <= len(text)
        for child in n.children(node):
            assert node.span.covers(child.span)


def test_a_node_covers_its_text() -> None:
    text = "edition 1\n/// Doc.\nrecord R {\n  /// One.\n  a: list[string](1..2)? from b\n}\n"
    record = parse(Source("x.chain", text)).module.declarations[0]
    assert isinstance(record, n.RecordDecl)
    assert record.doc == "Doc."
    assert text[record.span.start : record.span.end].startswith("record R {\n  /// One.")
    assert text[record.fields[0].span.start : record.fields[0].span.end] == "a: list[string](1..2)? from b"


@pytest.mark.parametrize(
    ("expression", "bracketed"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("-a.b", "-(a.b)"),
        ("not a == b", "not (a == b)"),
        ("not a and b", "(not a) and b"),
        ("a or b and c", "a or (b and c)"),
        ("a + b in c", "(a + b) in c"),
        ("a.b(1).c[2]", "((a.b)(1).c)[2]"),
        ("if a then b else if c then d else e", "if a then b else (if c then d else e)"),
        ("first of a.b where c and d", "first of (a.b) where (c and d)"),
    ],
)
def test_operators_bind_as_usual(expression: str, bracketed: str) -> None:
    assert same(_value(expression), _value(bracketed))
    assert not same(_value(expression), _value("x"))


@pytest.mark.parametrize(
    ("literal", "value"),
    [(r'"a\"\\\n\tb"', 'a"\\\n\tb'), (r'"\u{1F600}\u{e9}"', "\N{GRINNING FACE}é"), (r'r"\d\"', "\\d\\"), ('""', "")],
)
def test_escapes_are_resolved(literal: str, value: str) -> None:
    found = _value(literal)
    assert isinstance(found, n.StringLit)
    assert found.value == value


def test_numbers_keep_their_kind() -> None:
    whole, decimal, percent = (_value(text) for text in ("1_000", "2.50", "12.5%"))
    assert isinstance(whole, n.NumberLit)
    assert isinstance(decimal, n.NumberLit)
    assert isinstance(percent, n.NumberLit)
    assert (type(whole.value), str(whole.value)) == (int, "1000")
    assert str(decimal.value) == "2.50"
    assert (str(percent.value), percent.percent) == ("12.5", True)


def test_four_slashes_make_a_plain_comment() -> None:
    (decl,) = _module("//// no doc\n/// doc\n////// no doc\ntype A = int").declarations
    assert isinstance(decl, n.TypeDecl)
    assert decl.doc == "doc"


def test_sameness_ignores_place_layout_and_the_order_of_imports() -> None:
    left = _module('use b { d, c }\nuse a { x }\nreading benign r of c { ask """\n  one\n    two\n  """ }')
    right = _module('use a { x }\n\nuse b { c, d }\nreading benign r of c {\n ask """one\n  two"""\n}')
    assert same(left, right)
    assert not same(left, _module('use a { x }\nuse b { c }\nreading benign r of c { ask """one\n  two""" }'))


def test_a_walk_meets_parents_first_and_in_the_order_of_the_text() -> None:
    module = _module("type A = list[B](1..2)\ntype C = D?")
    assert [type(node).__name__ for node in walk(module)] == [
        *("Module", "NumberLit", "TypeDecl", "Name", "ListTypeExpr", "NamedTypeExpr", "Name", "Size"),
        *("TypeDecl", "Name", "NullableTypeExpr", "NamedTypeExpr", "Name"),
    ]


def test_the_garbage_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    _module("")
    assert gc.isenabled()
    gc.disable()
    try:
        _module("")
        assert not gc.isenabled()
    finally:
        gc.enable()
