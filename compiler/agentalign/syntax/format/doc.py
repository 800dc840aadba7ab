"""Documents that know where they may break, and the printer that decides.

After Wadler, "A prettier printer" (2003), with two additions for comments: a `Suffix` ends its line, so that what follows
goes on in the next one; a `Lead` stands on lines of its own. Both do so wherever they occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass, field

WIDTH: Final = 120
INDENT: Final = 2


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """A blank between words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line break in a broken group, else a blank if `spaced`; `blank` asks for an empty line when broken."""

    spaced: bool = True
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Hard:
    """A line break that breaks all groups around it."""

    blank: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """A line break inside a token, not followed by indentation if `verbatim`."""

    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Suffix:
    """A comment at the end of the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Lead:
    """Comments on lines of their own, before what follows."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IfBroken:
    """Characters that stand only in a broken group."""

    text: str


@dataclass(frozen=True, slots=True)
class Concat:
    """One after the other."""

    docs: tuple[Doc, ...]
    edges: Edges


@dataclass(frozen=True, slots=True)
class Nest:
    """Line breaks inside are indented one step more."""

    doc: Doc


@dataclass(frozen=True, slots=True)
class Group:
    """On one line if it fits and nothing forces a break, else all its own lines break."""

    doc: Doc


@dataclass(frozen=True, slots=True)
class Wrap:
    """A blank, or an indented line break if what follows fits on the next line only."""

    doc: Doc


Doc: TypeAlias = Text | Space | Line | Hard | Raw | Suffix | Lead | IfBroken | Concat | Nest | Group | Wrap


@dataclass(frozen=True, slots=True)
class Edges:
    """What decides whether a group must break.

    `forced`: there is a hard break, a comment with something after it on its line, or comment lines with something before
    them. A comment at the very end, or comment lines at the very start, concern only the groups further out.
    """

    empty: bool = False
    forced: bool = False
    starts: bool = False  # with comment lines
    ends: bool = False  # with a comment
    breakable: bool = False


SPACE: Final = Space()
NOTHING: Final = Concat((), Edges(empty=True))


def concat(docs: Sequence[Doc]) -> Doc:
    """Put documents one after the other."""
    parts = tuple([doc for doc in docs if not edges(doc).empty])
    if len(parts) == 1:
        return parts[0]
    ends = [edges(part) for part in parts]
    if not ends:
        return NOTHING
    forced = (
        any(end.forced for end in ends) or any(end.ends for end in ends[:-1]) or any(end.starts for end in ends[1:])
    )
    breakable = any(end.breakable for end in ends)
    return Concat(parts, Edges(False, forced, ends[0].starts, ends[-1].ends, breakable))


def edges(doc: Doc) -> Edges:
    """What a document means to the groups around it."""
    match doc:
        case Concat(edges=found):
            return found
        case Nest(inner) | Group(inner) | Wrap(inner):
            return edges(inner)
        case Hard() | Raw():
            return Edges(forced=True)
        case Suffix():
            return Edges(ends=True)
        case Lead():
            return Edges(starts=True)
        case Line():
            return Edges(breakable=True)
        case Text(text):
            return Edges(empty=not text)
        case IfBroken() | Space():
            return Edges()


@dataclass(slots=True)
class _Printer:
    """The text so far. Blanks between words are held back until a word follows, so no line ends in one."""

    out: list[str] = field(default_factory=list)
    column: int = 0
    indent: int = 0
    fresh: bool = True  # nothing on this line yet
    space: bool = False
    ended: bool = False  # by a comment

    def write(self, text: str, indent: int) -> None:
        if not text:
            return
        if self.ended:
            self.line(indent + INDENT)
        blanks = " " * self.indent if self.fresh else " " if self.space else ""
        self.out += (blanks, text)
        self.column = (self.indent if self.fresh else self.column + len(blanks)) + len(text)
        self.fresh = self.space = False

    def blank(self) -> None:
        self.space = not self.fresh

    def line(self, indent: int, *, blank: bool = False) -> None:
        self.out.append("\n\n" if blank else "\n")
        self.indent, self.column = indent, indent
        self.fresh, self.space, self.ended = True, False, False

    def comment(self, text: str, indent: int) -> None:
        self.blank()
        self.write(text, indent)
        self.ended = True

    def lead(self, lines: Iterable[str], indent: int) -> None:
        if not self.fresh:
            self.line(indent + INDENT)
        for line in lines:
            self.write(line, indent)
            self.line(self.indent)


_Item: TypeAlias = tuple[int, bool, Doc]  # indentation, flat, document


def pretty(doc: Doc) -> str:
    """Print a document; the text has no final line break."""
    printer = _Printer()
    stack: list[_Item] = [(0, False, doc)]
    while stack:
        indent, flat, doc = stack.pop()
        match doc:
            case Text(text):
                printer.write(text, indent)
            case Concat(docs):
                stack += [(indent, flat, part) for part in reversed(docs)]
            case Nest(inner):
                stack.append((indent + INDENT, flat, inner))
            case Group(inner):
                fits = flat or (not edges(inner).forced and _fits((indent, True, inner), stack, printer))
                stack.append((indent, fits, inner))
            case Wrap(inner):
                stays = flat or _stays(inner, indent, stack, printer)
                if stays:
                    printer.blank()
                else:
                    printer.line(indent + INDENT)
                stack.append((indent if stays else indent + INDENT, flat, inner))
            case Line(_, blank) if not flat:
                printer.line(indent, blank=blank)
            case Line(spaced):
                printer.space = printer.space or (spaced and not printer.fresh)
            case Space():
                printer.blank()
            case Hard(blank):
                printer.line(indent, blank=blank)
            case Raw(verbatim):
                printer.line(0 if verbatim else indent)
            case Suffix(text):
                printer.comment(text, indent)
            case Lead(lines):
                printer.lead(lines, indent)
            case IfBroken(text):
                printer.write("" if flat else text, indent)
    return "".join(printer.out).rstrip("\n")


def _fits(item: _Item, rest: Sequence[_Item], printer: _Printer) -> bool:
    """Whether the item, and what follows it up to the next possible line break, fits on the line."""
    return _has_room(WIDTH - printer.column - printer.space, _widths(item, rest))


def _stays(doc: Doc, indent: int, rest: Sequence[_Item], printer: _Printer) -> bool:
    """Whether something wrapped stays on its line.

    It does if it fits, and else if it would not fit on the next line either, but has places to break.
    """
    whole = (indent, not edges(doc).forced, doc)
    here, there = WIDTH - printer.column - 1, WIDTH - indent - INDENT
    if _has_room(here, _widths(whole, rest)):
        return True
    return not _has_room(there, _widths(whole, rest)) and _has_room(here, _widths((indent, False, doc), ()))


def _has_room(room: int, widths: Iterable[int]) -> bool:
    return all((room := room - width) >= 0 for width in widths)


def _widths(item: _Item, rest: Sequence[_Item]) -> Iterator[int]:
    """The widths of the texts up to the next line break."""
    stack = [item]
    below = len(rest)
    while stack or below:
        if not stack:
            below -= 1
            stack.append(rest[below])
        indent, flat, doc = stack.pop()
        match doc:
            case Text(text):
                yield len(text)
            case Concat(docs):
                stack += [(indent, flat, part) for part in reversed(docs)]
            case Nest(inner) | Group(inner):
                stack.append((indent, flat, inner))
            case Wrap(inner):
                if not flat:
                    return
                stack += [(indent, flat, inner), (indent, flat, SPACE)]
            case Line(spaced):
                if not flat:
                    return
                yield int(spaced)
            case Space():
                yield 1
            case Hard() | Raw() | Lead() | Suffix():
                return
            case IfBroken(text):
                yield 0 if flat else len(text)
