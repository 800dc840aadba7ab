"""Lines of one source with its marks drawn below them, in the manner of rustc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agentalign.diagnostics.render.canvas import Canvas, Paint
from agentalign.diagnostics.render.cells import Cells, Window, clean, lay_out, window
from agentalign.source import Location, Position

# Of a span over many lines, the first and the last ones are shown.
_HEAD: Final = 4
_TAIL: Final = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline: primary with `^`, others with `-`. Positions are clamped to lines that exist."""

    start: Position
    end: Position
    text: str
    primary: bool
    paint: Paint

    @property
    def sign(self) -> str:
        """The character to underline with."""
        return "^" if self.primary else "-"

    @property
    def is_inline(self) -> bool:
        """Whether it stays on one line."""
        return self.start.line == self.end.line


@dataclass(frozen=True, slots=True)
class Row:
    """One line of output beside its gutter; `number` is the source line it shows, `gap` says that lines are left out."""

    text: str
    number: int | None = None
    gap: bool = False


def mark(location: Location, text: str, paint: Paint, *, primary: bool) -> Mark:
    """Make a mark; a span that ends with a line feed ends on the line that feed ends."""
    start, end = location.start, location.end
    if end.column == 1 and end.line > start.line:
        end = Position(end.line - 1, len(location.source.line(end.line - 1)) + 2)
    return Mark(start, end, clean(text), primary, paint)


def snippet(lines: Sequence[str], first: int, marks: Sequence[Mark], size: int) -> Iterator[Row]:
    """Draw marks.

    `lines` are those from number `first` to the last marked one; `size` is how many columns there are for text.
    """
    lanes = _lanes(marks)
    depth = max(lanes.values(), default=-1) + 1
    shown = _shown(marks)
    for number, following in pairwise((*shown, None)):
        assert number is not None  # noqa: S101  # only the sentinel is None
        yield from _line(number, lines[number - first], marks, lanes, max(size - 2 * depth, 20))
        if following is not None and following > number + 1:
            yield Row(_crossing(number, marks, lanes), gap=True)


def _shown(marks: Iterable[Mark]) -> list[int]:
    numbers: set[int] = set()
    for each in marks:
        first, last = each.start.line, each.end.line
        numbers.update((first, last))
        if not each.is_inline:
            numbers.update(range(first, min(first + _HEAD, last)))
            numbers.update(range(max(last - _TAIL + 1, first), last))
    # A gap of a single line is not worth a row that says so.
    numbers.update([low + 1 for low, high in pairwise(sorted(numbers)) if high == low + 2])
    return sorted(numbers)


def _lanes(marks: Iterable[Mark]) -> dict[Mark, int]:
    """Give each mark over several lines a lane left of the text; longer ones get the outer lanes."""
    taken: list[list[Mark]] = []
    lanes: dict[Mark, int] = {}
    spread = sorted(
        (each for each in marks if not each.is_inline),
        key=lambda each: (each.start.line - each.end.line, each.start, each.text),
    )
    for each in spread:
        free = (
            number
            for number, others in enumerate(taken)
            if all(each.start.line > other.end.line or each.end.line < other.start.line for other in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(each)
        lanes[each] = lane
    return lanes


def _crossing(number: int, marks: Iterable[Mark], lanes: dict[Mark, int]) -> str:
    """The lanes that run on below a line."""
    canvas = Canvas()
    for each in marks:
        if each in lanes and each.start.line <= number < each.end.line:
            canvas.put(0, 2 * lanes[each], "|", each.paint)
    return next(iter(canvas.lines()), "")


def _line(number: int, text: str, marks: Sequence[Mark], lanes: dict[Mark, int], size: int) -> Iterator[Row]:
    cells = lay_out(text)
    here = sorted(
        (each for each in marks if each.is_inline and each.start.line == number),
        key=lambda each: (each.start, each.end, not each.primary, each.text),
    )
    turning = [each for each in lanes if number in (each.start.line, each.end.line)]
    view = window(cells.columns, _focus(number, cells, here, turning), size)
    left = 2 * (max(lanes.values(), default=-1) + 1)
    canvas = Canvas()
    canvas.put(0, left, view.columns)
    height = _inline(canvas, here, cells, view, left)
    ends = {}
    for each in turning:
        index = (each.start if each.start.line == number else each.end).column - 1
        column = left + view.place(cells.column(max(index - (each.end.line == number), 0)))
        _turn(canvas, each, 2 * lanes[each], column, height)
        ends[each] = height
        height += 1
    _pass_by(canvas, number, lanes, ends, height)
    rows = canvas.lines()
    yield Row(rows[0], number)
    yield from map(Row, rows[1:])


def _focus(number: int, cells: Cells, here: Sequence[Mark], turning: Sequence[Mark]) -> tuple[int, int]:
    """The range of columns that has to stay in view."""
    each = min((*here, *turning), key=lambda each: (not each.is_inline, not each.primary), default=None)
    if each is None:
        return 0, 1
    if each.is_inline:
        return _range(each, cells)
    column = cells.column((each.start if each.start.line == number else each.end).column - 1)
    return column, column + 1


def _range(each: Mark, cells: Cells) -> tuple[int, int]:
    first = cells.column(each.start.column - 1)
    return first, max(cells.column(each.end.column - 1), first + 1)


def _inline(canvas: Canvas, here: Sequence[Mark], cells: Cells, view: Window, left: int) -> int:
    """Underline and label the marks that stay on one line; return the first row that is free."""
    if not here:
        return 1
    limit = max(len(view.columns), 1)
    ranges = []
    for each in here:
        first, last = map(view.place, _range(each, cells))
        # Past the end of a line that is shown whole there is room; past the end of a window there is not.
        end = last if view.columns == cells.columns else min(last, limit)
        ranges.append((left + min(first, end - 1 if end else 0), left + max(end, 1)))
    for each, (first, last) in sorted(zip(here, ranges, strict=True), key=lambda pair: pair[0].primary):
        canvas.put(1, first, each.sign * (last - first), each.paint)
    return _labels(canvas, list(zip(here, ranges, strict=True)))


def _labels(canvas: Canvas, marks: list[tuple[Mark, tuple[int, int]]]) -> int:
    """The label of the mark furthest right stands beside it, the others hang below theirs."""
    edge = max(last for _, (_, last) in marks)
    rightmost = max(marks, key=lambda pair: (pair[1], pair[0].primary))
    hanging = [pair for pair in marks if pair[0].text]
    if rightmost[1][1] == edge and rightmost[0].text:
        canvas.put(1, edge + 1, _columns(rightmost[0].text), rightmost[0].paint)
        hanging.remove(rightmost)
    hanging.sort(key=lambda pair: (-pair[1][0], pair[0].primary, pair[0].text))
    for row, (each, (column, _)) in enumerate(hanging, 3):
        for above in range(2, row):
            canvas.fill(above, column, column + 1, "|", each.paint)
        canvas.put(row, column, _columns(each.text), each.paint)
    return 3 + len(hanging) if hanging else 2


def _turn(canvas: Canvas, each: Mark, lane: int, column: int, row: int) -> None:
    """Draw the line from a lane to where its mark begins or ends."""
    for above in range(1, row):
        canvas.fill(above, column, column + 1, "|", each.paint)
    canvas.put(row, column, each.sign, each.paint)
    canvas.fill(row, lane + 1, column, "_", each.paint)


def _pass_by(canvas: Canvas, number: int, lanes: dict[Mark, int], turns: dict[Mark, int], height: int) -> None:
    """Draw the lanes beside all rows of a line, and the labels of marks that end here."""
    for each, lane in lanes.items():
        if not each.start.line <= number <= each.end.line:
            continue
        above = 0 if number > each.start.line else turns[each] + 1
        below = turns[each] + 1 if number == each.end.line else height
        for row in range(above, below):
            canvas.put(row, 2 * lane, "|", each.paint)
    for each, row in turns.items():
        if number == each.end.line and each.text:
            column = canvas.width(row) + 1
            canvas.put(row, column, _columns(each.text), each.paint)


def _columns(text: str) -> tuple[str, ...]:
    return lay_out(text).columns
