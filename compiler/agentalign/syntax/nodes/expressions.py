"""Nodes of types, values and expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.syntax.dedent import dedent
from agentalign.syntax.nodes.base import Name, Node

# ------------------------------------------------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True, eq=False)
class Size(Node):
    """`(1..5)`: bounds of a length or a number; an end left out is open."""

    low: int | Decimal | None
    high: int | Decimal | None


@dataclass(frozen=True, slots=True, eq=False)
class NamedTypeExpr(Node):
    """`Email`, `string(2..200)`."""

    name: Name
    size: Size | None


@dataclass(frozen=True, slots=True, eq=False)
class ShapeTypeExpr(Node):
    """`string matching r"[A-Z]{2}" brand platform`."""

    name: Name
    pattern: StringLit
    brand: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class ListTypeExpr(Node):
    """`list[Page](1..3)`."""

    item: TypeExpr
    size: Size | None


@dataclass(frozen=True, slots=True, eq=False)
class EnumValueExpr(Node):
    """One value of an enum, with its doc line."""

    doc: str | None
    value: StringLit


@dataclass(frozen=True, slots=True, eq=False)
class EnumTypeExpr(Node):
    """`enum { "low", "high" }`."""

    values: tuple[EnumValueExpr, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DomainTypeExpr(Node):
    """`domain "email"`: a built-in domain, possibly branded."""

    domain: StringLit
    brand: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class BrandCase(Node):
    """`ebay => ItemNumber`: the shape an identifier has under one brand key."""

    key: Name
    type: TypeExpr


@dataclass(frozen=True, slots=True, eq=False)
class BrandTypeExpr(Node):
    """`brand platform { ebay => A, amazon => B }`."""

    kind: Name
    cases: tuple[BrandCase, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NullableTypeExpr(Node):
    """`T?`."""

    inner: TypeExpr


TypeExpr: TypeAlias = (
    NamedTypeExpr | ShapeTypeExpr | ListTypeExpr | EnumTypeExpr | DomainTypeExpr | BrandTypeExpr | NullableTypeExpr
)

# ------------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True, eq=False)
class StringLit(Node):
    """`"..."` or `r"..."`; `value` has its escapes resolved."""

    value: str
    raw: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TemplateLit(Node):
    """A Jinja template in triple quotes; `body` is what stands between them, untouched."""

    body: str

    @property
    def text(self) -> str:
        """What it says: the body without the indentation and line breaks that only lay it out."""
        return dedent(self.body).text


@dataclass(frozen=True, slots=True, eq=False)
class NumberLit(Node):
    """`5_000`, `2.50`; `percent` for `40%` (the value is then 40)."""

    value: int | Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class BoolLit(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True, eq=False)
class NullLit(Node):
    """`null`."""


@dataclass(frozen=True, slots=True, eq=False)
class ListLit(Node):
    """`[a, b]`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reference(Node):
    """A word that stands for a value: a parameter, a step, a `let`, `world`, `clock`, `account`, `new`, `it`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Member(Node):
    """`page.contact`."""

    value: Expr
    name: Name


@dataclass(frozen=True, slots=True, eq=False)
class Index(Node):
    """`world.orders[id]`: the row with that key."""

    value: Expr
    index: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Argument(Node):
    """An argument, by name or by position."""

    name: Name | None
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """`take(rows, 3)`, `new.id("msg")`."""

    callee: Expr
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assign(Node):
    """`name: value` in a record body or an argument list."""

    name: Name
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class RecordBody(Node):
    """`{ id: x, at: y }` without the record's name (given by where it stands)."""

    assigns: tuple[Assign, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RecordLit(Node):
    """`Receipt { id: x }`."""

    type: Name
    body: RecordBody


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Node):
    """`not x`, `-x`."""

    operator: str
    operand: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Node):
    """`a + b`, `a == b`, `a and b`, `a not in b`."""

    left: Expr
    operator: str
    right: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Node):
    """`if a then b else c`."""

    test: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Node):
    """`cheapest of hits where in_stock`: one row, or with `all` the matching rows."""

    selector: Name
    source: Expr
    where: Expr | None


Expr: TypeAlias = (
    StringLit
    | TemplateLit
    | NumberLit
    | BoolLit
    | NullLit
    | ListLit
    | Reference
    | Member
    | Index
    | Call
    | RecordBody
    | RecordLit
    | Unary
    | Binary
    | Conditional
    | Selection
)
