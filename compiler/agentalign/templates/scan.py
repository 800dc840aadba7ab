"""Jinja's tokens with an offset for each, and a located issue where Jinja's lexer gives up.

Plain templates, which nearly all are, are cut up here, in a third of the time and without loading Jinja. Whatever has
something unusual in it (comments, `raw`, whitespace control, escapes in strings, a mistake) is left to Jinja's own lexer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agentalign.dataclasses import dataclass
from agentalign.templates.nodes import Issue

if TYPE_CHECKING:
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment


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
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415  # a tenth of the time a check of a spec may take

    return SandboxedEnvironment(keep_trailing_newline=True, autoescape=False, cache_size=0)


def scan(body: str) -> tuple[tuple[Token, ...], Issue | None]:
    """Return the tokens of `body`, and the issue that ended the scan, if any.

    The tokens of a scan without issue cover the body but for what whitespace control strips before a tag: Jinja drops
    that without a token, so the position is recovered from the tag that follows.
    """
    plain = _plain(body)
    return _by_jinja(body) if plain is None else (plain, None)


_BEGIN: Final = re.compile(r"\{[{%#]")
_PART: Final = re.compile(
    r"""(?P<whitespace>\s+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?!\w))|(?P<integer>(?:0|[1-9][0-9]*)(?![\w.]))"""
    r"""|(?P<string>'[^'\\]*'|"[^"\\]*")|(?P<operator>[=!<>]=|[<>|.,()=])"""
)
_TAGS: Final = {"{{": ("variable", "}}"), "{%": ("block", "%}")}


def _plain(body: str) -> tuple[Token, ...] | None:
    """Return the tokens of a plain template; None if it is not plain."""
    if "\r" in body:
        return None
    tokens: list[Token] = []
    at = 0
    while (begin := _BEGIN.search(body, at)) is not None:
        if begin.start() > at:
            tokens.append(Token("data", body[at : begin.start()], at, begin.start()))
        end = _tag(body, begin.start(), tokens)
        if end is None:
            return None
        at = end
    if at < len(body):
        tokens.append(Token("data", body[at:], at, len(body)))
    return tuple(tokens)


def _tag(body: str, start: int, tokens: list[Token]) -> int | None:
    """Append the tokens of the tag that starts there; returns its end, or None if it is not plain."""
    opening = body[start : start + 2]
    kind, closing = _TAGS.get(opening, ("", ""))
    tokens.append(Token(f"{kind}_begin", opening, start, start + 2))
    at, depth = start + 2, 0
    while kind and not body.startswith(closing, at):
        part = _PART.match(body, at)
        if part is None or part.lastgroup is None:
            return None
        text = part.group()
        depth += (text == "(") - (text == ")")
        if depth < 0 or (text == "raw" and tokens[-1].kind == "block_begin"):
            return None
        if part.lastgroup != "whitespace":
            tokens.append(Token(part.lastgroup, text, at, part.end()))
        at = part.end()
    if depth or not kind:
        return None
    tokens.append(Token(f"{kind}_end", closing, at, at + 2))
    return at + 2


def _by_jinja(body: str) -> tuple[tuple[Token, ...], Issue | None]:
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415

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
