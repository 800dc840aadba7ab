"""Hygiene of what is said: nothing unrendered, no slips, no wire names of tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from agentalign.templates import blemishes


def name_finder(names: Sequence[str]) -> Callable[[str], str | None]:
    """Return what finds one of these names in a text, standing alone (not as part of a path or address)."""
    if not names:
        return lambda _: None
    listed = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    search = re.compile(rf"(?<![\w./@:-])(?:{listed})(?![\w/@]|[.:-]\w)").search
    plain = all("_" in name for name in names)

    def find(text: str) -> str | None:
        if plain and "_" not in text:
            return None
        found = search(text)
        return found.group() if found else None

    return find


def slips(text: str, said: Iterator[str], *, named: bool) -> tuple[str, ...]:
    """What is wrong with a text; `said` are values that may stand in it as they are, `named` spares a name found before."""
    found = blemishes(text, said)
    return tuple(reason for reason in found if reason != "a leaked identifier") if named else found


def strings(value: object) -> Iterator[str]:
    """Every string in a JSON value."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings(item)
        case dict():
            for item in value.values():
                yield from strings(item)
