"""Expressions of templates: a recursive-descent parser over Jinja's tokens, with Jinja's precedence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from agentalign.diagnostics import suggest
from agentalign.templates.nodes import (
    SITES,
    Apply,
    Compare,
    Expr,
    Filtered,
    Group,
    Issue,
    IssueKind,
    Literal,
    Logic,
    Name,
    Op,
    Path,
)
from agentalign.templates.scan import Token

MAX_DEPTH: Final = 16
"""How deep parentheses and blocks may nest."""

CONSTANTS: Final = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
KEYWORDS: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})
_ESCAPE: Final = re.compile(
    r"\\(?:[\\\"'abfnrtv\n]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
)
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "//", "%", "**", "~"})


class Mistake(Exception):  # noqa: N818 - not an error of ours: it carries one of the template's author
    """Ends the reading of one tag; never leaves this package's parser."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def mistake(kind: IssueKind, message: str, at: Token | Expr | Name, help: str | None = None) -> Mistake:  # noqa: A002
    """Return a `Mistake` that stands at a token or expression."""
    return Mistake(Issue(kind, message, at.start, at.end, help))


class Cursor:
    """The tokens of one tag, without its delimiters, and the place after which the next expression starts."""

    def __init__(self, tokens: Sequence[Token], end: Token) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0
        self._depth = 0

    @property
    def here(self) -> Token:
        """The next token, or the tag's end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    @property
    def done(self) -> bool:
        """Whether the tag has no more tokens."""
        return self._at >= len(self._tokens)

    @property
    def last_end(self) -> int:
        """Where the token before the next one ends."""
        return self._tokens[self._at - 1].end

    def take(self) -> Token:
        """Return the next token and move on."""
        token = self.here
        self._at += 1
        return token

    def accept(self, text: str, kind: str = "operator") -> Token | None:
        """Take the next token if it is this one."""
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.text == text and token.kind == kind:
                self._at += 1
                return token
        return None

    def expect(self, text: str) -> Token:
        """Take this operator, or complain."""
        return self.accept(text) or self.fail(f"expected `{text}`")

    def fail(self, message: str) -> Token:
        """Raise a syntax mistake at the next token."""
        found = "the end of the tag" if self.done else f"`{self.here.text}`"
        raise mistake("syntax", f"{message}, found {found}", self.here)

    def name(self, what: str) -> Name:
        """Take a name."""
        token = self.take() if self.here.kind == "name" and not self.done else self.fail(f"expected {what}")
        return Name(token.text, token.start, token.end)

    def close(self) -> None:
        """Complain about anything that is left in the tag."""
        if self.done:
            return
        here = self.here
        if here.kind == "name" and here.text == "if":
            raise mistake("construct", "templates may not use `if` inside an expression", here, "use `{% if %}`")
        if here.text in _ARITHMETIC:
            raise mistake("construct", f"templates do not calculate: `{here.text}` is not allowed", here)
        if here.kind == "name" and here.text == "is":
            raise mistake("construct", "templates may not use `is` tests", here, "compare with `==`, or test the value")
        self.fail("expected the end of the tag")

    def deeper(self) -> None:
        """Count one more level of nesting."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise mistake("size", f"expressions may nest at most {MAX_DEPTH} deep", self.here)

    def shallower(self) -> None:
        """Count one level less."""
        self._depth -= 1


def expression(cursor: Cursor) -> Expr:
    """Read one expression: `or` binds loosest, then `and`, `not`, comparison, filter, member."""
    cursor.deeper()
    left = _and(cursor)
    while cursor.accept("or", "name"):
        right = _and(cursor)
        left = Logic("or", (left, right), left.start, right.end)
    cursor.shallower()
    return left


def _and(cursor: Cursor) -> Expr:
    left = _not(cursor)
    while cursor.accept("and", "name"):
        right = _not(cursor)
        left = Logic("and", (left, right), left.start, right.end)
    return left


def _not(cursor: Cursor) -> Expr:
    token = cursor.accept("not", "name")
    if token is None:
        return _comparison(cursor)
    cursor.deeper()
    operand = _not(cursor)
    cursor.shallower()
    return Logic("not", (operand,), token.start, operand.end)


def _comparison(cursor: Cursor) -> Expr:
    left = filtered(cursor)
    found = _compared(cursor, left)
    if found is not left and (cursor.here.text in _COMPARISONS or cursor.here.text == "in") and not cursor.done:
        raise mistake("construct", "comparisons may not be chained", cursor.here, "join two with `and`")
    return found


def _compared(cursor: Cursor, left: Expr) -> Expr:
    here = cursor.here
    if here.kind == "operator" and here.text in _COMPARISONS:
        cursor.take()
        right = filtered(cursor)
        return Compare(cast("Op", here.text), left, right, left.start, right.end)
    negated = here.kind == "name" and here.text == "not"
    if negated:
        cursor.take()
        if cursor.here.text != "in":
            cursor.fail("expected `in` after `not`")
    if cursor.accept("in", "name"):
        right = filtered(cursor)
        inside = Compare("in", left, right, left.start, right.end)
        return Logic("not", (inside,), left.start, right.end) if negated else inside
    return left


def filtered(cursor: Cursor) -> Expr:
    """Read a value with its filters."""
    value = _primary(cursor)
    while cursor.accept("|"):
        name = cursor.name("the name of a filter")
        if cursor.accept("."):
            raise mistake("construct", "a filter has a plain name", cursor.here)
        args = _arguments(cursor) if cursor.accept("(") else ()
        value = Filtered(value, name, args, value.start, cursor.last_end)
    return value


def _primary(cursor: Cursor) -> Expr:
    token = cursor.here
    if cursor.done:
        cursor.fail("expected a value")
    match token.kind:
        case "string":
            cursor.take()
            return _after(cursor, Literal(_string(token), token.start, token.end))
        case "integer" | "float":
            cursor.take()
            return _after(cursor, Literal(_number(token), token.start, token.end))
        case "name" if token.text in CONSTANTS:
            cursor.take()
            return _after(cursor, Literal(CONSTANTS[token.text], token.start, token.end))
        case "name" if token.text in KEYWORDS:
            cursor.fail("expected a value")
        case "name":
            return _after(cursor, _path(cursor))
        case "operator" if token.text in {"(", "["}:
            return _after(cursor, _group(cursor))
        case "operator" if token.text == "-":
            return _negative(cursor)
        case "operator" if token.text == "{":
            raise mistake("construct", "templates may not write objects", token)
    cursor.fail("expected a value")
    raise AssertionError


def _after(cursor: Cursor, value: Expr) -> Expr:
    """Refuse what Jinja would allow after a value: subscripts, calls, members of anything but a path."""
    here = cursor.here
    if cursor.done or here.kind != "operator":
        return value
    if here.text == "[":
        raise mistake("construct", "templates may not use subscripts", here, "write `value.field`")
    if here.text == "(":
        raise mistake("construct", "templates may not call this", here, "only `one_of`, `tool` and `details` can be")
    if here.text == ".":
        raise mistake("construct", "only a value in scope has fields", here)
    return value


def _path(cursor: Cursor) -> Expr:
    first = cursor.take()
    names = [Name(first.text, first.start, first.end)]
    if cursor.here.text == "(" and not cursor.done:
        return _call(cursor, names[0])
    while cursor.accept("."):
        if cursor.here.kind in {"integer", "float"} and not cursor.done:
            raise mistake("construct", "templates may not use subscripts", cursor.here, "use `first` or a loop")
        names.append(cursor.name("the name of a field"))
    if cursor.here.text == "(" and not cursor.done and len(names) > 1:
        raise mistake("construct", f"`{names[-1].text}` cannot be called: templates have no methods", names[-1])
    for name in names:
        if name.text.startswith("_"):
            raise mistake("field" if name is not names[0] else "name", _unnamed(name, names), name)
    return Path(tuple(names), names[0].start, names[-1].end)


def _unnamed(name: Name, names: Sequence[Name]) -> str:
    return f"no such field: `{name.text}`" if name is not names[0] else f"no such name: `{name.text}`"


def _call(cursor: Cursor, name: Name) -> Expr:
    if name.text not in SITES:
        near = suggest(name.text, SITES)
        known = ", ".join(f"`{site}`" for site in sorted(SITES))
        help_ = f"did you mean `{near}`?" if near else f"templates can call {known}"
        raise Mistake(Issue("construct", f"there is no function `{name.text}`", name.start, name.end, help_, near))
    cursor.expect("(")
    args = _arguments(cursor)
    return Apply(name, args, name.start, cursor.last_end)


def _arguments(cursor: Cursor) -> tuple[Expr, ...]:
    """Read arguments up to and with the closing parenthesis."""
    args: list[Expr] = []
    while not cursor.accept(")"):
        if cursor.here.text in {"*", "**"} and not cursor.done:
            raise mistake("construct", "arguments cannot be unpacked", cursor.here)
        args.append(expression(cursor))
        if cursor.here.text == "=" and not cursor.done:
            raise mistake("construct", "arguments have no names here", cursor.here, "give them in order")
        if cursor.here.text != ")":
            cursor.expect(",")
    return tuple(args)


def _group(cursor: Cursor) -> Expr:
    opening = cursor.take()
    closing = ")" if opening.text == "(" else "]"
    items: list[Expr] = []
    comma = opening.text == "["
    while not cursor.accept(closing):
        items.append(expression(cursor))
        if cursor.here.text != closing or cursor.done:
            cursor.expect(",")
            comma = True
    if len(items) == 1 and not comma:
        return items[0]
    return Group(tuple(items), opening.start, cursor.last_end)


def _negative(cursor: Cursor) -> Expr:
    sign = cursor.take()
    token = cursor.here
    if cursor.done or token.kind not in {"integer", "float"}:
        raise mistake("construct", "templates do not calculate: `-` is only allowed before a number", sign)
    cursor.take()
    return _after(cursor, Literal(-_number(token), sign.start, token.end))


def _number(token: Token) -> int | float:
    digits = token.text.replace("_", "")
    if len(digits) > 40:
        raise mistake("size", "this number has too many digits", token)
    return int(digits, 0) if token.kind == "integer" else float(digits)


def _string(token: Token) -> str:
    inner = token.text[1:-1]
    if "\\" not in inner:
        return inner
    stray = next((m for m in re.finditer(r"\\.", inner, re.DOTALL) if not _ESCAPE.match(inner, m.start())), None)
    if stray is not None:
        start = token.start + 1 + stray.start()
        raise Mistake(Issue("syntax", f"unknown escape `{stray.group()}`", start, start + 2))
    # Jinja's own decoding, so that both read the same string.
    return inner.encode("ascii", "backslashreplace").decode("unicode-escape")
