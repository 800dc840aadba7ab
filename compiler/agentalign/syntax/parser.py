"""The parser proper: lark over the shipped grammar, building nodes as it reduces."""

from __future__ import annotations

from functools import cache

from lark import Lark

from agentalign.resources import grammar_text
from agentalign.syntax.builder import Builder
from agentalign.syntax.nodes import Module


@cache
def _lark() -> Lark:
    return Lark(grammar_text(), parser="lalr", lexer="contextual", transformer=Builder(), maybe_placeholders=True)


def parse_text(text: str) -> Module:
    """The module a text spells; raises lark's errors."""
    return _lark().parse(text)  # type: ignore[return-value]
