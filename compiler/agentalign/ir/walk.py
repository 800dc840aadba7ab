"""Going over everything a definition is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from agentalign.dataclasses import fields, is_dataclass


def walk(thing: object) -> Iterator[object]:
    """Every dataclass instance inside a definition, itself included, parents first."""
    stack = [thing]
    while stack:
        here = stack.pop()
        kind = here.__class__
        if kind is tuple or kind is list:
            stack += here[::-1]  # type: ignore[index]
            continue
        members = _known[kind] if kind in _known else _known.setdefault(kind, _members(kind))
        if members is not None:
            yield here
            stack += [value for value in members(here) if value.__class__ not in _LEAVES]


_LEAVES = frozenset({str, int, bool, float, type(None)})
_known: dict[type, Callable[[Any], tuple[object, ...]] | None] = {}


def _members(kind: type) -> Callable[[Any], tuple[object, ...]] | None:
    """What gives the values of a dataclass's fields, last first; None for any other class."""
    names = [field.name for field in reversed(fields(kind))] if is_dataclass(kind) else []
    match names:
        case []:
            return (lambda _: ()) if is_dataclass(kind) else None
        case [name]:
            return lambda here: (getattr(here, name),)
        case _:
            return attrgetter(*names)
