"""Drawing the points of one reading over groups, without replacement."""

from array import array
from collections.abc import Callable, Sequence

from agentalign.ir.space import Points, Slots

_NEVER_USED_UP = 1 << 40


class Draw:
    """A stateful, deterministic draw from the spaces of a reading's groups (for instance its twin groups).

    One counter `t` runs over all draws of the reading, so that values are used evenly across its groups: a draw from a
    group takes the point at `t` (modulo the group's count) of the group's balanced order or, if that was drawn before,
    the next one that was not. What a draw returns depends only on the draws before it. Per draw 8 bytes are kept, or
    one per point of a group that `t` has lapped, which is less.
    """

    __slots__ = ("_compile", "_counts", "_drawn", "_left", "_points", "_t", "_taken")

    def __init__(self, counts: Sequence[int], compiled: Callable[[int], Points]) -> None:
        """Start a draw from groups with so many points, over the same axes; `compiled` gives those of a group.

        It is asked when a group is first drawn from.
        """
        self._counts = counts
        self._compile = compiled
        self._points: dict[int, Points] = {}
        self._left = list(counts)
        # until `t` laps a group its indices cannot repeat, so the indices are only noted; then they become marks
        self._drawn: dict[int, array[int]] = {}
        self._taken: dict[int, bytearray] = {}
        self._t = 0

    def left(self, group: int) -> int:
        """Return how many points of the group are still to be drawn."""
        return self._left[group]

    def draw(self, group: int) -> Slots | None:
        """Return a point of the group that was not drawn before, or None when there is none left."""
        if not self._left[group]:
            return None
        count = self._counts[group]
        index = self._t % count
        if self._t < count < _NEVER_USED_UP:
            self._drawn.setdefault(group, array("Q")).append(index)
        elif count < _NEVER_USED_UP:
            index = self._mark(group, count, index)
        self._t += 1
        self._left[group] -= 1
        points = self._points.get(group)
        if points is None:
            points = self._points[group] = self._compile(group)
        return points.slots(index)

    def _mark(self, group: int, count: int, index: int) -> int:
        """Mark and return the first index at or (cyclically) after the given one that is not taken."""
        taken = self._taken.get(group)
        if taken is None:
            taken = self._taken[group] = bytearray(count)
            for before in self._drawn.pop(group, ()):
                taken[before] = 1
        free = taken.find(0, index)
        if free < 0:
            free = taken.find(0)
        taken[free] = 1
        return free
