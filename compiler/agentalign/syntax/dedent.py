"""What a template says, apart from how it is laid out in the source.

When the closing quotes stand on a line of their own, the blanks before them are taken off every line (the one after the
opening quotes excepted), and the line breaks after the opening and before the closing quotes are dropped. Otherwise the
text is what stands between the quotes, without a line break right after the opening ones. Lines of nothing but blanks
become empty.
"""

from __future__ import annotations

from bisect import bisect_right

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a template, and where its characters come from."""

    text: str
    _starts: tuple[int, ...]  # per line: its first character in `text`
    _origins: tuple[int, ...]  # per line: its first character in the source

    def offset(self, index: int) -> int:
        """The source offset of the character `text[index]`; of the end, when `index` is the text's length."""
        line = bisect_right(self._starts, index) - 1
        return self._origins[line] + index - self._starts[line]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that belongs to the text: where it begins in the body, blanks to drop counted as gone, and what it says."""

    start: int
    text: str


def margin(body: str) -> str | None:
    """The blanks before closing quotes that stand on a line of their own, or None."""
    last = body.rpartition("\n")[2]
    return last if "\n" in body and not last.strip(" \t") else None


def uneven(body: str) -> tuple[int, int] | None:
    """Offset and length of the blanks of the first line that does not begin with the margin."""
    blanks = margin(body)
    if not blanks:
        return None
    start = 0
    for number, line in enumerate(body.split("\n")[:-1]):
        if number and not line.startswith(blanks) and line.strip(" \t"):
            return start, len(line) - len(line.lstrip(" \t"))
        start += len(line) + 1
    return None


def dedent(body: str, base: int = 0) -> Text:
    """The text of a template's body, which begins at `base` in the source."""
    if "\n" not in body:
        return Text(body, (0,), (base,))
    lines = _lines(body)
    text = "\n".join(line.text for line in lines)
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line.text) + 1
    return Text(text, tuple(starts), tuple(base + line.start for line in lines))


def _lines(body: str) -> list[_Line]:
    blanks = margin(body)
    lines = []
    start = 0
    for number, line in enumerate(body.split("\n")):
        empty = not line.strip(" \t")
        drop = len(line) if empty else _shared(line, blanks) if blanks and number else 0
        lines.append(_Line(start + drop, line[drop:]))
        start += len(line) + 1
    if blanks is not None and len(lines) > 1:
        lines.pop()
    if len(lines) > 1 and not lines[0].text:
        del lines[0]
    return lines


def _shared(line: str, blanks: str) -> int:
    """How many of the margin's blanks a line begins with."""
    if line.startswith(blanks):
        return len(blanks)
    return next((i for i, (a, b) in enumerate(zip(line, blanks, strict=False)) if a != b), min(len(line), len(blanks)))
