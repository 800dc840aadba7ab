"""What a space is declared from: axes with guards, and forbidden combinations."""

from typing import TypeAlias

from agentalign.dataclasses import dataclass

Point: TypeAlias = tuple[tuple[str, int], ...]
"""One point of a space: `(axis name, value index)` of every live axis, in axis order."""

Slots: TypeAlias = tuple[int | None, ...]
"""The same point as the value index of each axis, in axis order; None where it is not live."""


@dataclass(frozen=True, slots=True)
class Test:
    """Holds where `axis` is live and its value index is one of `values`."""

    __test__ = False  # keeps pytest from collecting the class by its name

    axis: str
    values: frozenset[int]


Guard: TypeAlias = tuple[tuple[Test, ...], ...]
"""A disjunction of conjunctions of tests; the empty disjunction means "always"."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One choice among `size` values, live only where `guard` holds.

    The guard may test earlier axes only. Where it does not hold the axis has no value.
    """

    name: str
    size: int
    guard: Guard = ()


@dataclass(frozen=True, slots=True)
class Forbid:
    """Removes the points in which every one of `tests` holds."""

    tests: tuple[Test, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Overflow:
    """The diagram grew past the node limit.

    `names` are the forbids (by name) and guarded axes (by axis name) whose interaction made `axis` the widest level;
    `width` is the number of different situations met there.
    """

    names: tuple[str, ...]
    axis: str
    width: int
    limit: int
