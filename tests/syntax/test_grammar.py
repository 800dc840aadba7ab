"""The grammar itself, and that the parser reads the language lark would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lark import Lark, Token, Tree, UnexpectedToken

from agentalign.resources import grammar_text
from agentalign.syntax.generate import dump, generate
from agentalign.syntax.machine import Stuck, reductions, run
from agentalign.syntax.tables import FILE, tables
from syntax.programs import lark, module

GOOD = sorted((Path(__file__).parent.parent / "corpus" / "syntax" / "good").glob("*.chain"))


def _nested(tree: object) -> object:
    match tree:
        case Tree(data=data, children=children):
            return str(data), [_nested(child) for child in children]
        case Token():
            return str(tree)
        case _:
            return tree


def _ours(text: str) -> Any:
    def make(name: str) -> Any:
        return lambda _context, _span, children: (name, list(children))

    found = run(reductions(lambda rule: make(rule.name)), None, text, 0, len(text))
    assert not isinstance(found, Stuck), found.token
    return found


def _inner(node: object) -> Iterator[str]:
    if isinstance(node, tuple):
        yield node[0]
        for child in node[1]:
            yield from _inner(child)


def test_the_grammar_has_no_ambiguity_that_lark_would_resolve_silently() -> None:
    Lark(grammar_text(), parser="lalr", lexer="contextual", maybe_placeholders=True, strict=True)


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    # If this fails: python -m agentalign.syntax.generate
    assert FILE.read_text(encoding="utf-8") == dump(generate(grammar_text()))


def test_tables_are_made_anew_for_a_grammar_they_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "tables.json"
    stale.write_text(json.dumps({"grammar": 0}), encoding="utf-8")
    shipped = tables()
    monkeypatch.setattr("agentalign.syntax.tables.FILE", stale)
    tables.cache_clear()
    try:
        assert tables() == shipped
    finally:
        tables.cache_clear()


@pytest.mark.parametrize(
    "path", [path for path in GOOD if path.stem != "keywords_as_names"], ids=lambda path: path.stem
)
def test_the_parser_builds_what_lark_builds(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _ours(text) == _nested(lark().parse(text, start="start"))


def test_more_words_can_be_names_than_with_lark() -> None:
    text = next(path for path in GOOD if path.stem == "keywords_as_names").read_text(encoding="utf-8")
    assert _ours(text)
    with pytest.raises(UnexpectedToken):
        lark().parse(text, start="start")


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(module())
def test_the_parser_builds_what_lark_builds_of_any_text(text: str) -> None:
    assert _ours(text) == _nested(lark().parse(text, start="start"))


def test_the_corpus_uses_every_rule() -> None:
    used = {name for path in GOOD for name in _inner(_ours(path.read_text(encoding="utf-8")))}
    built = {rule.name for rule in tables().rules if not rule.repeats and not (rule.inlined and len(rule.picks) == 1)}
    assert built <= used


def test_a_keyword_is_a_whole_word() -> None:
    text = "edition 1\nchain a() { stepx = f() }\n"
    machine = reductions(lambda _: lambda *_: None)
    found = run(machine, None, text, 0, len(text))
    assert isinstance(found, Stuck)
    assert found.token.text == "stepx"
