"""The space: exact count, unranking, ranking, restriction and marginals over a decision diagram."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from agentalign.dataclasses import dataclass
from agentalign.ir.space.heads import Head, heads_of
from agentalign.ir.space.model import Axis, Forbid, Point, Slots, Test
from agentalign.ir.space.nodes import Choice, Node, Product, Sum, below
from agentalign.ir.space.project import project_node
from agentalign.ir.space.restrict import Limits, restrict_node


@dataclass(frozen=True, eq=False, repr=False)
class Space:
    """A finite set of points. Make one with `build_space`.

    Not slotted, because of the cached properties. There is no `len`: counts exceed `sys.maxsize`.
    """

    axes: tuple[Axis, ...]
    forbids: tuple[Forbid, ...]
    root: Node

    @property
    def count(self) -> int:
        """The exact number of points."""
        return self.root.count

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the axes, in order."""
        return tuple(axis.name for axis in self.axes)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The position of every axis, by name."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def nodes(self) -> int:
        """The number of diagram nodes."""
        return len(below(self.root))

    def __repr__(self) -> str:
        return f"<Space of {self.count} points over {len(self.axes)} axes>"

    def __getitem__(self, index: int) -> Point:
        """Return the point of an index; raises IndexError outside `0 <= index < count`."""
        if not 0 <= index < self.root.count:
            raise IndexError(index)
        slots: list[int | None] = [None] * len(self.axes)
        stack: list[tuple[Node, int]] = [(self.root, index)]
        while stack:
            node, rest = stack.pop()
            if isinstance(node, Product):
                for part in node.parts:
                    rest, here = divmod(rest, part.count)
                    if isinstance(part, Choice):
                        slots[part.axis] = part.values.at(here)
                    else:
                        stack.append((part, here))
            elif isinstance(node, Choice):
                slots[node.axis] = node.values.at(rest)
            else:
                at = bisect_right(node.starts, rest) - 1
                branch = node.branches[at]
                rank, rest = divmod(rest - node.starts[at], branch.child.count)
                slots[node.axis] = branch.values.at(rank)
                stack.append((branch.child, rest))
        return self.point_of(tuple(slots))

    def __iter__(self) -> Iterator[Point]:
        for index in range(self.root.count):
            yield self[index]

    def __contains__(self, point: Point) -> bool:
        try:
            self.index(point)
        except ValueError:
            return False
        return True

    def index(self, point: Point) -> int:
        """Return the index of a point, the inverse of `space[i]`; raises ValueError, with the reason, for others."""
        given = self.slots_of(point)
        total, used = 0, 0
        stack: list[tuple[Node, int]] = [(self.root, 1)]
        while stack:
            node, scale = stack.pop()
            if isinstance(node, Product):
                for part in node.parts:
                    stack.append((part, scale))
                    scale *= part.count
                continue
            used += 1
            value = given[node.axis]
            if isinstance(node, Choice):
                rank = None if value is None else node.values.rank(value)
                if rank is None:
                    raise ValueError(self._why_not(point))
                total += scale * rank
                continue
            for branch, start in zip(node.branches, node.starts, strict=True):
                rank = None if value is None else branch.values.rank(value)
                if rank is not None:
                    total += scale * (start + rank * branch.child.count)
                    stack.append((branch.child, scale))
                    break
            else:
                raise ValueError(self._why_not(point))
        if used != len(point):
            raise ValueError(self._why_not(point))
        return total

    def slots_of(self, point: Point) -> Slots:
        """Return the value at every axis position; raises ValueError for an unknown or repeated axis."""
        slots: list[int | None] = [None] * len(self.axes)
        for name, value in point:
            at = self.position.get(name)
            if at is None:
                raise ValueError(f"there is no axis {name!r}")
            if slots[at] is not None:
                raise ValueError(f"axis {name!r} has two values")
            slots[at] = value
        return tuple(slots)

    def point_of(self, slots: Slots) -> Point:
        """Return the point with these values: the inverse of `slots_of`."""
        return tuple([(name, value) for name, value in zip(self.names, slots, strict=True) if value is not None])

    def restrict(self, fixed: Mapping[str, int | None]) -> "Space":
        """Return the points in which every named axis is live with the given value (None: is not live).

        The result's points keep the fixed axes. Any axes may be fixed; fixing leading ones only walks the diagram's
        top. Raises KeyError for an unknown axis.
        """
        allowed = {self.position[name]: frozenset(() if v is None else (v,)) for name, v in fixed.items()}
        required = sum(1 << self.position[name] for name, value in fixed.items() if value is not None)
        return self._part(restrict_node(self.root, Limits(allowed, required)))

    def heads(self, axes: int) -> tuple[Head, ...]:
        """Return every combination of values of the first `axes` axes that some points have, all live, in order."""
        return heads_of(self.root, axes)

    def keep(self, allowed: Mapping[str, Collection[int]]) -> "Space":
        """Return the points in which every named axis, where it is live, has one of the given values."""
        limits = Limits({self.position[name]: frozenset(values) for name, values in allowed.items()}, 0)
        return self._part(restrict_node(self.root, limits))

    def _part(self, root: Node) -> "Space":
        """Return another space over the same axes; what follows from these is known already."""
        made = Space(self.axes, self.forbids, root)
        vars(made).update(names=self.names, position=self.position)
        return made

    def alive(self, axis: str, value: int) -> int:
        """Return in how many points the axis has the value."""
        at = self.position[axis]
        total = 0
        for node in self._deciding(at):
            weight = self._weights[id(node)]
            if isinstance(node, Choice):
                total += weight * (value in node.values)
            else:
                total += weight * sum(b.child.count for b in node.branches if value in b.values)
        return total

    def marginals(self, axis: str) -> tuple[int, ...]:
        """Return in how many points the axis has each value; the rest of `count` is where it is not live."""
        at = self.position[axis]
        totals = [0] * self.axes[at].size
        for node in self._deciding(at):
            weight = self._weights[id(node)]
            groups = (
                [(node.values, 1)] if isinstance(node, Choice) else [(b.values, b.child.count) for b in node.branches]
            )
            for values, count in groups:
                for value in values:
                    totals[value] += weight * count
        return tuple(totals)

    def project(self, names: Sequence[str]) -> frozenset[tuple[int | None, ...]]:
        """Return the value combinations that the named axes take together; None means "not live".

        They are all held in memory, so the axes should be few and small. Raises KeyError for an unknown axis.
        """
        return project_node(self.root, [self.position[name] for name in names])

    @cached_property
    def _weights(self) -> dict[int, int]:
        """For each node, in how many ways the axes outside it can be chosen."""
        order = below(self.root)
        weights = {id(node): 0 for node in order}
        weights[id(self.root)] = 1
        for node in reversed(order):
            weight = weights[id(node)]
            if isinstance(node, Product):
                for part in node.parts:
                    weights[id(part)] += weight * node.count // part.count
            elif isinstance(node, Sum):
                for branch in node.branches:
                    weights[id(branch.child)] += weight * branch.values.size
        return weights

    def _deciding(self, at: int) -> list[Choice | Sum]:
        return [node for node in below(self.root, 1 << at) if not isinstance(node, Product) and node.axis == at]

    def _why_not(self, point: Point) -> str:
        """Explain from the declarations, not from the diagram, why a point is not in the space."""
        given = dict(point)
        for axis in self.axes:
            value = given.get(axis.name)
            live = not axis.guard or any(_all_hold(clause, given) for clause in axis.guard)
            if live and value is None:
                return f"axis {axis.name!r} is live here and needs a value"
            if value is not None and not live:
                return f"axis {axis.name!r} is not live here and must have no value"
            if value is not None and not 0 <= value < axis.size:
                return f"axis {axis.name!r} has no value {value}; it has {axis.size}"
        for forbid in self.forbids:
            if _all_hold(forbid.tests, given):
                return f"forbidden by {forbid.name!r}"
        return "outside the part of the space that was restricted to"


def _all_hold(tests: Sequence[Test], given: Mapping[str, int]) -> bool:
    return all(given.get(test.axis) in test.values for test in tests)
