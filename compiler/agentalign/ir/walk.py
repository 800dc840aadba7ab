"""Going over everything a definition is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def walk(thing: object) -> Iterator[object]:
    """Every dataclass instance inside a definition, itself included, parents first."""
    if isinstance(thing, (tuple, list)):
        for item in thing:
            yield from walk(item)
    elif is_dataclass(thing):
        yield thing
        for field in fields(thing):
            yield from walk(getattr(thing, field.name))
