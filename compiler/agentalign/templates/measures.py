"""Sizes and lengths of time, which are written in other numbers than their value: `1.5 MB`, `1 hour 30 minutes`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentalign.templates.filters import FILTERS
from agentalign.templates.filters.numbers import UNITS

_SIZE: Final = re.compile(r"\d+(?:\.\d)? [KMGTP]B\b")
_COUNTED: Final = r"\d+ (?:day|hour|minute|second)s?\b"
_LASTING: Final = re.compile(rf"{_COUNTED}(?: {_COUNTED})*")
_PART: Final = re.compile(r"(\d+) (\w+?)s?\b")


def measured(text: str, start: int, numbers: frozenset[str]) -> bool:
    """Tell whether the number at `start` belongs to a size or a length of time that one of `numbers` comes to."""
    return any(phrase in _forms(phrase, numbers) for phrase in _phrases(text, start))


def _phrases(text: str, start: int) -> Iterator[str]:
    for pattern in (_SIZE, _LASTING):
        for found in pattern.finditer(text):
            if found.start() <= start < found.end():
                yield found.group()


def _forms(phrase: str, numbers: frozenset[str]) -> Iterator[str]:
    """How the numbers would be written as such a phrase."""
    parts = _PART.findall(phrase)
    if not _LASTING.fullmatch(phrase):
        yield from (str(FILTERS["size"].run(float(number) if "." in number else int(number))) for number in numbers)
        return
    seconds = sum(int(count) * UNITS[f"{unit}s"] for count, unit in parts)
    if any(str(seconds // unit) in numbers for unit in UNITS.values() if seconds % unit == 0):
        yield phrase
