"""Stray characters, quotes that do not close, glued numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agentalign.diagnostics import Diagnostic, Fix, Label
from agentalign.source import Span
from agentalign.syntax.errors.failure import Failure

_QUOTES: Final = "'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_QUOTED: Final = re.compile(rf"[{_QUOTES}]([^{_QUOTES}\"\\\n]*)[{_QUOTES}]")
_INSTEAD: Final[Mapping[str, tuple[str, str, str]]] = {
    "&&": ("and", "conditions are joined with `and`", "write `and`"),
    "||": ("or", "conditions are joined with `or`", "write `or`"),
    "!": ("not ", "a condition is turned around with `not`", "write `not`"),
    "#": ("//", "comments begin with `//`", "write `//`"),
    ";": ("", "a clause ends with its line; there are no semicolons", "remove it"),
}
# The last line of a template that ran into the next one: the beginning of a clause whose wording that was.
_RAN_INTO: Final = re.compile(
    r"\n[ \t]*(?:(?:ask|request|answer|refuse|offer|narrate|compose|upset)\b[ \t]*[\w.: ]*|\w+[ \t]*:[ \t]*)\Z"
)


def lexical(failure: Failure) -> Diagnostic | None:
    """Say what is wrong with a character, if one is what the parser met."""
    token, text = failure.token, failure.source.text
    if text.startswith("/*", token.start):
        place = failure.source.at(token.start, token.start + 2)
        return Diagnostic.at("E0005", place, "comments begin with `//` and end with their line")
    if token.text == "r" and text[token.end : token.end + 1] == '"':
        return _unclosed(failure, token.start, token.end + 1)
    if token.kind != "BAD":
        return None
    if token.text == '"':
        return _unclosed(failure, token.start, token.start + (3 if text.startswith('"""', token.start) else 1))
    if token.text in _QUOTES:
        return _quote(failure)
    for wrong, (right, message, title) in _INSTEAD.items():
        if text.startswith(wrong, token.start):
            place = failure.source.at(token.start, token.start + len(wrong))
            return Diagnostic.at("E0005", place, message, fixes=(Fix(place, right, title),))
    return _stray(failure)


def _unclosed(failure: Failure, start: int, end: int) -> Diagnostic:
    template = end - start == 3
    place = failure.source.at(start, end)
    if template:
        return Diagnostic.at(
            "E0006", place, "this template is never closed", "it begins here", help='close it with `"""`'
        )
    help_ = 'a string ends on the line it begins on; text of several lines stands in `"""`'
    return Diagnostic.at("E0006", place, "this string is never closed", "it begins here", help=help_)


def _quote(failure: Failure) -> Diagnostic:
    """Single and typographic quotes, with a fix where the string ends on the line."""
    token, text = failure.token, failure.source.text
    match = _QUOTED.match(text, token.start)
    fixes = []
    if match:
        place = failure.source.at(match.start(), match.end())
        fixes.append(Fix(place, f'"{match[1]}"', "use double quotes"))
    return failure.error("E0005", token, 'strings stand in double quotes: "..."', fixes=fixes)


def _stray(failure: Failure) -> Diagnostic:
    token = failure.token
    if token.text.isalpha():
        return failure.error("E0005", token, f"names have ASCII letters, digits and `_` only, not `{token.text}`")
    shown = f"`{token.text}`" if token.text.isprintable() else f"U+{ord(token.text):04X}"
    return failure.error("E0005", token, f"the character {shown} means nothing here")


def glued(failure: Failure) -> Diagnostic | None:
    """A number that runs into a word: `1e5`, `3rd`, `0x1F`."""
    token, previous = failure.token, failure.previous
    if previous is None or previous.end != token.start or token.kind != "WORD":
        return None
    if previous.kind not in {"INT", "DECIMAL", "PERCENT"}:
        return None
    place = failure.place(Span(previous.start, token.end))
    help_ = "numbers are written like 5_000, 2.50 or 40%"
    return Diagnostic.at("E0012", place, f"`{place.text}` is not a number", help=help_)


def swallowed(failure: Failure) -> Diagnostic | None:
    """A template that is not closed and so ended only where the next one begins."""
    token = failure.previous
    ran = _RAN_INTO.search(token.text[:-3]) if token is not None and token.kind == "TEMPLATE" else None
    if token is None or ran is None:
        return None
    label = Label(failure.source.at(token.end - 3, token.end), "so it ends here, where the next one begins")
    opener = failure.source.at(token.start, token.start + 3)
    message = "this template is never closed"
    return Diagnostic.at("E0006", opener, message, "it begins here", secondary=(label,), help='close it with `"""`')
