"""Filters that the compiler writes, where the meaning of a template depends on types."""

from __future__ import annotations

from typing import Final

from agentalign.templates.filters.model import Filter, Param
from agentalign.types import BoolType, domains


def part(value: object, domain: str, name: str) -> object:
    """Return part `name` of a value of a domain."""
    if not isinstance(value, str):
        raise TypeError(f"not a string: {value!r}")
    return domains[domain].parts[name].read(value)


_LEADING: Final = frozenset({"a", "an", "the", "my", "our", "your", "his", "her", "their"})


def opening(value: object) -> str:
    """Return how a tool is called, as a sentence begins with it; the name of a program stays as it is."""
    if not isinstance(value, str):
        raise TypeError(f"not a string: {value!r}")
    return value[0].upper() + value[1:] if value.partition(" ")[0] in _LEADING else value


def present(value: object) -> bool:
    """Tell whether a value is there; unlike Jinja's truth this holds for 0 and the empty string."""
    return value is not None


FILTERS: Final = (
    Filter(
        "part",
        "A part of a domain value.",
        "a domain value",
        lambda _: True,
        part,
        (),
        (Param("domain", "text", required=True), Param("name", "text", required=True)),
    ),
    Filter("opening", "A tool's title where a sentence begins.", "a string", lambda _: True, opening, ()),
    Filter(
        "present", "Whether a value is not null.", "anything", lambda _: True, present, (), gives=lambda _: BoolType()
    ),
)
