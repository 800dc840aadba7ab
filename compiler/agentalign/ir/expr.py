"""Resolved expressions: what argument values, world rows and conditions are computed from.

Names are resolved, defaults filled in, selectors reduced to a field and a direction, and every table access knows the
expression that gives its partition. The language is total: no loops but those over lists, no recursion.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.types import Type

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Scalar: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Const:
    """A literal or a default."""

    value: Json


@dataclass(frozen=True, slots=True)
class Var:
    """A value by name: chain parameter, step result, `let`, tool parameter, loop variable, `it`, a row (`@row`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Get:
    """A field of a record; null where the field is absent or the record is null."""

    value: Expr
    field: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a domain value: `Part(who, "full_name", "first")`."""

    value: Expr
    domain: str
    part: str


@dataclass(frozen=True, slots=True)
class Account:
    """A field of the user's account."""

    field: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The record's clock: `now` (date-time), `today` (date), `after` some minutes (advances nothing)."""

    kind: Literal["now", "today", "after"]
    minutes: Expr | None = None


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new value from the record's stream: of a type, an id with a prefix, a number in a range, a lexicon's entry."""

    kind: Literal["value", "id", "int", "decimal", "pick"]
    type: Type | None = None
    lexicon: str | None = None
    arguments: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A desugared template; its names are those in scope."""

    template: str


@dataclass(frozen=True, slots=True)
class MakeList:
    """A list of values."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """`field: value` of a record under construction."""

    field: str
    value: Expr


@dataclass(frozen=True, slots=True)
class MakeRecord:
    """A record; `slots` holds every field it will have, in declared order."""

    type: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or built-in function: `eq`, `add`, `and`, `if`, `take`, `reference`, … (see `simulate.functions`).

    `choose` has conditions, each followed by its value, and at the end the value where none holds.
    """

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Select:
    """`cheapest of hits where in_stock`: direction over a field, first row on ties; `all` keeps every matching row.

    `where` sees the row as `@row`. Gives null when nothing matches (`all`: the empty list).
    """

    how: Literal["first", "last", "min", "max", "all"]
    field: str | None
    source: Expr
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table (partition), in insertion order."""

    table: str
    partition: Expr | None


@dataclass(frozen=True, slots=True)
class Row:
    """The row with a key, or null."""

    table: str
    partition: Expr | None
    key: Expr


@dataclass(frozen=True, slots=True)
class Insert:
    """Puts a row into a table; its value is the row."""

    table: str
    partition: Expr | None
    row: MakeRecord


@dataclass(frozen=True, slots=True)
class Update:
    """Changes fields of a row; its value is the changed row."""

    table: str
    partition: Expr | None
    key: Expr
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes a row; its value is the row that was there."""

    table: str
    partition: Expr | None
    key: Expr


@dataclass(frozen=True, slots=True)
class Invent:
    """Between `low` and `high` new rows, stored when `table` is given; its value is the list of them."""

    table: str | None
    partition: Expr | None
    low: Expr
    high: Expr
    row: MakeRecord


@dataclass(frozen=True, slots=True)
class Let:
    """`let name = value` inside a rule; name None for an effect whose value is not kept."""

    name: str | None
    value: Expr


@dataclass(frozen=True, slots=True)
class Do:
    """Statements in order, then a result."""

    statements: tuple[Let, ...]
    result: Expr


@dataclass(frozen=True, slots=True)
class Invoke:
    """A declared function, put in where it is called: `body` sees the arguments by the parameters' names, and no other."""

    arguments: tuple[Slot, ...]
    body: Expr


Expr: TypeAlias = (
    Const
    | Var
    | Get
    | Part
    | Account
    | Clock
    | Fresh
    | Text
    | MakeList
    | MakeRecord
    | Apply
    | Select
    | Rows
    | Row
    | Insert
    | Update
    | Delete
    | Invent
    | Do
    | Invoke
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A declared error with its details."""

    code: str
    details: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` holds (always, if None): the call gives `action`."""

    when: Expr | None
    action: Expr | Failure
    at: str
