"""Handing out rows by declared shares, one at a time, so that a larger size extends a smaller one (house monotone).

At each node of a tree of shares the next row goes to one of the *eligible* children, those below their upper quota
(`seats < total * weight / weights`), by

- Sainte-Laguë's rule, least `(2 * seats + 1) / weight`, for up to three children or equal weights: there it keeps every
  child within one row of its exact share at every total;
- the quota method, least `(seats + 1) / weight`, otherwise: with four or more unequal children every divisor method, Sainte-Laguë
  among them, leaves the quota for some weights.

Both are in Balinski & Young, "Fair Representation" (1982), the quota method first in "The quota method of apportionment",
American Mathematical Monthly 82 (1975).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import islice
from math import lcm


@dataclass(frozen=True, slots=True)
class Share:
    """A node of the mix; weights are relative to the siblings'.

    `capacity` (leaves only) is how many rows there are to give. When a child is used up its surplus goes to its siblings, in
    proportion, unless the node is `strict`: then the node itself is used up as soon as that child's turn comes.
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
    top = _node(root, ())
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
class _LeafState:
    path: tuple[str, ...]
    left: int

    def take(self) -> tuple[str, ...] | None:
        """Return the path, or None when no row is left."""
        if self.left <= 0:
            return None
        self.left -= 1
        return self.path


class _NodeState:
    """The seats of one node's children: those below their upper quota by priority, the others by when they get there."""

    __slots__ = ("_children", "_offset", "_ready", "_scales", "_seats", "_strict", "_total", "_waiting", "_weights")

    def __init__(self, children: Sequence["_LeafState | _NodeState"], weights: Sequence[int], *, strict: bool) -> None:
        self._children: list[_LeafState | _NodeState | None] = list(children)
        self._weights = list(weights)
        self._seats = [0] * len(children)
        self._strict = strict
        self._restart()

    def _restart(self) -> None:
        """Set up the queues for the children that are left."""
        left = [at for at, child in enumerate(self._children) if child is not None]
        weights = [self._weights[at] for at in left]
        common = lcm(*weights)
        # 1 asks for the least (2 * seats + 1) / weight, 2 for the least (2 * seats + 2) / weight
        self._offset = 1 if len(left) <= 3 or len(set(weights)) == 1 else 2
        self._total = sum(weights)
        self._scales = [common // weight if weight else 0 for weight in self._weights]
        self._ready: list[tuple[int, int]] = []
        self._waiting = [(self._seats[at] * self._total // self._weights[at] + 1, at) for at in left]
        heapify(self._waiting)

    def take(self) -> tuple[str, ...] | None:
        """Give the next row and return its path, or None when no child has one."""
        while self._waiting or self._ready:
            at = self._next()
            child = self._children[at]
            path = child.take() if child is not None else None
            if path is not None:
                count = self._seats[at] = self._seats[at] + 1
                heappush(self._waiting, (count * self._total // self._weights[at] + 1, at))
                return path
            if self._strict:
                self._waiting, self._ready = [], []
                return None
            self._children[at] = None
            self._given -= self._seats[at]
            self._restart()
        return None

    def _next(self) -> int:
        raise NotImplementedError
