"""Lines of one source with its marks drawn below them, in the manner of rustc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.diagnostics.render.canvas import Canvas, Paint
from agentalign.diagnostics.render.cells import ELLIPSIS, Cells, Window, clean, lay_out, window
from agentalign.source import Location, Position

# Of a span over many lines, the first and the last ones are shown.
_HEAD: Final = 4
_TAIL: Final = 2
# How many characters of a line are laid out, on each side of what is marked.
_REACH: Final = 1_000


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
    """One line of output beside its gutter: it shows source line `number`, or says that lines are left out (`gap`)."""

    text: str
    number: int | None = None
    gap: bool = False


def mark(location: Location, text: str, paint: Paint, *, primary: bool) -> Mark:
    """Make a mark; a span that ends with a line feed ends on the line that feed ends."""
    start, end = location.start, location.end
    if end.column == 1 and end.line > start.line:
        end = Position(end.line - 1, len(location.source.line(end.line - 1)) + 1)
    return Mark(start, end, clean(text), primary, paint)


def snippet(lines: Sequence[str], first: int, marks: Sequence[Mark], size: int) -> Iterator[Row]:
    """Draw marks.

    `lines` are those from number `first` to the last marked one; `size` is how many columns there are for text.
    """
    lanes = _lanes(marks)
    depth = max(lanes.values(), default=-1) + 1
    shown = _shown(marks)
    for number, following in pairwise((*shown, None)):
        assert number is not None  # only the sentinel is None
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
    here = sorted(
        (each for each in marks if each.is_inline and each.start.line == number),
        key=lambda each: (each.start, each.end, not each.primary, each.text),
    )
    turning = [each for each in lanes if number in (each.start.line, each.end.line)]
    focus = min((*here, *turning), key=lambda each: (not each.is_inline, not each.primary), default=None)
    cells = _Excerpt.of(text, 0 if focus is None else _index(focus, number))
    view = window(cells.columns, (0, 1) if focus is None else _range(focus, number, cells), size)
    left = 2 * (max(lanes.values(), default=-1) + 1)
    canvas = Canvas()
    canvas.put(0, left, view.columns)
    height = _inline(canvas, here, cells, view, left)
    ends = {}
    for each in turning:
        column = left + view.place(_range(each, number, cells)[0])
        _turn(canvas, each, 2 * lanes[each], min(column, left + size - 1), height)
        ends[each] = height
        height += 1
    _pass_by(canvas, number, lanes, ends, height)
    rows = canvas.lines()
    yield Row(rows[0], number)
    yield from map(Row, rows[1:])


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """A line laid out; of a line that is longer than any terminal, only the surroundings of one character."""

    cells: Cells
    dropped: int = 0
    is_cut: bool = False

    @classmethod
    def of(cls, text: str, around: int) -> _Excerpt:
        """Cut with ellipses of its own, so that a file of one line of megabytes costs nothing."""
        if len(text) <= 2 * _REACH:
            return cls(lay_out(text))
        first = max(around - _REACH, 0)
        lead = ELLIPSIS if first else ""
        tail = ELLIPSIS if first + 2 * _REACH < len(text) else ""
        return cls(lay_out(lead + text[first : first + 2 * _REACH] + tail), first - len(lead), is_cut=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """What is there to show."""
        return self.cells.columns

    def column(self, index: int) -> int:
        """The column of the character with this index in the line, or of the nearest that was not cut off."""
        kept = max(index - self.dropped, 0)
        return self.cells.column(min(kept, len(self.cells.starts) - 1) if self.is_cut else kept)


def _index(each: Mark, number: int) -> int:
    """The index, in its line, of the character under the beginning of a mark, or under its end on its last line."""
    if each.start.line == number:
        return each.start.column - 1
    return max(each.end.column - 2, 0)


def _range(each: Mark, number: int, cells: _Excerpt) -> tuple[int, int]:
    """The columns of a mark on one line; one column where it turns into its lane."""
    index = _index(each, number)
    first = cells.column(index)
    last = cells.column(each.end.column - 1) if each.is_inline else first + 1
    return first, max(last, first + 1)


def _inline(canvas: Canvas, here: Sequence[Mark], cells: _Excerpt, view: Window, left: int) -> int:
    """Underline and label the marks that stay on one line; return the first row that is free."""
    if not here:
        return 1
    ranges = []
    for each in here:
        first, last = map(view.place, _range(each, each.start.line, cells))
        if len(view.columns) < len(cells.columns):  # what was cut off is marked below the ellipsis
            last = min(max(last, 1), len(view.columns))
            first = min(first, last - 1)
        ranges.append((left + first, left + last))
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
