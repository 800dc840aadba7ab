"""The decision diagram: shared nodes with exact counts.

A node stands for a set of partial points over the axes in its `mask`. The diagram is a multi-valued decision diagram
whose independent parts are split off (a deterministic, decomposable circuit in the sense of Darwiche, "A compiler for
deterministic, decomposable negation normal form", AAAI 2002), so that counts multiply and add. Nodes are
compared by identity and have no field-wise `repr`: written out, the sharing would be lost and the text exponential.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.ir.space.values import Values, union


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choice:
    """An axis that is independent of everything else: any of `values`."""

    axis: int
    values: Values
    count: int
    mask: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Branch:
    """A group of values of a `Sum` after which the same things can follow."""

    values: Values
    child: "Node"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sum:
    """An axis whose value decides what follows; `starts[k]` counts the points of the branches before branch `k`."""

    axis: int
    branches: tuple[Branch, ...]
    starts: tuple[int, ...]
    count: int
    mask: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Product:
    """Independent parts over disjoint sets of axes; without parts, the one empty point."""

    parts: tuple["Choice | Sum", ...]
    count: int
    mask: int


Node: TypeAlias = Choice | Sum | Product

UNIT = Product((), 1, 0)
EMPTY = Sum(-1, (), (), 0, 0)


@dataclass(frozen=True, slots=True)
class Table:
    """Makes normalised nodes, each only once."""

    known: dict[object, Node] = field(default_factory=dict)

    def choice(self, axis: int, values: Values) -> Node:
        """Return the free choice among `values`."""
        if not values.size:
            return EMPTY
        return self.known.setdefault((axis, values), Choice(axis, values, values.size, 1 << axis))

    def product(self, nodes: Iterable[Node]) -> Node:
        """Return the product of nodes over disjoint axes."""
        parts: list[Choice | Sum] = []
        for node in nodes:
            if not node.count:
                return EMPTY
            if isinstance(node, Product):
                parts += node.parts
            else:
                parts.append(node)
        if len(parts) < 2:
            return product_of(parts)
        parts.sort(key=_first_axis)  # so that equal products have equal keys
        key = tuple(map(id, parts))
        known = self.known.get(key)
        # setdefault, not assignment: the table also keeps the parts alive, whose ids are the key
        return self.known.setdefault(key, product_of(parts)) if known is None else known

    def sum(self, axis: int, branches: Iterable[tuple[Values, Node]]) -> Node:
        """Return the choice of `axis`, then the branch of its value; equal branches join, common parts move out."""
        groups: dict[int, tuple[list[Values], Node]] = {}
        for values, child in branches:
            if values.size and child.count:
                groups.setdefault(id(child), ([], child))[0].append(values)
        if not groups:
            return EMPTY
        joined = [(sets[0] if len(sets) == 1 else union(sets), child) for sets, child in groups.values()]
        joined.sort(key=lambda pair: pair[0].starts[0])
        if len(joined) == 1:
            values, child = joined[0]
            return self.product((self.choice(axis, values), child))
        common = _common_parts([child for _, child in joined])
        if not common:
            return self._sum(axis, joined)
        gone = {id(part) for part in common}
        rest = [(values, self.product(p for p in _parts(child) if id(p) not in gone)) for values, child in joined]
        return self.product((self._sum(axis, rest), *common))

    def _sum(self, axis: int, branches: Sequence[tuple[Values, Node]]) -> Node:
        key = (axis, *((values, id(child)) for values, child in branches))
        if key in self.known:
            return self.known[key]
        sizes = [values.size * child.count for values, child in branches]
        mask = 1 << axis
        for _, child in branches:
            mask |= child.mask
        starts = tuple(accumulate(sizes, initial=0))[:-1]
        made = tuple(Branch(values, child) for values, child in branches)
        return self.known.setdefault(key, Sum(axis, made, starts, sum(sizes), mask))


def product_of(parts: list[Choice | Sum]) -> Node:
    """Return the product of parts that have points, over disjoint axes; the list is put in order."""
    if len(parts) < 2:
        return parts[0] if parts else UNIT
    parts.sort(key=_first_axis)
    count, mask = 1, 0
    for part in parts:
        count *= part.count
        mask |= part.mask
    return Product(tuple(parts), count, mask)


def _first_axis(part: Choice | Sum) -> int:
    return part.mask & -part.mask


def _parts(node: Node) -> tuple[Choice | Sum, ...]:
    return node.parts if isinstance(node, Product) else (node,)


def _common_parts(nodes: Sequence[Node]) -> list[Choice | Sum]:
    shared = {id(part) for part in _parts(nodes[0])}
    for node in nodes[1:]:
        shared &= {id(part) for part in _parts(node)}
    return [part for part in _parts(nodes[0]) if id(part) in shared]


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below."""
    match node:
        case Choice():
            return
        case Sum():
            for branch in node.branches:
                yield branch.child
        case Product():
            yield from node.parts


def below(root: Node, mask: int = -1) -> list[Node]:
    """Return the nodes reachable over nodes that decide an axis of `mask`, each once, children before parents."""
    order: list[Node] = []
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen and (mask == -1 or node.mask & mask):
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in children(node))
    return order
