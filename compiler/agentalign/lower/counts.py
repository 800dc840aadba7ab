"""The spaces of readings, as far as a check has to know them.

Building a space takes longer than anything else about a reading, and most spaces cannot be at fault: without constraints
nothing is empty, dead or entangled. Those are built when somebody counts them.
"""

from __future__ import annotations

from collections.abc import Collection
from math import prod

from agentalign.ir import Reading
from agentalign.ir.space import Overflow, Space, build_space

_FEW = 10_000
"""Situations to tell apart, far below the number at which `build_space` gives up."""


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
            assert isinstance(found, Space), "it has few situations"
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
    """Whether a reading surely has a space that is not empty: no constraints, no choice of nothing, and few guards.

    Situations differ in how the axes that guards ask about are decided: not yet, or in one of the groups of values that the
    guards tell apart.
    """
    if reading.removals or not all(choice.axis.size for choice in reading.choices):
        return False
    asked: dict[str, set[frozenset[int]]] = {}
    for choice in reading.choices:
        for test in (test for tests in choice.axis.guard for test in tests):
            asked.setdefault(test.axis, set()).add(test.values)
    sizes = {choice.axis.name: choice.axis.size for choice in reading.choices}
    groups: list[int] = [min(sizes[axis], 1 << len(sets)) + 1 for axis, sets in asked.items()]
    return len(sizes) * prod(groups) <= _FEW
