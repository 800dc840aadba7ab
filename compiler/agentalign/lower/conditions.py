"""Where a `one_of` under an `if` is reached: its guards as tests on the axes they ask about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

from agentalign.ir.space import Test
from agentalign.lower.pools import Pool
from agentalign.templates import Guard, Path, RenderError, decide


def reachable(guards: Sequence[Guard], pools: Sequence[Pool]) -> tuple[tuple[Test, ...], ...]:
    """A disjunction of conjunctions under which all guards let through; `((),)` where that is always.

    A guard that asks about one listed parameter becomes a test on its values. Others are taken to hold: the choice then
    counts everywhere, and requests that come out alike are found when they are written.
    """
    tests: list[Test] = []
    for guard in guards:
        asked = {pool.axis: pool for pool in pools for name in _roots(guard.condition) if name in pool.names}
        if len(asked) == 1:
            (pool,) = asked.values()
            hits = frozenset(
                at for at, row in enumerate(pool.rows) if _holds(guard, dict(zip(pool.names, row, strict=True)))
            )
            tests.append(Test(pool.axis, hits))
    return (tuple(tests),)


def _holds(guard: Guard, values: dict[str, object]) -> bool:
    try:
        return decide(guard, values)
    except RenderError:
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
