"""The values that the leading axes of a space take together, each with what can follow.

Leading axes are decided at the top of the diagram, so what follows them is there already: nothing is rewritten, and
nodes further down are not looked at.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from agentalign.ir.space.nodes import Choice, Node, Product, Sum, below

_WIDTH = 32  # bits for a value in a code: no axis has more values
_MASK = (1 << _WIDTH) - 1

_Rest: TypeAlias = tuple[Choice | Sum, ...]
_Row: TypeAlias = tuple[int, _Rest, int]
"""A code that holds the values of some axes, each plus one at a place of its own; what can follow them, and its count."""


class Head(NamedTuple):
    """One value for each leading axis; `rest` are the independent parts of what can follow, `size` says how much that is."""

    values: tuple[int, ...]
    rest: _Rest
    size: int


def heads_of(root: Node, axes: int) -> tuple[Head, ...]:
    """Return, in order, what the first `axes` axes can be together where all of them are live."""
    if not root.count:
        return ()
    places = tuple(_WIDTH * (axes - 1 - at) for at in range(axes))
    rows: dict[int, list[_Row]] = {}
    for node in below(root, (1 << axes) - 1):
        rows[id(node)] = _rows(node, places, rows)
    heads = []
    for code, rest, count in sorted(_below(root, rows), key=lambda row: row[0]):
        values = tuple([(code >> place & _MASK) - 1 for place in places])
        if -1 not in values:
            heads.append(Head(values, rest, count))
    return tuple(heads)


def _rows(node: Node, places: Sequence[int], rows: Mapping[int, list[_Row]]) -> list[_Row]:
    match node:
        case Choice(axis=axis):
            return [(value + 1 << places[axis], (), 1) for value in node.values]
        case Sum(axis=axis):
            return [
                (code + (value + 1 << places[axis]), rest, count)
                for branch in node.branches
                for code, rest, count in _below(branch.child, rows)
                for value in branch.values
            ]
        case Product():
            found: list[_Row] = [(0, (), 1)]
            for part in node.parts:
                more = _below(part, rows)
                found = [(a + b, first + second, m * n) for a, first, m in found for b, second, n in more]
            return found


def _below(node: Node, rows: Mapping[int, list[_Row]]) -> list[_Row]:
    """Return the rows of a node; one that decides no leading axis just follows."""
    known = rows.get(id(node))
    return known if known is not None else [(0, node.parts if isinstance(node, Product) else (node,), node.count)]
