"""Going over everything a definition is made of."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.dataclasses import fields, is_dataclass


def walk(thing: object) -> Iterator[object]:
    """Every dataclass instance inside a definition, itself included, parents first."""
    stack = [thing]
    while stack:
        here = stack.pop()
        if isinstance(here, (tuple, list)):
            stack += reversed(here)
            continue
        kind = type(here)
        names = _known[kind] if kind in _known else _known.setdefault(kind, _members(kind))
        if names is not None:
            yield here
            stack += [getattr(here, name) for name in names]


_known: dict[type, tuple[str, ...] | None] = {}


def _members(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass, last first; None for any other class."""
    return tuple(field.name for field in reversed(fields(kind))) if is_dataclass(kind) else None
