"""Checking JSON values against types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias, assert_never

from agentalign.types.domains import domains
from agentalign.types.model import (
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
)
from agentalign.types.regex import portable
from agentalign.types.shape import describe

Checker: TypeAlias = Callable[[object], str | None]
"""Returns `None` for a value that conforms, else `"<JSON pointer>: <reason>"` of the first that does not."""


def conforms(value: object, t: Type) -> str | None:
    """Return `None` if `value` is a value of `t`, else where (as a JSON pointer, RFC 6901) and why not.

    Agrees with `json_schema(t)`, and also applies what a schema cannot say: checksums and calendars of domains. As in
    JSON Schema, `2.0` is an integer; tuples and other mappings count as arrays and objects.
    """
    return checker(t)(value)


@lru_cache(maxsize=4096)
def checker(t: Type) -> Checker:
    """Return `conforms` for one type, prepared; raises `PatternError` for a malformed pattern."""
    return _check(t)


def _check(t: Type) -> Checker:
    match t:
        case StringType(low, high, pattern):
            return _string(t, low, high, pattern)
        case TextType(low, high):
            return _string(t, low, high, None)
        case IntType(low, high):
            return _number(t, whole=True, low=low, high=high)
        case DecimalType(low, high, _):
            return _number(t, whole=False, low=low, high=high)
        case BoolType():
            return lambda value: None if isinstance(value, bool) else _wrong(value, t)
        case EnumType(values):
            names = frozenset(value.name for value in values)
            return lambda value: None if isinstance(value, str) and value in names else _wrong(value, t)
        case ListType():
            return _list(t)
        case RecordType():
            return _record(t)
        case DomainType():
            return _domain(t)
        case NamedType(base=base):
            return _check(base)
        case BrandedType(base=base, variants=variants):
            return _check(base) if base is not None else _either(t, tuple(_check(shape) for _, shape in variants))
        case NullableType(inner=inner):
            check = _check(inner)
            return lambda value: None if value is None else check(value)
        case NullType():
            return lambda value: None if value is None else _wrong(value, t)
        case AnyType() | PoisonType():
            return lambda _value: None
        case _:
            assert_never(t)


def _string(t: Type, low: int, high: int | None, pattern: str | None) -> Checker:
    match_all = None if pattern is None else re.compile(portable(pattern)).fullmatch
    most = math.inf if high is None else high

    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return _wrong(value, t)
        if not low <= len(value) <= most:
            return f": {describe(t)} cannot be {len(value)} characters long"
        return None if match_all is None or match_all(value) else _wrong(value, t)

    return check


def _number(t: Type, *, whole: bool, low: int | Decimal | None, high: int | Decimal | None) -> Checker:
    least = None if low is None else _comparable(low)
    most = None if high is None else _comparable(high)

    def check(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return _wrong(value, t)
        if isinstance(value, float) and not (value.is_integer() if whole else math.isfinite(value)):
            return _wrong(value, t)
        if least is not None and value < least:
            return f": {value} is less than {low}"
        return f": {value} is more than {high}" if most is not None and value > most else None

    return check


def _comparable(bound: int | Decimal) -> int | float:
    """Return the number that `json_schema` writes for this bound, so that both decide the edges alike."""
    return int(bound) if bound == int(bound) else float(bound)


def _list(t: ListType) -> Checker:
    item, low, most = _check(t.item), t.min, math.inf if t.max is None else t.max

    def check(value: object) -> str | None:
        if not isinstance(value, (list, tuple)):
            return _wrong(value, t)
        if not low <= len(value) <= most:
            return f": {describe(t)} cannot have {len(value)} item{'' if len(value) == 1 else 's'}"
        for index, member in enumerate(value):
            reason = item(member)
            if reason is not None:
                return f"/{index}{reason}"
        return None

    return check


def _record(t: RecordType) -> Checker:
    members = {f.name: _check(f.type) for f in t.fields}
    required = tuple(f.name for f in t.fields if not f.optional)

    def check(value: object) -> str | None:
        if not isinstance(value, (dict, Mapping)):  # nearly always the first
            return _wrong(value, t)
        for name in required:
            if name not in value:
                return f": `{name}` is missing"
        for name, member in value.items():
            found = members.get(name)
            if found is None:
                return f"/{_escape(name)}: {t.name} has no such field"
            reason = found(member)
            if reason is not None:
                return f"/{_escape(name)}{reason}"
        return None

    return check


def _domain(t: DomainType) -> Checker:
    validate = domains[t.domain].validate

    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return _wrong(value, t)
        reason = validate(value)
        return None if reason is None else f": {_shown(value)} is {reason}"

    return check


def _either(t: Type, checks: tuple[Checker, ...]) -> Checker:
    def check(value: object) -> str | None:
        return None if any(option(value) is None for option in checks) else _wrong(value, t)

    return check


def _wrong(value: object, t: Type) -> str:
    return f": {_shown(value)} is not a value of {describe(t)}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str() if len(value) <= 60:
            return f'"{value}"'
        case str():
            return f'"{value[:57]}..."'
        case int() | float():
            return str(value)[:40]
        case list() | tuple():
            return "an array"
        case _:
            return "an object" if isinstance(value, Mapping) else f"a {type(value).__name__}"


def _escape(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
