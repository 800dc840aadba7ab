"""Hygiene of what is said: nothing unrendered, no slips, no wire names of tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from agentalign.templates import blemishes, underscored

_WORD: Final = re.compile(r"(?<![\w./@:-])[A-Za-z][\w-]*(?![\w/@]|[.:]\w)")


def name_finder(names: Sequence[str]) -> Callable[[str], str | None]:
    """Return what finds one of these names in a text, standing alone (not as part of a path or address)."""
    wanted = frozenset(names)
    plain = all("_" in name for name in wanted)

    def find(text: str) -> str | None:
        parts = underscored(text) if plain else text.split()
        return next((word for part in parts for word in _WORD.findall(part) if word in wanted), None)

    return find


def spotless(texts: Sequence[str], joined: str) -> bool:
    """Tell whether texts surely have no slips, by one look at all of them; False means that each needs a look of its own.

    `joined` has them all, in lines of their own.
    """
    if blemishes(joined) or "\u201c" in joined:
        return False
    for text in texts:
        if text[:1].isspace() or text[-1:].isspace():
            return False
    return '"' not in joined or not any(text.count('"') % 2 for text in texts)


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
