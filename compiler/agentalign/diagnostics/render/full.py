"""Findings for people: the message, the lines it is about with marks below, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentalign.diagnostics.colour import Style
from agentalign.diagnostics.model import Diagnostic, Fix, Severity
from agentalign.diagnostics.render.canvas import Paint
from agentalign.diagnostics.render.cells import clean, clean_lines, lay_out, window
from agentalign.diagnostics.render.snippet import Mark, Row, mark, snippet
from agentalign.source import Source

_FIX_LINES = 6


def full(diagnostics: Sequence[Diagnostic], style: Style, width: int) -> str:
    """Render, with a blank line between findings."""
    return "\n".join("".join(line + "\n" for line in _finding(each, style, width)) for each in diagnostics)


def _finding(diagnostic: Diagnostic, style: Style, width: int) -> Iterator[str]:
    paint = style.error if diagnostic.severity is Severity.ERROR else style.warning
    head = paint(f"{diagnostic.severity.value}[{diagnostic.code}]")
    yield head + style.strong(f": {clean(diagnostic.message)}")
    groups = _by_source(diagnostic, paint, style.note)
    last = max((each.end.line for _, marks in groups for each in marks), default=0)
    gutter = max(len(str(last)), *(len(str(fix.location.end.line + 1)) for fix in diagnostic.fixes), 1)
    for index, (source, marks) in enumerate(groups):
        yield from _group(source, marks, style, gutter, width, is_first=index == 0)
    blank = f"{' ' * gutter} {style.note('=')} "
    if groups and (diagnostic.notes or diagnostic.help is not None):
        yield f"{' ' * gutter} {style.note('|')}"
    for note in diagnostic.notes:
        yield from _remark(blank, "note", note, style)
    if diagnostic.help is not None:
        yield from _remark(blank, "help", diagnostic.help, style)
    for fix in diagnostic.fixes:
        yield from _suggestion(fix, diagnostic, style, gutter, width)


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


def _group(
    source: Source, marks: list[Mark], style: Style, gutter: int, width: int, *, is_first: bool
) -> Iterator[str]:
    bar = style.note("|")
    arrow = "-->" if is_first else ":::"
    start = marks[0].start
    if not is_first:
        yield f"{' ' * gutter} {bar}"
    yield f"{' ' * gutter}{style.note(arrow)} {clean(source.name)}:{start.line}:{start.column}"
    yield f"{' ' * gutter} {bar}"
    first = min(each.start.line for each in marks)
    last = max(each.end.line for each in marks)
    lines = tuple(source.line(number) for number in range(first, last + 1))
    for row in snippet(lines, first, tuple(dict.fromkeys(marks)), width - gutter - 3):
        yield _gutter(row, bar, style, gutter)


def _gutter(row: Row, bar: str, style: Style, gutter: int) -> str:
    if row.gap:
        return f"{style.note('...')}{' ' * gutter}{row.text}".rstrip()
    number = " " * gutter if row.number is None else style.note(f"{row.number:>{gutter}}")
    return f"{number} {bar} {row.text}".rstrip()


def _remark(blank: str, kind: str, text: str, style: Style) -> Iterator[str]:
    first, *rest = clean_lines(text)
    yield f"{blank}{style.strong(kind + ':')} {first}".rstrip()
    indent = " " * (blank.count(" ") + len(kind) + 3)
    yield from (f"{indent}{line}".rstrip() for line in rest)


def _suggestion(fix: Fix, diagnostic: Diagnostic, style: Style, gutter: int, width: int) -> Iterator[str]:
    yield f"{style.strong('help:')} {clean(fix.title)}"
    source = fix.location.source
    start = fix.location.start
    if diagnostic.location is None or source != diagnostic.location.source:
        yield f"{' ' * gutter}{style.note('-->')} {clean(source.name)}:{start.line}:{start.column}"
    yield f"{' ' * gutter} {style.note('|')}"
    number, removed, added = changed_lines(fix)
    focus = (max(start.column - 1, 0), start.column)
    for sign, lines, paint in (("-", removed, style.removed), ("+", added, style.added)):
        for offset, line in enumerate(lines[:_FIX_LINES]):
            shown = "".join(window(lay_out(line).columns, focus, width - gutter - 3).columns)
            yield f"{style.note(f'{number + offset:>{gutter}}')} {paint(f'{sign} {shown}'.rstrip())}"
        if len(lines) > _FIX_LINES:
            yield f"{style.note('...')}"


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
