"""Source text, places in it, and the one object through which the compiler reads files.

A place is an offset in characters; lines and columns exist only at the edge, for people. A file that cannot be read is
a value (`Missing`, `Outside`, `TooLarge`, `Unreadable`), never an exception.
"""

from agentalign.source.bundle import Bundle, Loaded
from agentalign.source.locate import Target, locate
from agentalign.source.place import Location, Position, Span
from agentalign.source.text import (
    MAX_BYTES,
    SUFFIX,
    Failure,
    Missing,
    Outside,
    Source,
    TooLarge,
    Unreadable,
    decode,
)

__all__ = [
    "MAX_BYTES",
    "SUFFIX",
    "Bundle",
    "Failure",
    "Loaded",
    "Location",
    "Missing",
    "Outside",
    "Position",
    "Source",
    "Span",
    "Target",
    "TooLarge",
    "Unreadable",
    "decode",
    "locate",
]
