"""The combinations of values that some axes take together, read off the diagram."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TypeAlias

from agentalign.ir.space.nodes import Choice, Node, Product, Sum, below

Row: TypeAlias = tuple[int | None, ...]


def project_node(root: Node, axes: Sequence[int]) -> frozenset[Row]:
    """Return the combinations, each with one value per axis asked for, or None where the axis is not live.

    Takes time in proportion to the nodes that decide these axes times the combinations.
    """
    if not root.count:
        return frozenset()
    at = {axis: place for place, axis in enumerate(axes)}
    mask = 0
    for axis in axes:
        mask |= 1 << axis
    blank: Row = (None,) * len(axes)
    rows: dict[int, frozenset[Row]] = {}
    for node in below(root, mask):
        rows[id(node)] = _project(node, at, rows, blank)
    return rows.get(id(root), frozenset((blank,)))


def _project(node: Node, at: Mapping[int, int], rows: Mapping[int, frozenset[Row]], blank: Row) -> frozenset[Row]:
    match node:
        case Choice():
            return frozenset(_with(blank, at[node.axis], value) for value in node.values)
        case Product():
            parts = [rows[id(part)] for part in node.parts if id(part) in rows]
            return frozenset(_merge(chosen) for chosen in product(*parts))
        case Sum():
            place = at.get(node.axis)
            found: set[Row] = set()
            for branch in node.branches:
                below_here = rows.get(id(branch.child), frozenset((blank,)))
                if place is None:
                    found |= below_here
                else:
                    found.update(_with(row, place, value) for value in branch.values for row in below_here)
            return frozenset(found)


def _with(row: Row, place: int, value: int) -> Row:
    return (*row[:place], value, *row[place + 1 :])


def _merge(rows: Sequence[Row]) -> Row:
    """Merge rows that give values to different axes."""
    return tuple(next((value for value in column if value is not None), None) for column in zip(*rows, strict=True))
