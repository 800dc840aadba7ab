"""The formatter: what it makes of files, and the laws it keeps for all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentalign.resources import specs_root
from agentalign.source import Source
from agentalign.syntax import Formatted, format_source, parse, same
from agentalign.syntax.format.module import module as laid_out
from agentalign.syntax.format.tree import tree
from agentalign.syntax.machine import tokens
from golden import Golden
from syntax.programs import declaration, module

CORPUS = Path(__file__).parent.parent / "corpus"
MESSY = sorted((CORPUS / "format").glob("*.chain"))
SOUND = [*sorted((CORPUS / "syntax" / "good").glob("*.chain")), *sorted(specs_root().rglob("*.chain"))]
# Reported, but no reason not to know how the file would look: the tree is whole.
HARMLESS = {"E0013", "E0014"}


def _format(text: str) -> str:
    found = format_source(Source("x.chain", text))
    assert isinstance(found, Formatted)
    return found.text


def _comments(text: str) -> list[str]:
    found, end = [], 0
    for token in tokens(text, 0, len(text)):
        found += [match.rstrip() for match in re.findall("//[^\n]*", text[end : token.start])]
        end = token.end
    return found


def _check_laws(text: str) -> None:
    before = parse(Source("x.chain", text))
    assert {diagnostic.code for diagnostic in before.diagnostics} <= HARMLESS
    once = laid_out(tree(text))
    after = parse(Source("x.chain", once))
    assert {diagnostic.code for diagnostic in after.diagnostics} <= HARMLESS
    assert same(before.module, after.module)
    assert laid_out(tree(once)) == once
    assert once.endswith("\n")
    assert not once.endswith("\n\n")
    assert "\n\n\n" not in re.sub('"""[\\s\\S]*?"""', "", once)


@pytest.mark.parametrize("path", MESSY, ids=lambda path: path.stem)
def test_a_file_is_laid_out_like_this(path: Path, golden: Golden) -> None:
    golden(path.with_suffix(".formatted"), _format(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*MESSY, *SOUND], ids=lambda path: path.stem)
def test_the_laws_hold_for_files(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    _check_laws(text)
    assert sorted(_comments(_format(text))) == sorted(_comments(text))


@settings(max_examples=70, suppress_health_check=list(HealthCheck), deadline=None)
@given(module())
def test_the_laws_hold_for_any_text_with_comments_anywhere(text: str) -> None:
    _check_laws(text)
    assert _comments(laid_out(tree(text))) == _comments(text)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(declaration("use") | declaration("table_decl"), max_size=5).map("\n".join))
def test_imports_move_to_the_top_in_order_with_their_comments(text: str) -> None:
    text = "edition 1\n" + text
    _check_laws(text)
    once = laid_out(tree(text))
    assert sorted(_comments(once)) == sorted(_comments(text))
    uses = parse(Source("x.chain", once)).module.uses
    declarations = parse(Source("x.chain", once)).module.declarations
    assert [use.module.text for use in uses] == sorted(use.module.text for use in uses)
    assert all(use.span.end < decl.span.start for use in uses for decl in declarations)


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(module(), st.data())
def test_layout_does_not_depend_on_the_blanks_between_tokens(text: str, data: st.DataObject) -> None:
    parts, end = [], 0
    for token in tokens(text, 0, len(text)):
        gap = text[end : token.start]
        keep = "//" in gap or "\n" in gap
        parts.append(gap if keep else data.draw(st.sampled_from([" ", "\t", "  "])) if gap else "")
        parts.append(token.text)
        end = token.end
    assert laid_out(tree("".join(parts))) == laid_out(tree(text))


def test_a_file_with_syntax_errors_is_left_alone() -> None:
    source = Source("x.chain", "edition 1\ntype A =\n")
    assert format_source(source) == parse(source).diagnostics
    assert format_source(source)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1000", "1_000"),
        ("007", "7"),
        ("1_00", "100"),
        ("1234567", "1_234_567"),
        ("0012345.6780", "12_345.6780"),
        ("1000.5%", "1_000.5%"),
        (r'"\u{41}"', '"A"'),
        (r'"\u{22}\u{5c}\u{a}\u{9}"', r'"\"\\\n\t"'),
        (r'"\\u{41}"', r'"\\u{41}"'),
        ('"a\tb"', r'"a\tb"'),
        ('"\N{ZERO WIDTH SPACE}\N{NO-BREAK SPACE}"', r'"\u{200b}\u{a0}"'),
        (r'"\u{E9}"', '"é"'),
        (r'r"\u{41}"', r'r"\u{41}"'),
    ],
)
def test_numbers_and_strings_have_one_spelling(written: str, canonical: str) -> None:
    head = "edition 1\n\nreading benign a of b {\n  bind x = "
    assert _format(f"{head}{written}}}") == f"{head}{canonical}\n}}\n"


def test_deep_nesting_up_to_the_limit_is_laid_out() -> None:
    for opening, inner, closing in [("[", "1", "]"), ("f(", "1", ")"), ("((a + ", "b", "))"), ("x { a: ", "1", "}")]:
        depth = 30
        text = f"edition 1\nreading benign a of b {{ bind x = {opening * depth}{inner}{closing * depth} }}"
        assert _format(_format(text)) == _format(text)
    doubled = f"edition 1\n\nreading benign a of b {{\n  bind x = {'(' * 900}a{')' * 900}\n}}\n"
    assert "".join(_format(doubled).split()) == "".join(doubled.split())
