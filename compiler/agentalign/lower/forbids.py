"""`forbid` conditions as forbidden combinations of axis values.

A condition is brought into disjunctive normal form; each of its atoms speaks of one axis and becomes the set of that axis's
values for which it is true, so that counting stays exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from agentalign.ir import Choice, Json, PoolOptions, RegisterOptions, Removal, ToolOptions
from agentalign.ir.space import Forbid, Test
from agentalign.lower.constant import evaluate
from agentalign.lower.context import Lowering
from agentalign.lower.pools import Pool
from agentalign.syntax import nodes as n

_MOST_COMBINATIONS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The axes a `forbid` may speak of, by what it calls them."""

    choices: Mapping[str, Choice]
    pools: Mapping[str, Pool]


def removals(low: Lowering, reading: n.ReadingDecl, axes: Axes) -> Iterator[Removal]:
    """The combinations that a reading's `forbid`s remove."""
    for item in reading.items:
        if not isinstance(item, n.Forbid):
            continue
        location = low.checked.names.at(reading, item.condition)
        reason = f"forbid {' '.join(location.text.split())}"
        for tests in _conjunctions(low, reading, item.condition, axes, holds=True):
            if all(test.values for test in tests):
                yield Removal(Forbid(tests, reason), reason, low.at(reading, item))


def _conjunctions(
    low: Lowering, reading: n.ReadingDecl, node: n.Expr, axes: Axes, *, holds: bool
) -> list[tuple[Test, ...]]:
    match node:
        case n.Unary(operator="not", operand=operand):
            return _conjunctions(low, reading, operand, axes, holds=not holds)
        case n.Binary(left=left, operator="and" | "or" as operator, right=right):
            first = _conjunctions(low, reading, left, axes, holds=holds)
            second = _conjunctions(low, reading, right, axes, holds=holds)
            if (operator == "or") == holds:
                return first + second
            if len(first) * len(second) > _MOST_COMBINATIONS:
                low.report("E0804", reading, node, "this condition has too many cases", help="write several `forbid`s")
                return []
            return [_joined(one + other) for one, other in product(first, second)]
        case _:
            test = _atom(low, reading, node, axes, holds=holds)
            return [] if test is None else [(test,)]


def _joined(tests: tuple[Test, ...]) -> tuple[Test, ...]:
    """Tests on the same axis become one."""
    by_axis: dict[str, frozenset[int]] = {}
    for test in tests:
        by_axis[test.axis] = by_axis.get(test.axis, test.values) & test.values
    return tuple(Test(axis, values) for axis, values in by_axis.items())


def _atom(low: Lowering, reading: n.ReadingDecl, node: n.Expr, axes: Axes, *, holds: bool) -> Test | None:
    subjects = set(_subjects(node, axes))
    if len(subjects) != 1:
        what = "several choices at once" if subjects else "no choice of this reading"
        low.report(
            "E0805",
            reading,
            node,
            f"this compares {what}",
            help="each comparison in a `forbid` is about one parameter, one tool or the register; join them with `and`",
        )
        return None
    choice = axes.choices[subjects.pop()]
    hits = frozenset(
        value
        for value in range(choice.axis.size)
        if bool(evaluate(node, lambda part, value=value: _value(low, part, choice, value, axes))) is holds  # type: ignore[misc]
    )
    return Test(choice.axis.name, hits)


def _subjects(node: n.Expr, axes: Axes) -> Iterator[str]:
    match node:
        case n.Call(callee=n.Reference(name="tool"), arguments=(n.Argument(value=n.Reference(name=step)),)):
            yield f"tool({step})"
        case n.Reference(name=name) if name in axes.choices:
            yield name
        case n.Member(value=value):
            yield from _subjects(value, axes)
        case n.Binary(left=left, right=right):
            yield from _subjects(left, axes)
            yield from _subjects(right, axes)


def _value(low: Lowering, node: n.Expr, choice: Choice, value: int, axes: Axes) -> Json:
    match node, choice.options:
        case n.Call(), ToolOptions(tools=tools):
            return tools[value]
        case n.Reference(name="register"), RegisterOptions(registers=registers):
            return registers[value]
        case n.Reference(name=name), PoolOptions(names=names, rows=rows) if name in names:
            return rows[value][names.index(name)]
        case n.Member(value=n.Reference(name=name), name=member), PoolOptions(names=names, rows=rows) if name in names:
            said = dict(axes.pools[name].entries[value].metadata)
            if member.text in said:
                return said[member.text]
            whole = rows[value][names.index(name)]
            return whole.get(member.text) if isinstance(whole, dict) else None
        case n.Reference(name=name), _:
            return name  # a tool's or register's name
        case _:
            return None
