"""Counting and listing the values of a type: every generable type is a finite, indexable family of JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from math import perm
from typing import TypeAlias, assert_never

from agentalign.types.counting import language
from agentalign.types.domain import SIZE
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
from agentalign.types.regex import PatternError
from agentalign.types.stream import spread

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
"""A JSON value."""

_LENGTHS = 8
"""How many different list lengths are generated, from the shortest up."""


def generable(t: Type) -> bool:
    """Tell whether `t` has values to generate: not so for free strings and text, `any`, and brands without a base."""
    return size(t) > 0


@lru_cache(maxsize=4096)
def size(t: Type) -> int:
    """Return how many distinct values `value_at` can make; 0 if `t` is not generable.

    Families smaller than the type: a number without an upper (lower) bound counts 65,536 values from the other bound
    or from 0; decimals step by their places; lists have distinct items where there are enough, and the eight shortest
    lengths (an open list gets up to two items above its minimum, at least one); optional fields are present if
    generable. A malformed pattern has no values.
    """
    match t:
        case StringType(low, high, pattern):
            return 0 if pattern is None else _language_size(pattern, low, high)
        case IntType() | DecimalType():
            first, last = _steps(t)
            return max(0, last - first + 1)
        case BoolType():
            return 2
        case EnumType(values):
            return len(values)
        case ListType():
            return sum(count for _, count in _lengths(t))
        case RecordType():
            return _record_size(t)
        case DomainType(domain=key):
            return domains[key].size
        case NamedType(base=base):
            return size(base)
        case BrandedType(base=base):
            return 0 if base is None else size(base)
        case NullableType(inner=inner):
            return size(inner) + 1
        case NullType():
            return 1
        case TextType() | AnyType() | PoisonType():
            return 0
        case _:
            assert_never(t)


def value_at(t: Type, index: int) -> Json:
    """Return value number `index` of `t`; different indices give different values.

    Numbers and enum members come in order; strings and domains are scrambled so that neighbours look unrelated; null
    is the last value of `T?`; in records the last field runs fastest. Raises `ValueError` outside `[0, size(t))`.
    """
    count = size(t)
    if not 0 <= index < count:
        raise ValueError(f"index {index} is outside 0..{count - 1}")
    match t:
        case StringType(low, high, pattern) if pattern is not None:
            return language(pattern, low, high).string(spread(index, count, pattern))
        case IntType():
            return _steps(t)[0] + index
        case DecimalType():
            return _decimal(_steps(t)[0] + index, t.places)
        case BoolType():
            return bool(index)
        case EnumType(values):
            return values[index].name
        case ListType():
            return _list(t, index)
        case RecordType():
            return _record(t, index)
        case DomainType(domain=key):
            return domains[key].generate(index)
        case NamedType(base=base) | BrandedType(base=base) if base is not None:
            return value_at(base, index)
        case NullableType(inner=inner):
            return value_at(inner, index) if index < count - 1 else None
        case _:
            return None


def _language_size(pattern: str, low: int, high: int | None) -> int:
    try:
        return language(pattern, low, high).count
    except PatternError:
        return 0


def _steps(t: IntType | DecimalType) -> tuple[int, int]:
    """Return the first and last value of the family, in steps of the last decimal place."""
    places = t.places if isinstance(t, DecimalType) else 0
    low = None if t.min is None else _scaled(t.min, places, ROUND_CEILING)
    high = None if t.max is None else _scaled(t.max, places, ROUND_FLOOR)
    match low, high:
        case None, None:
            return 0, SIZE - 1
        case None, int(last):
            return last - SIZE + 1, last
        case int(first), None:
            return first, first + SIZE - 1
        case int(first), int(last):
            return first, last
        case _:
            raise AssertionError


def _scaled(value: int | Decimal, places: int, rounding: str) -> int:
    return value * 10**places if isinstance(value, int) else int((value.scaleb(places)).to_integral_value(rounding))


def _decimal(steps: int, places: int) -> int | float:
    whole, rest = divmod(steps, 10**places)
    return whole if not rest else float(Decimal(steps).scaleb(-places))


def _members(t: RecordType) -> Iterator[tuple[Field, int]]:
    """Yield the generated fields with their sizes, the fastest running first."""
    for member in reversed(t.fields):
        count = size(member.type)
        if count or not member.optional:
            yield member, count


def _record_size(t: RecordType) -> int:
    total = 1
    for _, count in _members(t):
        total *= count
    return total


def _record(t: RecordType, index: int) -> Json:
    values: dict[str, Json] = {}
    for member, count in _members(t):
        index, digit = divmod(index, count)
        values[member.name] = value_at(member.type, digit)
    return {member.name: values[member.name] for member in t.fields if member.name in values}


def _lengths(t: ListType) -> list[tuple[int, int]]:
    """Return each generated length with its number of lists."""
    items = size(t.item)
    most = max(t.min, 1) + (2 if t.min else 0) if t.max is None else t.max
    lengths = range(t.min, min(most, t.min + _LENGTHS - 1) + 1)
    distinct = [(length, perm(items, length)) for length in lengths if length <= items]
    if distinct or not items or (t.max is not None and t.max < t.min):
        return distinct
    return [(t.min, items**t.min)]


def _list(t: ListType, index: int) -> Json:
    items = size(t.item)
    for length, count in _lengths(t):
        if index < count:
            picks = _distinct(index, length, items) if length <= items else _repeating(index, length, items)
            return [value_at(t.item, pick) for pick in picks]
        index -= count
    raise AssertionError


def _distinct(index: int, length: int, items: int) -> list[int]:
    """Return arrangement number `index` of `length` different numbers below `items` (a Lehmer code)."""
    picks: list[int] = []
    for taken in range(length):
        index, pick = divmod(index, items - taken)
        for used in sorted(picks):
            pick += used <= pick
        picks.append(pick)
    return picks


def _repeating(index: int, length: int, items: int) -> list[int]:
    picks: list[int] = []
    for _ in range(length):
        index, pick = divmod(index, items)
        picks.append(pick)
    return picks
