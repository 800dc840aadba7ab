"""Frequent mistakes that a look at one token and what was expected tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from agentalign.diagnostics import Diagnostic, Fix
from agentalign.source import Span
from agentalign.syntax.errors.brackets import innermost
from agentalign.syntax.errors.failure import Failure
from agentalign.syntax.errors.words import found
from agentalign.syntax.machine import tokens

Hint = Callable[[Failure], Diagnostic | None]

_CALLED: Final = re.compile(r"\bstep\s+\w+\s*=\s*[\w.]+\s*\(\Z")

# A sign that stands for another: (found, expected, what to say).
_CONFUSED: Final = (
    ("=", ":", "a name and its value or type are parted by `:` here"),
    (":", "=", "`=` gives a name its value here"),
    ("->", "=>", "a condition or key and what it leads to are parted by `=>`"),
    ("=", "=>", "a condition or key and what it leads to are parted by `=>`"),
    (":", "=>", "a condition or key and what it leads to are parted by `=>`"),
    ("=>", "->", "a capability says what it gives with `->`"),
    (":", "->", "a capability says what it gives with `->`"),
    ("=", "==", "values are compared with `==`"),
    (".", "..", "a range is written with two dots"),
    ("-", "..", "a range is written with two dots"),
)


def confused(failure: Failure) -> Diagnostic | None:
    """One sign for another."""
    token = failure.token
    for wrong, right, message in _CONFUSED:
        if token.text == wrong and right in failure.accepted and not (right == "=>" and _is_comparison(failure)):
            return failure.error("E0005", token, message, f"expected `{right}`", fixes=_exchanged(failure, right))
    return None


def _is_comparison(failure: Failure) -> bool:
    """Whether a `=` stands inside a condition: the arrow behind the condition is still to come."""
    token, text = failure.token, failure.source.text
    if token.text != "=" or "==" not in failure.accepted:
        return False
    ends = {"=>", "when", "otherwise", "}"}
    following = tokens(text, token.end, len(text))
    return next((found.text for found in following if found.text in ends or found.kind == "END"), "") == "=>"


def _exchanged(failure: Failure, right: str) -> tuple[Fix, ...]:
    """Put another sign in a token's place, with the blanks before it that are usual."""
    token, previous = failure.token, failure.previous
    start = token.start if previous is None else previous.end
    blank = "" if right in {":", ".."} else " "
    return (Fix(failure.source.at(start, token.end), blank + right, f"write `{right}`"),)


def decimal_range(failure: Failure) -> Diagnostic | None:
    """`0.5` for `0..5`."""
    previous = failure.previous
    if ".." not in failure.accepted or previous is None or previous.kind != "DECIMAL" or failure.token.text != ")":
        return None
    fixes = failure.fix(previous, previous.text.replace(".", ".."), "write two dots")
    return failure.error("E0005", previous, "a range is written with two dots", fixes=fixes)


def template_or_string(failure: Failure) -> Diagnostic | None:
    """The wrong kind of quotes."""
    token, keys = failure.token, failure.accepted
    if token.kind == "STRING" and "$TEMPLATE" in keys:
        inner = token.text[1:-1]
        fixes = () if "\\" in inner else failure.fix(token, f'"""{inner}"""', "use three quotes")
        return failure.error("E0005", token, 'a wording is a template, in `"""`; this is a plain string', fixes=fixes)
    if token.kind == "TEMPLATE" and "$STRING" in keys:
        inner = token.text[3:-3]
        fixes = () if any(mark in inner for mark in '\n"\\') else failure.fix(token, f'"{inner}"', "use single quotes")
        return failure.error("E0005", token, "this is plain text and no template: one pair of quotes", fixes=fixes)
    if token.kind == "STRING" and "$RSTRING" in keys:
        fixes = failure.insertion(token.start, "r", "make it a raw string")
        return failure.error("E0005", token, 'a pattern is a raw string: r"..."', fixes=fixes)
    return None


def percent(failure: Failure) -> Diagnostic | None:
    """A share without its sign."""
    token = failure.token
    if token.kind not in {"INT", "DECIMAL"} or "$PERCENT" not in failure.accepted:
        return None
    text = failure.source.text
    sign = len(text) - len(text[token.end :].lstrip(" \t"))
    if text[sign : sign + 1] == "%":
        fix = Fix(failure.source.at(token.end, sign), "", "remove the blank")
        return failure.error("E0005", token, "a percentage has no blank before its sign", fixes=(fix,))
    fixes = failure.insertion(token.end, "%", "add the percent sign")
    return failure.error("E0005", token, "a share is a percentage", fixes=fixes)


def arrow(failure: Failure) -> Diagnostic | None:
    """A capability that does not say what it gives."""
    if failure.accepted != {"->"} or failure.previous is None:
        return None
    end = failure.previous.end
    help_ = "write `-> Type` after the ports"
    return Diagnostic.at("E0005", failure.place(Span(end, end)), "a capability says what it gives", "here", help=help_)


def hyphen(failure: Failure) -> Diagnostic | None:
    """A name with a hyphen in it."""
    token, previous, text = failure.token, failure.previous, failure.source.text
    if token.text != "-" or previous is None or previous.kind != "WORD":
        return None
    if previous.end != token.start or not text[token.end : token.end + 1].isalpha():
        return None
    return failure.error("E0005", token, "names are joined with `_`", fixes=failure.fix(token, "_", "write `_`"))


def comma(failure: Failure) -> Diagnostic | None:
    """A comma too many between clauses, or one missing in a list."""
    token, previous, keys = failure.token, failure.previous, failure.accepted
    if token.text == "," and failure.is_between_items and previous is not None:
        fixes = failure.fix(token, "", "remove the comma")
        return failure.error("E0005", token, "a clause ends with its line; no comma follows it", fixes=fixes)
    closes = {")", "]", "}"} & keys
    begins_value = token.kind not in {"SIGN", "END", "DOC"} or token.text in {"(", "[", "{"}
    if "," not in keys or not closes or not begins_value or previous is None or failure.is_between_items:
        return None
    fixes = failure.insertion(previous.end, ",", "put a comma between")
    closer = sorted(closes)[0]
    message = f"expected `,` or `{closer}`, found {found(failure)}"
    return failure.error("E0005", token, message, help="the parts of a list are parted by commas", fixes=fixes)


def imports(failure: Failure) -> Diagnostic | None:
    """An import without its list of names."""
    values = failure.stuck.stack.values
    if "{" not in failure.accepted or "use" not in values[-2:] + values[-3:]:
        return None
    help_ = "imports name what they take: `use std.people { FullName, Email }`"
    return failure.error("E0005", failure.token, f"expected `{{`, found {found(failure)}", help=help_)


def star(failure: Failure) -> Diagnostic | None:
    """A glob."""
    if failure.token.text != "*" or "use" not in failure.stuck.stack.values:
        return None
    return failure.error("E0005", failure.token, "there are no globs: name what you import")


def bound(failure: Failure) -> Diagnostic | None:
    """A repeated step without its bound."""
    previous = failure.previous
    if "max" not in failure.accepted or previous is None:
        return None
    after = failure.place(Span(previous.end, previous.end))
    message = "a repeated step says how often it is done at most"
    fixes = failure.insertion(previous.end, " max 3", "add a bound")
    return Diagnostic.at("E0005", after, message, "expected `max`", fixes=fixes)


def positional(failure: Failure) -> Diagnostic | None:
    """An argument of a step without the name of its port."""
    opener, previous = innermost(failure), failure.previous
    if opener is None or previous is None or _CALLED.search(failure.source.text, 0, opener.end) is None:
        return None
    unnamed = previous if ":" in failure.accepted and previous.kind == "WORD" else failure.token
    if unnamed is failure.token and ("$NAME" not in failure.accepted or unnamed.kind in {"SIGN", "END", "DOC"}):
        return None
    value = unnamed.text if len(unnamed.text) <= 40 else "..."
    return failure.error(
        "E0005", unnamed, "what a step gives to a capability is named by its port", help=f"write `PORT: {value}`"
    )


HINTS: Final[tuple[Hint, ...]] = (
    confused,
    decimal_range,
    template_or_string,
    percent,
    arrow,
    hyphen,
    star,
    comma,
    imports,
    bound,
    positional,
)
