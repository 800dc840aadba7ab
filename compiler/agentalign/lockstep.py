"""Doing many like things at once, step by step."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Steps: TypeAlias = Generator[None, None, T]
"""Work that yields wherever it may be left for a while, and returns its result."""


def lockstep(works: Iterable[Steps[T]]) -> list[T]:
    """Return the results of works, in order: the first step of all is done, then the second of all, and so on.

    So the code of a step is still in the processor's caches for the next work.
    """
    left = list(enumerate(works))
    results: dict[int, T] = {}
    while left:
        going = []
        for at, work in left:
            try:
                next(work)
            except StopIteration as stop:
                results[at] = stop.value
            else:
                going.append((at, work))
        left = going
    return [results[at] for at in range(len(results))]


def alone(work: Steps[T]) -> T:
    """Return the result of one work."""
    return lockstep((work,))[0]
