"""`forbid` conditions as forbidden combinations of axis values.

A condition is brought into disjunctive normal form; each of its atoms speaks of one axis (`check` has seen to that) and
becomes the set of that axis's values for which it is true, so that counting stays exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from agentalign.check import ChainParam, ToolRef
from agentalign.dataclasses import dataclass
from agentalign.ir import Choice, Json, PoolOptions, RegisterOptions, Removal, ToolOptions
from agentalign.ir.space import Forbid, Test
from agentalign.lower.constant import evaluate
from agentalign.lower.context import Lowering
from agentalign.lower.pools import Pool
from agentalign.syntax import nodes as n
from agentalign.types import get

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
        reason = said(low, reading, item)
        for tests in _conjunctions(low, reading, item.condition, axes, holds=True):
            if all(test.values for test in tests):
                yield Removal(Forbid(tests, reason), reason, low.at(reading, item))


def said(low: Lowering, reading: n.ReadingDecl, forbid: n.Forbid) -> str:
    """A `forbid` on one line: the reason of what it removes."""
    return f"forbid {' '.join(low.checked.names.at(reading, forbid.condition).text.split())}"


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
            return [(_atom(low, node, axes, holds=holds),)]


def _joined(tests: tuple[Test, ...]) -> tuple[Test, ...]:
    """Tests on the same axis become one."""
    by_axis: dict[str, frozenset[int]] = {}
    for test in tests:
        by_axis[test.axis] = by_axis.get(test.axis, test.values) & test.values
    return tuple(Test(axis, values) for axis, values in by_axis.items())


def _atom(low: Lowering, node: n.Expr, axes: Axes, *, holds: bool) -> Test:
    choice = axes.choices[next(_subjects(node, axes))]
    hits = frozenset(
        value
        for value in range(choice.axis.size)
        if bool(evaluate(node, lambda part, value=value: _value(low, part, choice, value, axes))) is holds  # type: ignore[misc]
    )
    return Test(choice.axis.name, hits)


def _subjects(node: n.Expr, axes: Axes) -> Iterator[str]:
    """What a comparison is about; it is the first such word."""
    for part in n.walk(node):
        match part:
            case n.Call(callee=n.Reference(name="tool"), arguments=(n.Argument(value=n.Reference(name=step)),)):
                yield f"tool({step})"
            case n.Reference(name=name) if name in axes.choices:
                yield name


def _value(low: Lowering, node: n.Expr, choice: Choice, value: int, axes: Axes) -> Json:
    match node, choice.options:
        case n.Call(), ToolOptions(tools=tools):
            return tools[value]
        case n.Reference(), ToolOptions():
            target = low.checked.refs.get(node)
            return low.name(target.tool) if isinstance(target, ToolRef) else None
        case n.Reference(name="register"), RegisterOptions(registers=registers):
            return registers[value]
        case n.Reference(name=name), RegisterOptions():
            return name
        case n.Reference(name=name), PoolOptions(names=names, rows=rows) if name in names:
            return rows[value][names.index(name)]
        case n.Member(value=n.Reference(name=name) as word, name=part), PoolOptions(names=names, rows=rows) if (
            name in names
        ):
            said = dict(axes.pools[name].entries[value].metadata)
            return said[part.text] if part.text in said else _part(low, word, rows[value][names.index(name)], part.text)
        case n.Member(value=inner, name=part), PoolOptions():
            whole = _value(low, inner, choice, value, axes)
            return whole.get(part.text) if isinstance(whole, dict) else None
        case _:
            return None


def _part(low: Lowering, word: n.Reference, whole: Json, name: str) -> Json:
    """A field of a parameter's value, or what can be read off it."""
    target = low.checked.refs.get(word)
    assert isinstance(target, ChainParam)
    found = get(whole, low.type(target.decl), name)
    assert found is None or isinstance(found, (str, int, float, bool, list, dict))
    return found
