"""Counting and listing the values of a type: every generable type is a finite, indexable family of JSON values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from math import perm, prod
from typing import TypeAlias, assert_never

from agentalign.dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Family:
    """The listed values of a type: `at(i)`, for `0 <= i < size`, is the i-th; `at` does not check its bounds."""

    size: int
    at: Callable[[int], Json]


def generable(t: Type) -> bool:
    """Tell whether `t` has values to generate: not so for free strings and text, `any`, and brands without a base."""
    return family(t).size > 0


def size(t: Type) -> int:
    """Return how many distinct values `value_at` can make; 0 if `t` is not generable.

    Families smaller than the type: a number without an upper (lower) bound counts 65,536 values from the other bound
    or from 0; decimals step by their places; lists have distinct items where there are enough, and the eight shortest
    lengths (an open list gets up to two items above its minimum, at least one); optional fields are present if
    generable; strings repeat at most eight times above the minimum of an endless repeat. A malformed pattern has no
    values.
    """
    return family(t).size


def value_at(t: Type, index: int) -> Json:
    """Return value number `index` of `t`; different indices give different values.

    Numbers and enum members come in order; strings and domains are scrambled so that neighbours look unrelated; null
    is the last value of `T?`; in records the last field runs fastest. Raises `ValueError` outside `[0, size(t))`.
    """
    values = family(t)
    if not 0 <= index < values.size:
        raise ValueError(f"index {index} is outside 0..{values.size - 1}")
    return values.at(index)


@lru_cache(maxsize=4096)
def family(t: Type) -> Family:
    """Return the listed values of `t`, prepared once."""
    match t:
        case StringType(low, high, pattern):
            return _NOTHING if pattern is None else _strings(pattern, low, high)
        case IntType():
            first, last = _steps(t)
            return Family(max(0, last - first + 1), lambda index: first + index)
        case DecimalType(places=places):
            first, last = _steps(t)
            return Family(max(0, last - first + 1), lambda index: _decimal(first + index, places))
        case BoolType():
            return Family(2, bool)
        case EnumType(values):
            return Family(len(values), lambda index: values[index].name)
        case ListType():
            return _lists(t)
        case RecordType():
            return _records(t)
        case DomainType(domain=key):
            return Family(domains[key].size, domains[key].generate)
        case NamedType(base=base):
            return family(base)
        case BrandedType(base=base):
            return _NOTHING if base is None else family(base)
        case NullableType(inner=inner):
            return _nullable(inner)
        case NullType():
            return Family(1, lambda _: None)
        case TextType() | AnyType() | PoisonType():
            return _NOTHING
        case _:
            assert_never(t)


_NOTHING = Family(0, lambda _: None)


def _strings(pattern: str, low: int, high: int | None) -> Family:
    try:
        words = language(pattern, low, high)
    except PatternError:
        return _NOTHING
    count, string = words.count, words.string
    return Family(count, lambda index: string(spread(index, count, pattern)))


def _nullable(inner: Type) -> Family:
    values = family(inner)
    if _lists_null(inner):
        return values
    return Family(values.size + 1, lambda index: values.at(index) if index < values.size else None)


def _lists_null(t: Type) -> bool:
    match t:
        case NamedType(base=inner) | BrandedType(base=inner) if inner is not None:
            return _lists_null(inner)
        case _:
            return isinstance(t, NullableType | NullType)


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
    one: int = 10**places
    # a division is rounded as exactly as a decimal that is read
    return steps / one if steps % one else steps // one


def _records(t: RecordType) -> Family:
    members = [(member, family(member.type)) for member in t.fields]
    listed = [(member.name, values) for member, values in members if values.size or not member.optional]
    names = tuple(name for name, _ in listed)
    backwards = tuple((values.size, values.at) for _, values in reversed(listed))

    def at(index: int) -> Json:
        out: list[Json] = []
        for count, read in backwards:
            index, digit = divmod(index, count)
            out.append(read(digit))
        return dict(zip(names, reversed(out), strict=True))

    return Family(prod(count for count, _ in backwards), at)


def _lists(t: ListType) -> Family:
    items = family(t.item)
    lengths = _lengths(t, items.size)

    def at(index: int) -> Json:
        for length, count in lengths:
            if index < count:
                pick = _distinct if length <= items.size else _repeating
                return [items.at(digit) for digit in pick(index, length, items.size)]
            index -= count
        raise AssertionError

    return Family(sum(count for _, count in lengths), at)


def _lengths(t: ListType, items: int) -> list[tuple[int, int]]:
    """Return each generated length with its number of lists."""
    most = max(t.min, 1) + (2 if t.min else 0) if t.max is None else t.max
    lengths = range(t.min, min(most, t.min + _LENGTHS - 1) + 1)
    distinct = [(length, perm(items, length)) for length in lengths if length <= items]
    if distinct or not items or not lengths:
        return distinct
    return [(t.min, items**t.min)]


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
