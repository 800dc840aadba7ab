"""Template bodies without the indentation they have in the file, and the way back to places in the file.

A body that opens with a line feed starts on the next line. If it closes on a line of its own, that line's indentation
goes from every line and the last line feed with it; otherwise what all lines but the first have in common goes. A line
that is indented less loses what it has.
"""

from __future__ import annotations

from bisect import bisect_right

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dedented:
    """The text, and for each of its lines where it starts here and in the body as written."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, offset: int) -> int:
        """The offset in the body as written."""
        line = bisect_right(self.starts, offset) - 1
        return self.origins[line] + offset - self.starts[line]


def dedent(body: str) -> Dedented:
    """Take the indentation away."""
    if "\n" not in body:
        return Dedented(body, (0,), (0,))
    lines = body.split("\n")
    origins = [0]
    for line in lines:
        origins.append(origins[-1] + len(line) + 1)
    first = 1 if not lines[0].strip() else 0
    closed = not lines[-1].strip()
    width = len(lines[-1]) if closed else _common(lines[1:])
    kept = range(first, len(lines) - (1 if closed else 0))
    texts, starts, places, at = [], [], [], 0
    for index in kept:
        line = lines[index]
        cut = 0 if index == 0 else min(width, len(line) - len(line.lstrip(" \t")))
        text = line[cut:] if line.strip() else ""
        texts.append(text)
        starts.append(at)
        places.append(origins[index] + (cut if text else len(line)))
        at += len(text) + 1
    if not texts:
        return Dedented("", (0,), (0,))
    return Dedented("\n".join(texts), tuple(starts), tuple(places))


def _common(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
