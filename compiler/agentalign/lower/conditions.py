"""Where a `one_of` under an `if` is reached: its guards as tests on the axes they ask about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TypeAlias

from agentalign import templates
from agentalign.dataclasses import fields, is_dataclass
from agentalign.ir import Json
from agentalign.ir.space import Test
from agentalign.lower.pools import Pool
from agentalign.templates import Guard, Path

_MOST_COMBINATIONS = 20_000

Conjunctions: TypeAlias = tuple[tuple[Test, ...], ...]


def reachable(guards: Sequence[Guard], pools: Sequence[Pool], constants: Mapping[str, Json]) -> Conjunctions:
    """A disjunction of conjunctions under which all guards let through; `((),)` where that is always, `()` where never.

    Guards are decided for the values listed in the spec. One that also asks about something else, or about more lists
    than can be gone through, is taken to hold: the choice then counts everywhere, and requests that come out alike are
    found when they are written.
    """
    asked = {name for guard in guards for name in _roots(guard.condition)}
    listed = [pool for pool in pools if asked.intersection(pool.names)]
    if prod(len(pool.rows) for pool in listed) > _MOST_COMBINATIONS:
        few = min(listed, key=lambda pool: len(pool.rows))
        listed = [few] if len(few.rows) <= _MOST_COMBINATIONS else []
    return _decided(guards, listed, dict(constants))


def _decided(guards: Sequence[Guard], pools: Sequence[Pool], values: dict[str, object]) -> Conjunctions:
    """Go through the rows of the first list; those after which the same follows share a test."""
    if not pools:
        return ((),) if all(_holds(guard, values) for guard in guards) else ()
    first, rest = pools[0], pools[1:]
    groups: dict[Conjunctions, list[int]] = {}
    for at, row in enumerate(first.rows):
        inner = _decided(guards, rest, {**values, **dict(zip(first.names, row, strict=True))})
        groups.setdefault(inner, []).append(at)
    return tuple(_under(first, groups.items()))


def _under(pool: Pool, groups: Iterable[tuple[Conjunctions, list[int]]]) -> Iterator[tuple[Test, ...]]:
    for conjunctions, rows in groups:
        test = () if len(rows) == len(pool.rows) else (Test(pool.axis, frozenset(rows)),)
        yield from ((*test, *tests) for tests in conjunctions)


def _holds(guard: Guard, values: dict[str, object]) -> bool:
    try:
        return templates.decide(guard, values)
    except templates.RenderError:
        return True


def _roots(thing: object) -> Iterator[str]:
    if isinstance(thing, Path):
        yield thing.path[0]
    elif isinstance(thing, tuple):
        for item in thing:
            yield from _roots(item)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _roots(getattr(thing, field.name))
