"""A grid of characters to draw underlines, connectors and labels on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Paint: TypeAlias = Callable[[str], str]


class Canvas:
    """Rows of styled columns. It grows as needed; what was never drawn on is blank.

    Mutable on purpose, and never handed out of the function that draws on it.
    """

    def __init__(self) -> None:
        self._rows: list[dict[int, tuple[str, Paint | None]]] = []

    def put(self, row: int, column: int, columns: Sequence[str], paint: Paint | None = None) -> None:
        """Draw from a column to the right; an empty string is the right half of the character before."""
        while len(self._rows) <= row:
            self._rows.append({})
        self._rows[row].update((column + i, (text, paint)) for i, text in enumerate(columns))

    def fill(self, row: int, first: int, last: int, text: str, paint: Paint) -> None:
        """Draw one character on the columns `first` to `last` (excluded) that are still blank."""
        for column in range(first, last):
            if not self.taken(row, column):
                self.put(row, column, text, paint)

    def taken(self, row: int, column: int) -> bool:
        """Whether something is drawn there."""
        return row < len(self._rows) and column in self._rows[row]

    def width(self, row: int) -> int:
        """The column after the last one that is drawn on."""
        return max(self._rows[row], default=-1) + 1 if row < len(self._rows) else 0

    def lines(self) -> list[str]:
        """The rows as text without trailing blanks."""
        return [_line(row) for row in self._rows]


def _line(row: dict[int, tuple[str, Paint | None]]) -> str:
    parts: list[str] = []
    run, current = "", None
    for column in range(max(row, default=-1) + 1):
        text, paint = row.get(column, (" ", None))
        if paint != current:
            parts.append(current(run) if current and run else run)
            run, current = "", paint
        run += text
    parts.append(current(run) if current and run else run.rstrip())
    return "".join(parts).rstrip()
