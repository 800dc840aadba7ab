"""Handing out rows by declared shares, one at a time, so that a larger size extends a smaller one (house monotone).

At each node of a tree of shares the next row goes to one of the *eligible* children, those below their upper quota
(`rows < total * weight / weights`), by

- Sainte-Laguë's rule, least `(2 * rows + 1) / weight`, for up to three children or equal weights: there it keeps every
  child within one row of its exact share at every total;
- the quota method, least `(rows + 1) / weight`, otherwise: with four or more unequal children every divisor method,
  Sainte-Laguë's among them, strays from the exact share by more than a row for some weights (by 4.5 rows for one share
  of 90 and ten of 1).

Both are in Balinski & Young, "Fair Representation" (1982), the quota method first in "The quota method of
apportionment", American Mathematical Monthly 82 (1975).
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import islice
from math import lcm

from agentalign.dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Share:
    """A node of the mix; weights are relative to the siblings'.

    `capacity` (leaves only) is how many rows there are to give. When a child is used up its surplus goes to its
    siblings, in proportion, unless the node is `strict`: then the node itself is used up as soon as that child's turn
    comes.
    """

    name: str
    weight: Fraction | int
    children: tuple["Share", ...] = ()
    capacity: int = 0
    strict: bool = False


def seats(root: Share) -> Iterator[tuple[str, ...]]:
    """Yield for each row the names from below the root to a leaf, until the capacities are used up.

    After every row, each child of a node with all children still in supply is within one row of its exact share of the
    node's rows. When a child is used up, its siblings share what it did not take: their shares of the rest are exact
    again a few rows later. Children of weight 0 get nothing. Raises ValueError for a negative weight.
    """
    top = _state(root, ())
    while (path := top.take()) is not None:
        yield path


def tally(root: Share, size: int) -> dict[tuple[str, ...], int]:
    """Return how many of the first `size` rows each leaf gets; the sum is less where the capacities are used up."""
    counts = dict.fromkeys(_leaves(root, ()), 0)
    for path in islice(seats(root), size):
        counts[path] += 1
    return counts


def apportion(weights: Mapping[str, Fraction | int], size: int) -> dict[str, int]:
    """Return how `size` rows (or groups, ...) fall to flat shares, each within one of its exact share."""
    root = Share("", 1, tuple(Share(name, weight, capacity=size) for name, weight in weights.items()))
    return {path[0]: count for path, count in tally(root, size).items()}


def _leaves(share: Share, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not share.children:
        yield path
    for child in share.children:
        yield from _leaves(child, (*path, child.name))


@dataclass(slots=True)
class _Leaf:
    path: tuple[str, ...]
    left: int

    def take(self) -> tuple[str, ...] | None:
        """Return the path, or None when no row is left."""
        if self.left <= 0:
            return None
        self.left -= 1
        return self.path


@dataclass(slots=True)
class _Node:
    """The rows given so far below a node.

    `ready` has the children below their upper quota by priority, `waiting` the others by the total that lets them in;
    `given` counts the rows of the children that are not used up, whose weights add up to `total`.
    """

    children: dict[int, "_Leaf | _Node"]
    weights: Sequence[int]
    strict: bool
    rows: list[int]
    given: int = 0
    total: int = 0
    offset: int = 0
    scales: Sequence[int] = ()
    ready: list[tuple[int, int]] = field(default_factory=list)
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def restart(self) -> None:
        """Set up the queues for the children that are left."""
        weights = [self.weights[at] for at in self.children]
        common = lcm(*weights)
        # 1: least (2 * rows + 1) / weight; 2: least (2 * rows + 2) / weight
        self.offset = 1 if len(weights) <= 3 or len(set(weights)) == 1 else 2
        self.total = sum(weights)
        self.scales = [common // weight if weight else 0 for weight in self.weights]
        self.given = sum(self.rows[at] for at in self.children)
        self.ready = []
        self.waiting = [(self.rows[at] * self.total // self.weights[at] + 1, at) for at in self.children]
        heapify(self.waiting)

    def take(self) -> tuple[str, ...] | None:
        """Give the next row and return its path, or None when there is none."""
        while self.children:
            ready, waiting, rows = self.ready, self.waiting, self.rows
            total = self.given + 1
            while waiting and waiting[0][0] <= total:
                at = heappop(waiting)[1]
                heappush(ready, ((2 * rows[at] + self.offset) * self.scales[at], at))
            # never empty: the quotas add up to `total`, the rows only to `total - 1`
            at = heappop(ready)[1]
            path = self.children[at].take()
            if path is not None:
                self.given = total
                rows[at] += 1
                heappush(waiting, (rows[at] * self.total // self.weights[at] + 1, at))
                return path
            if self.strict:
                self.children.clear()
            else:
                del self.children[at]
                self.restart()
        return None


def _state(share: Share, path: tuple[str, ...]) -> _Leaf | _Node:
    if not share.children:
        return _Leaf(path, share.capacity)
    exact = [Fraction(child.weight) for child in share.children]
    if any(weight < 0 for weight in exact):
        raise ValueError(f"a share of {share.name!r} is negative")
    common = lcm(*(weight.denominator for weight in exact))
    children = {at: _state(child, (*path, child.name)) for at, child in enumerate(share.children) if exact[at]}
    node = _Node(children, [int(weight * common) for weight in exact], share.strict, [0] * len(exact))
    node.restart()
    return node
