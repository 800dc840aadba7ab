"""The spaces of readings, as far as a check has to know them.

Building a space takes longer than anything else about a reading, and most spaces cannot be at fault: without constraints
nothing is empty, dead or entangled. Those are built when somebody counts them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import prod

from agentalign.ir import Reading
from agentalign.ir.space import Axis, Overflow, Space, build_space

_LIMIT = 20_000
"""The number of situations at which `build_space` gives up."""


class Spaces:
    """The spaces of those readings that have one, by name."""

    def __init__(self) -> None:
        self._made: dict[str, Space] = {}
        self._later: dict[str, Reading] = {}

    @property
    def names(self) -> Collection[str]:
        """The readings there are."""
        return self._made.keys() | self._later.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._made or name in self._later

    def __getitem__(self, name: str) -> Space:
        if name not in self._made:
            found = space_of(self._later[name])
            assert isinstance(found, Space)
            self._made[name] = found
        return self._made[name]

    def put(self, name: str, space: Space) -> None:
        """Add a space that was built."""
        self._made[name] = space

    def put_off(self, reading: Reading) -> None:
        """Add a reading whose space is `certain`."""
        self._later[reading.name] = reading


def space_of(reading: Reading) -> Space | Overflow:
    """The space of a reading."""
    return build_space([choice.axis for choice in reading.choices], [removal.forbid for removal in reading.removals])


def certain(reading: Reading) -> bool:
    """Whether a reading surely has a space that is not empty: no constraints, no choice of nothing, and few situations."""
    axes = [choice.axis for choice in reading.choices]
    return not reading.removals and all(axis.size for axis in axes) and _situations(axes) < _LIMIT


def _situations(axes: Sequence[Axis]) -> int:
    """No fewer than `build_space` has to tell apart where nothing is forbidden.

    A situation is where the decisions on the axes that guards ask about have led, at one of these axes; beside these, each
    axis is one more once nothing depends on it. Decisions multiply, unless an axis is only live under some values of one
    other axis: then they add up over the values of that one.
    """
    asked: dict[str, dict[int, set[frozenset[int]]]] = {}
    for axis in axes:
        for test in (test for tests in axis.guard for test in tests):
            for value in test.values:
                asked.setdefault(test.axis, {}).setdefault(value, set()).add(test.values)
    below: dict[str | None, list[Axis]] = {}
    for axis in axes:
        if axis.name in asked:
            below.setdefault(_parent(axis), []).append(axis)

    def ways(axis: Axis) -> int:
        alike = {frozenset(sets): value for value, sets in asked[axis.name].items()}
        inner = [[ways(child) for child in below.get(axis.name, ()) if _live(child, value)] for value in alike.values()]
        return sum(map(prod, inner)) + (len(asked[axis.name]) < axis.size)

    return len(axes) + len(asked) * prod(map(ways, below.get(None, ())))


def _parent(axis: Axis) -> str | None:
    """The axis that alone decides whether an axis is live, if there is one."""
    names = {test.axis for tests in axis.guard for test in tests}
    return names.pop() if len(names) == 1 and all(len(tests) == 1 for tests in axis.guard) else None


def _live(axis: Axis, value: int) -> bool:
    return any(value in test.values for tests in axis.guard for test in tests)
