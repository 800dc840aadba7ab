"""Spans, positions and locations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentalign.dataclasses import dataclass

if TYPE_CHECKING:
    from agentalign.source.text import Source


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters `start` (included) to `end` (excluded) of one source; empty when both are equal."""

    start: int
    end: int

    def __len__(self) -> int:
        return max(0, self.end - self.start)

    def __bool__(self) -> bool:
        """Every span counts as true, also an empty one (`len` alone would make it false)."""
        return True

    def join(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def within(self, offset: int) -> Span:
        """The same span, moved by `offset` characters: from a part's own coordinates to those of the whole."""
        return Span(self.start + offset, self.end + offset)

    def covers(self, other: Span) -> bool:
        """Whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column, both counted from 1; columns count characters (Unicode code points), a tab is one."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Location:
    """A span in a source."""

    source: Source
    span: Span

    @property
    def start(self) -> Position:
        """Where the first character stands."""
        return self.source.position(self.span.start)

    @property
    def end(self) -> Position:
        """Where the first character after the span stands; never before `start`."""
        return self.source.position(max(self.span.start, self.span.end))

    @property
    def text(self) -> str:
        """The characters covered."""
        return self.source.text[max(0, self.span.start) : max(0, self.span.end)]

    def __str__(self) -> str:
        start = self.start
        return f"{self.source.name}:{start.line}:{start.column}"

    def __repr__(self) -> str:
        """Short, since a source holds a whole file."""
        return f"Location({self.source.name!r}, {self.span.start}, {self.span.end})"
