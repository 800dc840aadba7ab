"""Text of a file, and the ways in which a file can fail to be one."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.source.place import Location, Position, Span

SUFFIX: Final = ".chain"
MAX_BYTES: Final = 8 * 1024 * 1024

# Control characters have no place in a spec: terminals obey them. The bidirectional ones make a line read differently
# from how it compiles ("Trojan Source", CVE-2021-42574). Lone surrogates cannot be written back as UTF-8.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """One text with a name for people.

    `name` is what diagnostics print (a POSIX path, relative where possible, or something like `<stdin>`). `module` is
    the dotted name other files import it by; unlike `name` it does not depend on the working directory, so it is what
    goes into written output. `verbatim` is false when reading changed the text (byte order mark, CRLF), so that offsets
    in `text` are not offsets in the file.
    """

    name: str
    text: str = field(repr=False)
    module: str = ""
    verbatim: bool = True
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = (0, *(match.end() for match in re.finditer("\n", self.text)))
        object.__setattr__(self, "_starts", starts)

    @property
    def line_count(self) -> int:
        """Number of lines; an empty text has one, and a final line feed opens one more."""
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Line and column of an offset; offsets outside the text count as its nearest end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """Inverse of `position`; a line or column that does not exist counts as the nearest one that does."""
        start, end = self._bounds(min(max(position.line, 1), self.line_count))
        return min(start + max(position.column, 1) - 1, end)

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its line feed; empty when there is no such line."""
        if not 1 <= number <= self.line_count:
            return ""
        start, end = self._bounds(number)
        return self.text[start:end]

    def line_span(self, number: int) -> Span:
        """Where line `number` (from 1, clamped) stands, without its line feed."""
        return Span(*self._bounds(min(max(number, 1), self.line_count)))

    def at(self, start: int, end: int) -> Location:
        """The location of `text[start:end]`."""
        return Location(self, Span(start, end))

    @property
    def end(self) -> Location:
        """The empty location after the last character."""
        return self.at(len(self.text), len(self.text))

    def _bounds(self, number: int) -> tuple[int, int]:
        end = self._starts[number] - 1 if number < self.line_count else len(self.text)
        return self._starts[number - 1], end


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing is there: `name` is the module or path asked for, `searched` the places looked at (for the message)."""

    name: str
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """The file exists, but a link leads out of the folder that modules may be read from."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The file has more bytes than `limit`."""

    path: str
    size: int
    limit: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file cannot be used as text: `reason` completes "cannot read PATH: ...".

    When its contents are at fault, `location` points at the first offending character of a lenient decoding.
    """

    path: str
    reason: str
    location: Location | None = None


Failure: TypeAlias = Missing | Outside | TooLarge | Unreadable


def decode(data: bytes, name: str, module: str = "") -> Source | Unreadable:
    """Read UTF-8 bytes: a byte order mark is dropped, CRLF becomes LF; anything that is not clean text is refused."""
    marked = data.startswith(b"\xef\xbb\xbf")
    body = data[3:] if marked else data
    try:
        raw = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(body, error, name, module)
    return from_text(raw, name, module, verbatim=not marked)


def from_text(raw: str, name: str, module: str = "", *, verbatim: bool = True) -> Source | Unreadable:
    """Apply to a decoded text what `decode` applies after decoding."""
    text = raw.replace("\r\n", "\n")
    source = Source(name, text, module, verbatim and len(text) == len(raw))
    bad = _FORBIDDEN.search(text)
    if bad is None:
        return source
    return Unreadable(name, f"character U+{ord(bad[0]):04X} ({_describe(bad[0])})", source.at(bad.start(), bad.end()))


def _undecodable(body: bytes, error: UnicodeDecodeError, name: str, module: str) -> Unreadable:
    before = body[: error.start].decode("utf-8").replace("\r\n", "\n")
    lenient = body.decode("utf-8", "replace").replace("\r\n", "\n")
    location = Source(name, lenient, module, verbatim=False).at(len(before), len(before) + 1)
    return Unreadable(name, f"byte 0x{body[error.start]:02X} is not UTF-8 text", location)


def _describe(character: str) -> str:
    match ord(character):
        case 0:
            return "NUL: is this a binary file?"
        case 0x0D:
            return "a carriage return without a line feed"
        case code if code >= 0xD800 and code <= 0xDFFF:
            return "half of a surrogate pair"
        case code if code > 0x9F:
            return "an invisible character that changes the reading direction"
        case _:
            return "a control character"
