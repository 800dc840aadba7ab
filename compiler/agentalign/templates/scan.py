"""Jinja's own lexer, with an offset for every token and a located issue where it gives up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from agentalign.templates.nodes import Issue


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is Jinja's (`data`, `variable_begin`, `name`, `operator`, ...); blanks inside tags are left out."""

    kind: str
    text: str
    start: int
    end: int


_UNEXPECTED = re.compile(r"unexpected char .* at (\d+)$", re.DOTALL)


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(keep_trailing_newline=True, autoescape=False, cache_size=0)


def scan(body: str) -> tuple[tuple[Token, ...], Issue | None]:
    """Return the tokens of `body`, and the issue that ended the scan, if any.

    The tokens of a scan without issue cover the body but for what whitespace control strips before a tag: Jinja drops
    that without a token, so the position is recovered from the tag that follows.
    """
    # Jinja turns CRLF into LF, which would move every later offset; a blank keeps them where they are.
    source = body.replace("\r\n", " \n").replace("\r", "\n")
    tokens: list[Token] = []
    at = 0
    try:
        for _, kind, text in _environment().lex(source):
            if kind.endswith("_begin"):
                while not source.startswith(text, at):
                    at += 1
            end = at + len(text)
            if kind != "whitespace":
                tokens.append(Token(kind, text, at, end))
            at = end
    except TemplateSyntaxError as error:
        return tuple(tokens), _failure(error, source, at)
    return tuple(tokens), None


def _failure(error: TemplateSyntaxError, source: str, at: int) -> Issue:
    message = error.message or "malformed template"
    found = _UNEXPECTED.match(message)
    if found is not None:
        at = int(found[1])
        if source[at] in "\"'":
            return Issue("syntax", "this string is never closed", at, at + 1)
        return Issue("syntax", f"unexpected character {source[at]!r} in a tag", at, at + 1)
    if "comment" in message:
        return Issue("syntax", "this comment is never closed", max(at - 2, 0), at)
    if "raw" in message:
        return Issue("construct", "templates may not use `raw`", max(at - 2, 0), at)
    return Issue("syntax", message.replace("'", "`"), at, min(at + 1, len(source)))
