"""What the fields of the plan's classes hold, read off their annotations, so that a new field needs no code here."""

from __future__ import annotations

import types
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from agentalign.dataclasses import MISSING, Field, dataclass, fields, is_dataclass


@dataclass(frozen=True, slots=True)
class Scalar:
    """Null, a boolean, a number or a string."""


@dataclass(frozen=True, slots=True)
class Native:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A `Fraction` or a `Decimal`, perhaps null."""

    kind: type[Fraction] | type[Decimal]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A set of whole numbers."""


@dataclass(frozen=True, slots=True)
class Many:
    """A tuple of any length."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Fixed:
    """A tuple with one shape for each place."""

    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An instance of one of the classes, perhaps null."""

    classes: tuple[type, ...]


Shape: TypeAlias = Scalar | Native | Exact | Numbers | Many | Fixed | Node


@dataclass(frozen=True, slots=True)
class Member:
    """A field: its shape, and the value it has where the text leaves it out (`required`: it never does)."""

    name: str
    shape: Shape
    required: bool
    default: object


def members(cls: type[Any]) -> tuple[Member, ...]:
    """Return the fields of a dataclass in order. Left out are what the class gives as default, null, `()`, `""` and false."""
    found = _MEMBERS.get(cls)
    if found is None:
        hints = get_type_hints(cls, localns={"Json": Native, "Scalar": Scalar})
        found = _MEMBERS[cls] = tuple(_member(field, hints[field.name]) for field in fields(cls))
    return found


_MEMBERS: dict[type, tuple[Member, ...]] = {}


def _member(field: Field[Any], hint: object) -> Member:
    shape = _shape(hint)
    if field.default is not MISSING:
        return Member(field.name, shape, False, field.default)
    if isinstance(shape, Many):
        return Member(field.name, shape, False, ())
    if not isinstance(shape, Native) and type(None) in get_args(hint):
        return Member(field.name, shape, False, None)
    return Member(field.name, shape, hint not in {str, bool}, "" if hint is str else False)


def _shape(hint: object) -> Shape:
    if hint is Native:
        return Native()
    origin, arguments = get_origin(hint), tuple(a for a in get_args(hint) if a is not type(None))
    if origin is tuple:
        return Many(_shape(arguments[0])) if arguments[1:] == (...,) else Fixed(tuple(map(_shape, arguments)))
    if origin is frozenset:
        return Numbers()
    if origin is Literal:
        return Scalar()
    options = arguments if origin in {Union, types.UnionType} else (hint,)
    classes = tuple(option for option in options if isinstance(option, type) and is_dataclass(option))
    if classes and classes != (Scalar,):
        return Node(classes)
    exact = next((option for option in options if option in {Fraction, Decimal}), None)
    if exact is not None:
        return Exact(exact)
    return _shape(options[0]) if len(options) == 1 and options != (hint,) else Scalar()
