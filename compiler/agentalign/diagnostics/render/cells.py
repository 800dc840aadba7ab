"""How text fills the columns of a terminal.

Width is that of UAX #11 (East Asian Width): wide and fullwidth characters take two columns, combining and format
characters none. A tab goes to the next multiple of four. Characters a terminal would obey are shown as a stand-in, so
that a hostile file cannot write to the screen of the person who checks it.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from agentalign.dataclasses import dataclass

TAB: Final = 4
ELLIPSIS: Final = "…"
_STAND_IN: Final = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Cells:
    """A line laid out: one string per column, and the column at which each character begins.

    The second column of a wide character is the empty string; a combining mark shares the column before it.
    `starts` has one entry more than the line has characters: the column after the last.
    """

    columns: tuple[str, ...]
    starts: tuple[int, ...]

    def column(self, index: int) -> int:
        """The column of the character with this index; past the end, one column per missing character."""
        last = len(self.starts) - 1
        return self.starts[index] if index <= last else self.starts[last] + index - last


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a line that is shown: `columns` of it, from column `start` on, ellipses included."""

    columns: tuple[str, ...]
    start: int

    def place(self, column: int) -> int:
        """Where a column of the whole line appears; what is cut off appears under the ellipsis."""
        return max(column - self.start, 0)


def lay_out(line: str) -> Cells:
    """Lay out one line."""
    columns: list[str] = []
    starts: list[int] = []
    for character in line:
        starts.append(len(columns))
        shown = stand_in(character)
        width = _width(shown)
        if character == "\t":
            columns.extend(" " * (TAB - len(columns) % TAB))
        elif width == 0:
            if columns:
                starts[-1] -= 1
                columns[-1] += shown
        else:
            columns.extend((shown, "")[:width])
    starts.append(len(columns))
    return Cells(tuple(columns), tuple(starts))


def window(columns: tuple[str, ...], focus: tuple[int, int], size: int) -> Window:
    """Cut a line to `size` columns around a range of columns that should stay in view, its beginning above all."""
    if len(columns) <= size:
        return Window(columns, 0)
    first, last = focus
    if last < size - 1:
        start = 0
    else:
        room = max(size - 2 - (last - first), size // 4)
        start = max(0, min(first - 1 - room // 2, len(columns) - size))
    shown = list(columns[start : start + size])
    if start > 0:
        shown[0] = ELLIPSIS
        if shown[1] == "":  # the right half of a wide character
            shown[1] = " "
    if start + size < len(columns):
        shown[-1] = ELLIPSIS
        if columns[start + size - 1] == "":
            shown[-2] = " "
    return Window(tuple(shown), start)


def clean(text: str) -> str:
    """Text for one line of a terminal: line feeds become blanks, other characters it would obey a stand-in."""
    return "".join(map(stand_in, text.replace("\n", " ")))


def clean_lines(text: str) -> tuple[str, ...]:
    """The same for text that may have several lines."""
    return tuple(map(clean, text.split("\n")))


def stand_in(character: str) -> str:
    """What is shown for a character: mostly itself; for control characters their picture from U+2400 on."""
    if character.isprintable() or character == "\u00a0":
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    # Joiners belong to emoji and to several scripts; they do nothing by themselves.
    return character if character in "\u200c\u200d" else _STAND_IN


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
