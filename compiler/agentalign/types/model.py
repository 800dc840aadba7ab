"""The closed union of value types a spec can mention.

Every type denotes a set of JSON values. The classes are plain data: what a type accepts, prints as, generates or maps
to in JSON Schema is decided by the sibling modules, each with one function over the whole union.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StringType:
    """A short free string of `min` to `max` characters (code points); `pattern` is matched against all of it."""

    min: int = 0
    max: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class TextType:
    """Multi-line prose of `min` to `max` characters: what a request may brief rather than dictate."""

    min: int = 1
    max: int | None = None


@dataclass(frozen=True, slots=True)
class IntType:
    """A whole number, both bounds inclusive."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class DecimalType:
    """A JSON number, both bounds inclusive; `places` is the number of decimals that generators and prose use."""

    min: Decimal | None = None
    max: Decimal | None = None
    places: int = 2


@dataclass(frozen=True, slots=True)
class BoolType:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One member of an enumeration with its doc line."""

    name: str
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class EnumType:
    """One of the listed strings."""

    values: tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True)
class ListType:
    """A JSON array of `min` to `max` items of one type."""

    item: Type
    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a record. An `optional` one may be absent; a `face` is how the record is voiced as a whole."""

    name: str
    type: Type
    optional: bool = False
    doc: str | None = None
    face: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """A JSON object with exactly these fields; two records are the same type if they have the same name."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class DomainType:
    """A string of a built-in domain: `name` as the spec calls it (`Email`), `domain` its registry key (`email`)."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class NamedType:
    """A nominal alias: fits wherever `base` does, while another alias of the same base does not fit it."""

    name: str
    base: Type


@dataclass(frozen=True, slots=True)
class BrandedType:
    """An identifier that is only good where it was made.

    `kind` says what makes it (`platform`, `network`, `host`, `account`). Its shape is either `base`, or one of
    `variants` (brand key, shape) where services differ; exactly one of the two is given.
    """

    name: str
    kind: str
    base: Type | None = None
    variants: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class NullableType:
    """A value of `inner`, or JSON `null` (which is not the same as being absent)."""

    inner: Type


@dataclass(frozen=True, slots=True)
class NullType:
    """Only JSON `null`."""


@dataclass(frozen=True, slots=True)
class AnyType:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class PoisonType:
    """The type of something already reported as wrong; it fits everywhere so that no error is an echo."""


Type: TypeAlias = (
    StringType
    | TextType
    | IntType
    | DecimalType
    | BoolType
    | EnumType
    | ListType
    | RecordType
    | DomainType
    | NamedType
    | BrandedType
    | NullableType
    | NullType
    | AnyType
    | PoisonType
)
"""Every type of the language; `match` over it ends in `assert_never`."""
