"""The grammar for editors agrees with the language on what is a keyword, and colours a whole file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentalign.resources import grammar_text
from agentalign.syntax.tables import tables

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "grammar" / "agentalign.tmLanguage.json"
GRAMMAR: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def _rules(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _rules(child)
    elif isinstance(node, list):
        for child in node:
            yield from _rules(child)


def test_the_keywords_are_those_of_the_language() -> None:
    words: list[str] = []
    for pattern in GRAMMAR["repository"]["keywords"]["patterns"]:
        alternatives = re.fullmatch(r"\\b\(\?:([a-z|]+)\)\\b.*", pattern["match"])
        assert alternatives
        words += alternatives[1].split("|")
    terminals = re.findall(r'^[A-Z]+: "([a-z]+)"$', grammar_text(), re.MULTILINE)
    assert sorted(words) == sorted(terminals) == sorted(tables().keywords)


def test_every_included_rule_exists() -> None:
    used = {rule["include"].removeprefix("#") for rule in _rules(GRAMMAR) if "include" in rule}
    assert used == set(GRAMMAR["repository"])


@pytest.mark.parametrize(
    ("rule", "text", "matches"),
    [
        ("numbers", "1_000 2.50 12.5% x1", ["1_000", "2.50", "12.5%"]),
        ("operators", "a => b -> c 0..4 d?", ["=>", "->", "..", "?"]),
        ("types", "Email string strings Page2", ["Email", "string", "Page2"]),
        ("calls", "web_search(a) b (c)", ["web_search"]),
    ],
)
def test_patterns_match_whole_tokens(rule: str, text: str, matches: list[str]) -> None:
    assert re.findall(GRAMMAR["repository"][rule]["match"], text) == matches


def test_a_field_named_like_a_keyword_is_no_keyword() -> None:
    patterns = [pattern["match"] for pattern in GRAMMAR["repository"]["keywords"]["patterns"]]
    assert any(re.match(pattern, "title") for pattern in patterns)
    assert not any(re.match(pattern, "title: string") or re.match(pattern, "type?: string") for pattern in patterns)
