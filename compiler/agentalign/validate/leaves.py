"""Tests of what JSON Schema cannot say about a type, and only of that: checksums, calendars, registers of codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias, assert_never

from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
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
    checker,
    domains,
)

Deep: TypeAlias = Callable[[object], str | None]
"""Returns None for a valid value, else why it is none (`"<JSON pointer>: <reason>"`)."""


def deep(t: Type) -> Deep | None:
    """Return the test for values that already satisfy the JSON Schema of `t`; None where there is nothing to test."""
    match t:
        case DomainType(domain=key):
            return _remembering(t) if key in domains and domains[key].checked else None
        case NamedType(base=base):
            return deep(base)
        case BrandedType(base=base, variants=variants):
            if base is not None:
                return deep(base)
            return _remembering(t) if any(deep(shape) is not None for _, shape in variants) else None
        case NullableType(inner=inner):
            return _nullable(deep(inner))
        case ListType(item=item):
            return _list(deep(item))
        case RecordType(fields=fields):
            return _record({f.name: test for f in fields if (test := deep(f.type)) is not None})
        case StringType() | TextType() | IntType() | DecimalType() | BoolType() | EnumType():
            return None
        case NullType() | AnyType() | PoisonType():
            return None
        case _:
            assert_never(t)


def _remembering(t: Type) -> Deep:
    """The whole check of a scalar type; a record says the same address or day again and again, and a checksum takes time."""
    return lru_cache(maxsize=64)(checker(t))


def _nullable(test: Deep | None) -> Deep | None:
    if test is None:
        return None
    return lambda value: None if value is None else test(value)


def _list(test: Deep | None) -> Deep | None:
    if test is None:
        return None

    def check(value: object) -> str | None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                if reason := test(item):
                    return f"/{index}{reason}"
        return None

    return check


def _record(tests: Mapping[str, Deep]) -> Deep | None:
    if not tests:
        return None
    pairs = tuple(tests.items())

    def check(value: object) -> str | None:
        if isinstance(value, dict):
            for name, test in pairs:
                if name in value and (reason := test(value[name])):
                    return f"/{name}{reason}"
        return None

    return check
