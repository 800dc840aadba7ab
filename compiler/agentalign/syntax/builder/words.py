"""Nodes of names, literals, types and expressions."""

# ruff: noqa: D102  # a method is named after the rule of the grammar whose node it builds

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, ClassVar, Final, TypeVar

from agentalign.diagnostics import Diagnostic, Fix
from agentalign.source import Source, Span
from agentalign.syntax import nodes as n
from agentalign.syntax.dedent import uneven

T = TypeVar("T")
Children = Sequence[Any]  # texts of tokens, nodes, tuples and None, as the rule says

MAX_DIGITS: Final = 40
MAX_PROBLEMS: Final = 50
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]*)\}|(.))")


def many(children: Children, kind: type[T]) -> tuple[T, ...]:
    """Those children that are of a kind."""
    return tuple(child for child in children if isinstance(child, kind))


def plain(make: Callable[..., Any], *slots: int) -> Callable[[Any, Span, Children], Any]:
    """Build a node whose fields are the children at `slots`, in that order."""
    fields: Callable[[Children], Sequence[Any]] = (
        itemgetter(*slots) if len(slots) > 1 else lambda c: [c[slot] for slot in slots]
    )
    return lambda _, at, c: make(at, *fields(c))


def only(slot: int) -> Callable[[Any, Span, Children], Any]:
    """Keep one child's value and drop the words around it."""
    return lambda _self, _at, c: c[slot]


def items(_self: object, _at: Span, c: Children) -> tuple[Any, ...]:
    """Keep all nodes of a list."""
    return tuple(child for child in c if isinstance(child, n.Node))


class Words:
    """Names, literals and types. `problems` collects what is wrong inside tokens."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []

    def report(self, code: str, at: Span, message: str, **more: Any) -> None:
        """Note a mistake that does not keep the parser from going on."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Diagnostic.at(code, self.source.at(at.start, at.end), message, **more))

    # ---------------------------------------------------------------------------------------------------- words

    def name(self, at: Span, c: Children) -> n.Name:
        return n.Name(at, c[0])

    slot: ClassVar = name

    def quoted_slot(self, at: Span, c: Children) -> n.Name:
        return n.Name(at, self._unescaped(at, c[0]))

    def word(self, _: Span, c: Children) -> str:
        return str(c[0])

    label: ClassVar = word
    mode: ClassVar = word
    verdict: ClassVar = word

    def path(self, at: Span, c: Children) -> n.Path:
        return n.Path(at, tuple(c))

    def docs(self, at: Span, c: Children) -> str:
        self._check_place_of_docs(at)
        return "\n".join(line[3:].strip() for line in c)

    def _check_place_of_docs(self, at: Span) -> None:
        text = self.source.text
        before = text[text.rfind("\n", 0, at.start) + 1 : at.start].rstrip()
        if before and before[-1] not in "{([":
            help_ = "put it on a line of its own above what it documents, or make it a plain comment with `//`"
            self.report(
                "E0013", Span(at.start, at.start + 3), "this doc comment belongs to what follows it", help=help_
            )

    names = name_list = targets = exprs = assigns = arguments = ports = entries = use_names = shares = items

    # ------------------------------------------------------------------------------------------------- literals

    def string(self, at: Span, c: Children) -> n.StringLit:
        return n.StringLit(at, self._unescaped(at, c[0]))

    def raw_string(self, at: Span, c: Children) -> n.StringLit:
        return n.StringLit(at, c[0][2:-1], raw=True)

    def template(self, at: Span, c: Children) -> n.TemplateLit:
        body = c[0][3:-3]
        short = uneven(body) if "\n" in body else None
        if short is not None:
            start, length = at.start + 3 + short[0], short[1]
            help_ = "every line begins with the blanks that stand before the closing quotes"
            message = "this line is indented less than the template's closing quotes"
            self.report("E0017", Span(start, start + length), message, help=help_)
        return n.TemplateLit(at, body)

    def whole(self, at: Span, c: Children) -> n.NumberLit:
        return n.NumberLit(at, int(self._digits(at, c[0])))

    def decimal(self, at: Span, c: Children) -> n.NumberLit:
        return n.NumberLit(at, Decimal(self._digits(at, c[0])))

    def percent(self, at: Span, c: Children) -> n.NumberLit:
        digits = self._digits(at, c[0][:-1])
        return n.NumberLit(at, Decimal(digits) if "." in digits else int(digits), percent=True)

    def negative(self, at: Span, c: Children) -> n.NumberLit:
        return n.NumberLit(at, -c[1].value)

    def number(self, _: Span, c: Children) -> int | Decimal:
        value: int | Decimal = c[1].value
        return value if c[0] is None else -value

    def truth(self, at: Span, c: Children) -> n.BoolLit:
        return n.BoolLit(at, c[0] == "true")

    def null(self, at: Span, _: Children) -> n.NullLit:
        return n.NullLit(at)

    def _digits(self, at: Span, text: str) -> str:
        digits = text.replace("_", "")
        if len(digits) <= MAX_DIGITS:
            return digits
        self.report("E0012", at, f"a number may have {MAX_DIGITS} digits; this one has {len(digits)}")
        return "0"

    def _unescaped(self, at: Span, text: str) -> str:
        inner = text[1:-1]
        if "\\" not in inner:
            return inner
        return _ESCAPE.sub(lambda match: self._escape(at.start + 1, match), inner)

    def _escape(self, base: int, match: re.Match[str]) -> str:
        if len(self.problems) >= MAX_PROBLEMS:
            return match[0]
        if match[2] in _ESCAPES:
            return _ESCAPES[match[2]]
        at = Span(base + match.start(), base + match.end())
        if match[2] is not None:
            doubled = Fix(self.source.at(at.start, at.start + 1), "\\\\", "write the backslash twice")
            known = r'the escapes are \" \\ \n \t \u{...}; in a pattern use a raw string: r"..."'
            self.report("E0011", at, f"unknown escape `{match[0]}`", help=known, fixes=(doubled,))
            return match[0]
        value = int(match[1], 16) if 0 < len(match[1]) <= 6 else -1
        if 0 <= value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF:
            return chr(value)
        help_ = "a character's number has one to six hexadecimal digits and is at most 10FFFF, without D800 to DFFF"
        self.report("E0011", at, f"`{match[0]}` is not a character", help=help_)
        return match[0]

    # ---------------------------------------------------------------------------------------------------- types

    size = plain(n.Size, 1, 2)
    named_type = plain(n.NamedTypeExpr, 0, 1)
    nullable_type = plain(n.NullableTypeExpr, 0)
    list_type = plain(n.ListTypeExpr, 1, 3)
    shape_type = plain(n.ShapeTypeExpr, 0, 2, 4)
    enum_value = plain(n.EnumValueExpr, 0, 1)
    domain_type = plain(n.DomainTypeExpr, 1, 3)
    brand_case = plain(n.BrandCase, 0, 1)

    def enum_type(self, at: Span, c: Children) -> n.EnumTypeExpr:
        return n.EnumTypeExpr(at, many(c, n.EnumValueExpr))

    def brand_type(self, at: Span, c: Children) -> n.BrandTypeExpr:
        return n.BrandTypeExpr(at, c[1], many(c, n.BrandCase))


class Expressions(Words):
    """Expressions and record bodies."""

    assign = plain(n.Assign, 0, 1)
    argument = plain(n.Argument, 0, 1)
    member = plain(n.Member, 0, 1)
    index = plain(n.Index, 0, 1)
    record_lit = plain(n.RecordLit, 0, 1)
    conditional = plain(n.Conditional, 1, 3, 5)
    selection = plain(n.Selection, 0, 2, 3)
    binary = plain(n.Binary, 0, 1, 2)
    unary = plain(n.Unary, 0, 1)
    where = only(1)

    def comparator(self, _: Span, c: Children) -> str:
        return " ".join(c)

    def reference(self, at: Span, c: Children) -> n.Reference:
        return n.Reference(at, c[0].text)

    def call(self, at: Span, c: Children) -> n.Call:
        return n.Call(at, c[0], c[1] or ())

    def list_lit(self, at: Span, c: Children) -> n.ListLit:
        return n.ListLit(at, c[1] or ())

    def record_body(self, at: Span, c: Children) -> n.RecordBody:
        return n.RecordBody(at, c[1] or ())
