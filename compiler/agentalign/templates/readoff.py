"""What can be read off the values that a text says: the folder of a path, the host behind an `@`, the year of a day.

A spec may print `{{ file.folder }}` where the request says the file. Nobody makes such a part up, though it stands in the
text only as part of a longer word.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agentalign.templates.kinds import DATES, MOMENTS, TIMES
from agentalign.types import domains

_CALENDAR: Final = DATES | MOMENTS | TIMES | {"month"}
FRAGMENTS: Final = frozenset((domain, part) for domain in _CALENDAR for part in ("month", "day", "hour", "minute"))
"""Numbers that mean nothing by themselves: any text with a date in it would support nearly every small number."""


@lru_cache(maxsize=64)
def read_off(text: str) -> frozenset[str]:
    """Return the parts of all values in a text, as they are printed."""
    found: set[str] = set()
    for name, domain in domains.items():
        parts = [part.read for key, part in domain.parts.items() if (name, key) not in FRAGMENTS]
        if parts:
            found.update(str(read(value)) for value in domain.recognise(text) for read in parts)
    return frozenset(found)
