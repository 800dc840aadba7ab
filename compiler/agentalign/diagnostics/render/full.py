"""Findings for people: the message, the lines it is about with marks below, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.diagnostics.colour import Style
from agentalign.diagnostics.model import Diagnostic, Fix, Severity
from agentalign.diagnostics.render.canvas import Paint
from agentalign.diagnostics.render.cells import clean, clean_lines, lay_out, window
from agentalign.diagnostics.render.snippet import Mark, Row, mark, snippet
from agentalign.source import Position, Source

_FIX_LINES: Final = 6


def full(diagnostics: Sequence[Diagnostic], style: Style, width: int) -> str:
    """Render, with a blank line between findings."""
    return "\n".join("".join(line + "\n" for line in _finding(each, style, width)) for each in diagnostics)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all parts of one finding share: the style, the columns line numbers take, those of the terminal."""

    style: Style
    gutter: int
    width: int

    @property
    def size(self) -> int:
        """Columns that are left for text."""
        return self.width - self.gutter - 3

    @property
    def margin(self) -> str:
        """An empty gutter with its bar."""
        return f"{' ' * self.gutter} {self.style.note('|')}"

    def number(self, number: int) -> str:
        """A line number in the gutter."""
        return self.style.note(f"{number:>{self.gutter}}")

    def place(self, arrow: str, source: Source, start: Position) -> str:
        """Where the lines below are from."""
        return f"{' ' * self.gutter}{self.style.note(arrow)} {clean(source.name)}:{start.line}:{start.column}"


def _finding(diagnostic: Diagnostic, style: Style, width: int) -> Iterator[str]:
    paint = style.error if diagnostic.severity is Severity.ERROR else style.warning
    yield paint(f"{diagnostic.severity.value}[{diagnostic.code}]") + style.strong(f": {clean(diagnostic.message)}")
    groups = _by_source(diagnostic, paint, style.note)
    numbers = [each.end.line for _, marks in groups for each in marks]
    numbers += [fix.location.end.line + fix.replacement.count("\n") for fix in diagnostic.fixes]
    frame = _Frame(style, len(str(max(numbers, default=1))), width)
    for index, (source, marks) in enumerate(groups):
        yield from _group(source, marks, frame, "-->" if index == 0 else ":::")
    if groups and (diagnostic.notes or diagnostic.help is not None or diagnostic.fixes):
        yield frame.margin
    for note in diagnostic.notes:
        yield from _remark("note", note, frame)
    if diagnostic.help is not None:
        yield from _remark("help", diagnostic.help, frame)
    for fix in diagnostic.fixes:
        yield from _suggestion(fix, diagnostic, frame)


def _by_source(diagnostic: Diagnostic, primary: Paint, secondary: Paint) -> list[tuple[Source, list[Mark]]]:
    """The marks per file, that of the primary one first, the others in the order given."""
    groups: dict[Source, list[Mark]] = {}
    if diagnostic.primary is not None:
        location = diagnostic.primary.location
        groups[location.source] = [mark(location, diagnostic.primary.text, primary, primary=True)]
    for label in diagnostic.secondary:
        marks = groups.setdefault(label.location.source, [])
        marks.append(mark(label.location, label.text, secondary, primary=False))
    return list(groups.items())


def _group(source: Source, marks: list[Mark], frame: _Frame, arrow: str) -> Iterator[str]:
    if arrow == ":::":
        yield frame.margin
    yield frame.place(arrow, source, marks[0].start)
    if not source.text and not any(each.text for each in marks):
        return  # a file that could not be read: its name is all there is to show
    yield frame.margin
    first = min(each.start.line for each in marks)
    last = max(each.end.line for each in marks)
    lines = tuple(source.line(number) for number in range(first, last + 1))
    for row in snippet(lines, first, tuple(dict.fromkeys(marks)), frame.size):
        yield _row(row, frame).rstrip()


def _row(row: Row, frame: _Frame) -> str:
    if row.gap:
        return f"{frame.style.note('...')}{' ' * frame.gutter}{row.text}"
    if row.number is None:
        return f"{frame.margin} {row.text}"
    return f"{frame.number(row.number)} {frame.style.note('|')} {row.text}"


def _remark(kind: str, text: str, frame: _Frame) -> Iterator[str]:
    first, *rest = clean_lines(text)
    lead = " " * frame.gutter
    yield f"{lead} {frame.style.note('=')} {frame.style.strong(kind + ':')} {first}".rstrip()
    yield from (f"{lead}{' ' * (len(kind) + 5)}{line}".rstrip() for line in rest)


def _suggestion(fix: Fix, diagnostic: Diagnostic, frame: _Frame) -> Iterator[str]:
    style, source, start = frame.style, fix.location.source, fix.location.start
    yield f"{style.strong('help:')} {clean(fix.title)}"
    if diagnostic.location is None or source != diagnostic.location.source:
        yield frame.place("-->", source, start)
    yield frame.margin
    number, removed, added = changed_lines(fix)
    focus = (start.column - 1, start.column)
    for sign, lines, paint in (("-", removed, style.removed), ("+", added, style.added)):
        for offset, line in enumerate(lines[:_FIX_LINES]):
            shown = "".join(window(lay_out(line).columns, focus, frame.size).columns)
            yield f"{frame.number(number + offset)} {paint(f'{sign} {shown}'.rstrip())}"
        if len(lines) > _FIX_LINES:
            yield style.note("...")


def changed_lines(fix: Fix) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """What a fix changes: the number of the first such line, the lines before, and the lines after."""
    source, (start, end) = fix.location.source, (fix.location.start, fix.location.end)
    old = [source.line(number) for number in range(start.line, end.line + 1)]
    new = (old[0][: start.column - 1] + fix.replacement + old[-1][end.column - 1 :]).split("\n")
    number = start.line
    while old and new and old[0] == new[0]:
        del old[0], new[0]
        number += 1
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return number, tuple(old), tuple(new)
