"""Keeping only the points whose values on some axes are allowed, by rewriting the nodes that decide these axes."""

from collections.abc import Mapping

from agentalign.dataclasses import dataclass
from agentalign.ir.space.nodes import EMPTY, Choice, Node, Product, Sum, Table, below


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowed values by axis position; `required` is the bit set of the axes that must be live."""

    allowed: Mapping[int, frozenset[int]]
    required: int


def restrict_node(root: Node, limits: Limits) -> Node:
    """Return the part of the diagram that is within the limits; untouched nodes are shared with the original."""
    if limits.required & ~root.mask or not root.count:
        return EMPTY
    touched = 0
    for axis in limits.allowed:
        touched |= 1 << axis
    table = Table()
    done: dict[int, Node] = {}
    for node in below(root, touched):
        done[id(node)] = _rewrite(node, limits, table, done)
    return done.get(id(root), root)


def _rewrite(node: Node, limits: Limits, table: Table, done: Mapping[int, Node]) -> Node:
    match node:
        case Product():
            return table.product(done.get(id(part), part) for part in node.parts)
        case Choice():
            return table.choice(node.axis, node.values.intersect(limits.allowed[node.axis]))
        case Sum():
            allowed = limits.allowed.get(node.axis)
            # an axis that this node decides on some branches only is not live on the others
            needed = node.mask & limits.required & ~(1 << node.axis)
            return table.sum(
                node.axis,
                (
                    (
                        branch.values if allowed is None else branch.values.intersect(allowed),
                        done.get(id(branch.child), branch.child),
                    )
                    for branch in node.branches
                    if not needed & ~branch.child.mask
                ),
            )
