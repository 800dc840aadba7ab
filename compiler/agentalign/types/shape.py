"""Small questions about a type: its fields, its core, whether it identifies something, how it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from agentalign.types.domain import Domain
from agentalign.types.domains import domains
from agentalign.types.model import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    Field,
    IntType,
    ListType,
    NamedType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
)

_ALIASES: Final = (NamedType, BrandedType)
_WRAPPERS: Final = (NamedType, BrandedType, NullableType)


def parse_domain(name: str) -> Domain | None:
    """Return the built-in domain of that registry key (`email`), or `None`."""
    return domains.get(name)


def strip(t: Type) -> Type:
    """Return `t` without aliases, brands (those with a base) and nullability."""
    # Asked for at every turn: `match` would take three times as long.
    while isinstance(t, _WRAPPERS):
        inner = t.inner if isinstance(t, NullableType) else t.base
        if inner is None:
            break
        t = inner
    return t


def unalias(t: Type) -> Type:
    """Return `t` without aliases and brands; unlike `strip` this keeps nullability."""
    while isinstance(t, _ALIASES) and t.base is not None:
        t = t.base
    return t


def field(t: Type, name: str) -> Field | None:
    """Return the field or domain part `name` of `t`, seen through aliases and brands but not through `?`.

    Parts are never optional. Every name exists on an unknown (poison) type, and on `any` with type `any`.
    """
    match unalias(t):
        case RecordType(fields=fields):
            return next((f for f in fields if f.name == name), None)
        case DomainType(domain=key):
            part = domains[key].parts.get(name) if key in domains else None
            return None if part is None else Field(name, part.type)
        case AnyType() | PoisonType() as whole:
            return Field(name, whole)
        case _:
            return None


def fields(t: Type) -> tuple[Field, ...]:
    """Return all fields (or domain parts) of `t`, in order; see `field`."""
    match unalias(t):
        case RecordType(fields=members):
            return members
        case DomainType(domain=key) if key in domains:
            return tuple(Field(name, part.type) for name, part in domains[key].parts.items())
        case _:
            return ()


def get(value: object, t: Type, name: str) -> object:
    """Return part `name` of `value`, a JSON value of type `t`; `None` where it is absent or null."""
    core = strip(t)
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(core, DomainType) and isinstance(value, str) and name in domains[core.domain].parts:
        return domains[core.domain].parts[name].read(value)
    return None


def face(t: Type) -> Field | None:
    """Return the field that voices a record as a whole, if it declares one."""
    return next((f for f in fields(t) if f.face), None)


def variant(t: Type, key: str) -> Type | None:
    """Return the shape `t` has under brand `key`: its variant, its base, or `None` if it has neither there."""
    match t:
        case BrandedType(base=None, variants=variants):
            return dict(variants).get(key)
        case BrandedType(base=base):
            return base
        case NamedType(base=base):
            return variant(base, key)
        case NullableType(inner=inner):
            found = variant(inner, key)
            return None if found is None else NullableType(found)
        case _:
            return None


def brands(t: Type) -> Iterator[BrandedType]:
    """Yield the branded types in `t`, wherever they stand in it."""
    match t:
        case BrandedType():
            yield t
        case ListType(item=inner) | NullableType(inner=inner) | NamedType(base=inner):
            yield from brands(inner)
        case RecordType(fields=members):
            for member in members:
                yield from brands(member.type)
        case _:
            return


def is_identifier(t: Type) -> bool:
    """Tell whether values of `t` name one particular thing, so that nobody may make them up."""
    match t:
        case BrandedType():
            return True
        case NamedType(base=inner) | NullableType(inner=inner):
            return is_identifier(inner)
        case DomainType(domain=key):
            return key in domains and domains[key].identifier
        case StringType(pattern=pattern):
            return pattern is not None
        case _:
            return False


def is_prose(t: Type) -> bool:
    """Tell whether values of `t` are free wording: text, or a string without a pattern."""
    match strip(t):
        case TextType() | StringType(pattern=None):
            return True
        case _:
            return False


def is_nullable(t: Type) -> bool:
    """Tell whether JSON `null` is a value of `t`."""
    return isinstance(unalias(t), NullableType | NullType | AnyType | PoisonType)


def describe(t: Type) -> str:
    """Return `t` as an author would write it: `list[Page](1..3)`, `string(2..200)`, `Email?`."""
    match t:
        case StringType(low, high, pattern):
            matching = "" if pattern is None else f' matching r"{pattern}"'
            return f"string{_lengths(low, high)}{matching}"
        case TextType(low, high):
            return f"text{_lengths(0 if low == 1 and high is None else low, high)}"
        case IntType(low, high):
            return f"int{_bounds(low, high)}"
        case DecimalType(low, high, _):
            return f"decimal{_bounds(low, high)}"
        case BoolType():
            return "bool"
        case EnumType(values):
            listed = ", ".join(f'"{value.name}"' for value in values)
            return f"enum {{ {listed} }}"
        case ListType(item, low, high):
            return f"list[{describe(item)}]{_lengths(low, high)}"
        case RecordType() | DomainType() | NamedType() | BrandedType():
            return t.name
        case NullableType(inner):
            return f"{describe(inner)}?"
        case NullType():
            return "null"
        case AnyType():
            return "any"
        case PoisonType():
            return "unknown"
        case _:
            assert_never(t)


def _bounds(low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    return f"({_number(low)}..{_number(high)})"


def _lengths(low: int, high: int | None) -> str:
    return _bounds(low, high) if low or high is not None else ""


def _number(value: object) -> str:
    if value is None:
        return ""
    return f"{value:_}" if isinstance(value, int) else str(value)
