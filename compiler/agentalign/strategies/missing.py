"""Values just outside a type."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agentalign.strategies.conforming import anything, listed, strategy
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
    checker,
    domains,
)


def near_misses(t: Type, *, structural: bool = False) -> SearchStrategy[Json]:
    """Return a strategy for JSON values that do not conform to `t`, most of them off by one detail.

    With `structural`, only such as JSON Schema can tell: no domain value that merely fails its checksum or calendar.
    Empty for `any`, which nothing misses.
    """
    check = checker(t)
    return _misses(t, structural=structural).filter(lambda value: check(value) is not None)


def _misses(t: Type, *, structural: bool) -> SearchStrategy[Json]:
    match t:
        case AnyType() | PoisonType():
            return st.nothing()
        case NamedType(base=base) | NullableType(inner=base):
            return near_misses(base, structural=structural)
        case BrandedType(base=base, variants=variants):
            shapes = [base] if base is not None else [shape for _, shape in variants]
            return st.one_of([near_misses(shape, structural=structural) for shape in shapes])
        case _:
            return _wrong_kind() | _details(t, structural=structural)


def _details(t: Type, *, structural: bool) -> SearchStrategy[Json]:
    match t:
        case StringType(pattern=None) | TextType():
            return _lengths(t.min, t.max, st.text(min_size=0, max_size=3))
        case StringType():
            return _broken(listed(t))
        case IntType() | DecimalType():
            return _numbers(t)
        case EnumType():
            return _broken(strategy(t))
        case ListType():
            return _lists(t, structural=structural)
        case RecordType():
            return _records(t, structural=structural)
        case DomainType(domain=key):
            return _broken(listed(t)).filter(_unseen(key)) if structural else _broken(listed(t))
        case BoolType():
            return st.sampled_from([0, 1, "true", "false"])
        case NullType():
            return st.sampled_from(["null", "", 0])
        case NamedType() | BrandedType() | NullableType() | AnyType() | PoisonType():
            return st.nothing()
        case _:
            assert_never(t)


def _wrong_kind() -> SearchStrategy[Json]:
    kinds: list[SearchStrategy[Json]] = [
        st.none(),
        st.booleans(),
        st.sampled_from([0, 1, -1]),
        st.sampled_from([0.5, -1.5]),
        st.sampled_from(["", "0", "null", " "]),
        st.builds(list),
        st.builds(dict),
    ]
    return st.one_of(kinds)


def _broken(whole: SearchStrategy[Json]) -> SearchStrategy[Json]:
    """Return strings with one character dropped, doubled, replaced or added."""

    def damage(value: Json, kind: int, at: int) -> Json:
        if not isinstance(value, str) or not value:
            return value
        cut = at % len(value)
        head, tail = value[:cut], value[cut + 1 :]
        return (head + tail, head + value[cut] * 2 + tail, f"{head}\x00{tail}", f"{value} x", f" {value}")[kind]

    return st.builds(damage, whole, st.integers(0, 4), st.integers(0, 10_000))


def _unseen(key: str) -> Callable[[Json], bool]:
    known = domains[key]
    pattern = re.compile(f"^(?:{known.pattern})$")

    def misses(value: Json) -> bool:
        longer = isinstance(value, str) and known.max_length is not None and len(value) > known.max_length
        return not isinstance(value, str) or longer or not pattern.search(value)

    return misses


def _lengths(low: int, high: int | None, filling: SearchStrategy[str]) -> SearchStrategy[Json]:
    wrong = [length for length in (low - 1, None if high is None else high + 1) if length is not None and length >= 0]
    if not wrong:
        return st.nothing()
    return st.builds(lambda length, part: (part * length + "x" * length)[:length], st.sampled_from(wrong), filling)


def _numbers(t: IntType | DecimalType) -> SearchStrategy[Json]:
    out: list[SearchStrategy[Json]] = []
    if isinstance(t, IntType):
        out.append(st.floats(-1e6, 1e6).filter(lambda value: not value.is_integer()))
    if t.min is not None:
        out.append(st.integers(int(t.min) - 1000, int(t.min) - 1))
    if t.max is not None:
        out.append(st.integers(int(t.max) + 1, int(t.max) + 1000))
    return st.one_of(out)


def _lists(t: ListType, *, structural: bool) -> SearchStrategy[Json]:
    item = strategy(t.item)
    out: list[SearchStrategy[Json]] = []
    if t.min:
        out.append(st.lists(item, max_size=t.min - 1).map(lambda items: [*items]))
    if t.max is not None:
        out.append(st.lists(item, min_size=t.max + 1, max_size=t.max + 3).map(lambda items: [*items]))
    if t.max != 0:

        def spoil(items: list[Json], bad: Json, at: int) -> Json:
            cut = at % len(items)
            return [*items[:cut], bad, *items[cut + 1 :]]

        most = max(t.min, 1) + 2 if t.max is None else t.max
        whole = st.lists(item, min_size=max(t.min, 1), max_size=most)
        out.append(st.builds(spoil, whole, near_misses(t.item, structural=structural), st.integers(0, 100)))
    return st.one_of(out)


def _records(t: RecordType, *, structural: bool) -> SearchStrategy[Json]:
    whole = strategy(t)
    out: list[SearchStrategy[Json]] = [st.builds(_with, whole, st.sampled_from(["extra", "", "Name"]), anything())]
    for field in t.fields:
        if not field.optional:
            out.append(st.builds(_without, whole, st.just(field.name)))
        bad = near_misses(field.type, structural=structural)
        out.append(st.builds(_with, whole, st.just(field.name), bad))
    return st.one_of(out)


def _with(value: Json, name: str, member: Json) -> Json:
    return {**value, name: member} if isinstance(value, dict) else value


def _without(value: Json, name: str) -> Json:
    return {key: member for key, member in value.items() if key != name} if isinstance(value, dict) else value
