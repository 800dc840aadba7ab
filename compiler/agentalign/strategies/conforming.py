"""Values of a type."""

from __future__ import annotations

import re
from typing import assert_never

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    Json,
    ListType,
    NamedType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    portable,
    size,
    value_at,
)

SAFE = 2**53 - 1
"""The largest whole number every JSON reader keeps exactly (RFC 7493)."""

_SLACK = 20
"""How much longer than its minimum an open string or list gets."""


def strategy(t: Type) -> SearchStrategy[Json]:
    """Return a strategy for JSON values that conform to `t`.

    Optional fields come and go, open lists and strings stay short, numbers without bounds stay within 2**53, and
    `any` gives nested JSON. Empty for types without values, such as an enum of nothing.
    """
    match t:
        case StringType(pattern=None) | TextType():
            return text(t.min, t.max)
        case StringType():
            return matching(t)
        case IntType(low, high):
            return st.integers(-SAFE if low is None else low, SAFE if high is None else high)
        case DecimalType():
            return number(t)
        case BoolType():
            return st.booleans()
        case EnumType(values):
            return st.sampled_from([value.name for value in values]) if values else st.nothing()
        case ListType(item, low, high):
            most = low + 3 if high is None else high
            return st.lists(strategy(item), min_size=low, max_size=most).map(lambda items: [*items])
        case RecordType():
            return record(t)
        case DomainType():
            return listed(t)
        case NamedType(base=base):
            return strategy(base)
        case BrandedType(base=base, variants=variants):
            return strategy(base) if base is not None else st.one_of([strategy(shape) for _, shape in variants])
        case NullableType(inner=inner):
            return st.none() | strategy(inner)
        case NullType():
            return st.none()
        case AnyType() | PoisonType():
            return anything()
        case _:
            assert_never(t)


def text(low: int, high: int | None) -> SearchStrategy[Json]:
    """Return strings of `low` to `high` characters, without lone surrogates, which JSON cannot carry."""
    most = low + _SLACK if high is None else high
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=low, max_size=most)


def listed(t: Type) -> SearchStrategy[Json]:
    """Return the values that `value_at` lists."""
    count = size(t)
    return st.integers(0, count - 1).map(lambda index: value_at(t, index)) if count else st.nothing()


def matching(t: StringType) -> SearchStrategy[Json]:
    """Return strings that match a pattern: listed ones, and ones beyond the bounds of the listing."""
    if t.pattern is None:
        return text(t.min, t.max)
    free = st.from_regex(re.compile(portable(t.pattern), re.ASCII), fullmatch=True)
    if t.min or t.max is not None:
        return listed(t)
    return listed(t) | free


def number(t: DecimalType) -> SearchStrategy[Json]:
    """Return numbers with at most `t.places` decimals, and any others between the bounds."""
    low, high = (None if bound is None else float(bound) for bound in (t.min, t.max))
    if low is not None and high is not None and low > high:
        return st.nothing()
    exact = st.integers(0, max(0, size(t) - 1)).map(lambda index: value_at(t, index)) if size(t) else st.nothing()
    limit = float(SAFE)
    return exact | st.floats(-limit if low is None else low, limit if high is None else high, allow_nan=False)


def record(t: RecordType) -> SearchStrategy[Json]:
    """Return objects with all required and any of the optional fields."""
    required = {field.name: strategy(field.type) for field in t.fields if not field.optional}
    optional = {field.name: strategy(field.type) for field in t.fields if field.optional}
    return st.fixed_dictionaries(required, optional=optional).map(lambda value: {**value})


def anything() -> SearchStrategy[Json]:
    """Return small nested JSON values."""
    leaves: SearchStrategy[Json] = (
        st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False)
    ) | text(0, 8)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: [*items])
            | st.dictionaries(st.text(max_size=4), inner, max_size=3).map(lambda value: {**value})
        ),
        max_leaves=6,
    )
