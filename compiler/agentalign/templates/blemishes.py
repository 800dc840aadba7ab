"""What no finished text may have: leftovers of templates and programs, and slips of the pen."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from itertools import islice
from operator import eq
from typing import Final, TypeAlias

CLOSING: Final = r"(?:[,;!?](?!\w)|\.(?![\w./])|:(?![\w()|-]))"
"""A mark that ends something, and so stands close behind it: not that of `.env`, `...`, `:)`."""

_SNAKE: Final = re.compile(r"(?<![\w/.@:#~\\-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/@\\]|[.:-]\w)")
_LEFTOVER: Final = re.compile(
    r"(?<![\w'\"])(?:None(?! (?:of|are|is|was|were|has|have|will|can|should|needs?)\b)|null|undefined)(?![\w'\"-])"
)
_PLACEHOLDER: Final = re.compile(
    r"\[[A-Z][A-Z _]+\]|\[(?:[Yy]our|[Mm]y|[Tt]he|[Ii]nsert|[Nn]ame|[Dd]ate|[Rr]ecipient|[Cc]ompany)\b[^\]\n]{0,30}\]"
    r"|<[A-Za-z][\w .-]{0,30}>"
    r"|\b(?:TODO|todo|TBD|FIXME|XXX)\b|\b[Ll]orem ipsum\b|\b(?:[Pp]laceholder|PLACEHOLDER)\b",
)
_REPEATED: Final = re.compile(r"(?<!\S)([A-Za-z]+)\s+\1(?![\w-])")
_TWICE: Final = re.compile(r" ([^ ]++) \1(?![\w-])")
"""A doubled word (or sign) of a text on one line, with a blank before it and single blanks everywhere."""

DOUBLED_MARK: Final = re.compile(r"[,;:][.,;:!?]|[!?][.,;:]|(?<!\.)\.\.(?!\.)|\.{4}")
TWO_MARKS: Final = re.compile("[.,;:!?][.,;:!?]")
"""What `DOUBLED_MARK` may find, looked for faster."""
_LOOSE_BLANK: Final = re.compile(" [ \n.,;:!?]")

_LAID_OUT: Final = bytes(
    ord(" " if chr(byte) in " \n" else "." if chr(byte) in ".,;:!?" else "x") for byte in range(256)
)
"""A translation that makes blanks and line ends alike, and all marks."""
_LOOSE: Final = (b"..", b" .", b"  ")
"""What `TWO_MARKS` and `_LOOSE_BLANK` may find, after that, and what more than one blank between two words leaves."""
_Test: TypeAlias = Callable[[str], bool]

_RARE: Final = "{}[<"
_PARTS: Final[list[str]] = []  # all else that `_has` looks for: a text without any of it needs no closer look

_LETTERS: Final = (string.ascii_letters + string.digits).encode()
_WORDS: Final = bytes(byte if byte in _LETTERS + b"_-" else 32 for byte in range(256))
"""A translation that leaves words, and blanks between them."""

_CAPITALS: Final = string.ascii_uppercase.encode()
_USUAL: Final = (
    bytes(byte for byte in range(32, 128) if chr(byte) not in f'{_RARE}"_' and byte not in _CAPITALS) + b"\n"
)
_LEFT: Final = _CAPITALS + b'"_'
"""All but these are taken from a text for a first look; of what is then left, none but those is usual."""
_RIGHTLY_TWICE: Final = frozenset(
    {
        "that",
        "had",
        "is",
        "half",
        "blah",
        "very",
        "so",
        "no",
        "really",
        "many",
        "much",
        "ha",
        "bye",
        "knock",
        "long",
        "far",
    }
)


def _doubled_word(text: str) -> bool:
    return any(match[1].lower() not in _RIGHTLY_TWICE for match in _REPEATED.finditer(text))


def _unbalanced(text: str) -> bool:
    return text.count('"') % 2 == 1 or (not text.isascii() and text.count("\u201c") != text.count("\u201d"))


def _has(*parts: str) -> _Test:
    _PARTS.extend(part for part in parts if part not in _RARE)
    return lambda text: any(map(text.__contains__, parts))


def underscored(text: str) -> list[str]:
    """The words with an underscore, up to blanks and line ends, and one for each it has."""
    found: list[str] = []
    if (at := text.find("_")) >= 0:
        flat = text.replace("\n", " ")
        while at >= 0:
            end = flat.find(" ", at)
            found.append(flat[flat.rfind(" ", 0, at) + 1 : len(flat) if end < 0 else end])
            at = flat.find("_", at + 1)
    return found


def _snake(text: str) -> bool:
    return any(map(_SNAKE.search, underscored(text)))


def _finds(pattern: re.Pattern[str]) -> _Test:
    return lambda text: pattern.search(text) is not None


def _alike_neighbours(text: str) -> bool:
    words = text.encode().translate(_WORDS).split()
    return True in map(eq, words, islice(words, 1, None))


def _surely_clean(text: str) -> bool:
    """Tell whether a text has nothing that any test looks for; False only means that it needs a closer look."""
    if text.isascii():
        return not _loose_edges(text) and _plainly_clean(text, text.encode())
    return not any(may_be(text) for _, may_be, _ in _REASONS)


def _plainly_clean(text: str, raw: bytes) -> bool:
    """The same for ASCII between its edges: what is left without the usual characters is short."""
    left = raw.translate(None, _USUAL)
    return not (
        left.translate(None, _LEFT)
        or any(map(raw.translate(_LAID_OUT).__contains__, _LOOSE))
        or left.count(b'"') % 2
        or any(map(left.__contains__, _LOUD))
        or any(map(text.__contains__, _QUIET))
        or _TWICE.search(" " + text.replace("\n", " "))
        or (b"_" in left and _snake(text))
    )


def _loose_blank(text: str) -> bool:
    return "\t" in text or _LOOSE_BLANK.search(text) is not None


def _loose_edges(text: str) -> bool:
    return text[:1].isspace() or text[-1:].isspace()


_REASONS: Final[tuple[tuple[str, _Test, _Test], ...]] = (
    ("an unrendered template", _has("{", "}"), _finds(re.compile(r"\{\{|\}\}|\{%|%\}"))),
    (
        "a placeholder",
        _has("[", "<", "TODO", "todo", "TBD", "FIXME", "XXX", "orem ips", "laceholder", "PLACEHOLDER"),
        _finds(_PLACEHOLDER),
    ),
    ("a missing value", _has("None", "null", "undefined"), _finds(_LEFTOVER)),
    ("a leaked identifier", _snake, _snake),
    ("a doubled blank", _loose_blank, _finds(re.compile(r"\S[ \t]{2,}\S"))),
    ("a blank at the end of a line", _loose_blank, _finds(re.compile(r"[ \t]\n"))),
    ("a blank before a mark", _loose_blank, _finds(re.compile(rf"[ \t]{CLOSING}"))),
    ("a doubled mark", _finds(TWO_MARKS), _finds(DOUBLED_MARK)),
    ("a doubled word", _alike_neighbours, _doubled_word),
    ("an unbalanced quote", _unbalanced, _unbalanced),
    ("a blank at the start or end", _loose_edges, _loose_edges),
)
"""What can be wrong: its name, a quick test that it may be so, and the exact one."""

_LOUD: Final = tuple(part.encode() for part in _PARTS if part.isupper())
_QUIET: Final = tuple(part for part in _PARTS if not part.isupper())
"""The parts in capitals, which are looked for among the capitals of a text, and the others."""


def blemishes(text: str, verbatim: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what is wrong with a text that people are to read, as noun phrases; nothing for a clean one.

    `verbatim` are values that stand in the text as they are (a path with underscores, a shell command): what they hold is
    not the text's fault.
    """
    if not text.strip():
        return ("an empty text",)
    if _surely_clean(text):
        return ()
    possible = [(reason, found) for reason, may_be, found in _REASONS if may_be(text)]
    if not any(found(text) for _, found in possible):
        return ()
    for value in sorted({value for value in verbatim if not value.isalpha()}, key=lambda value: (-len(value), value)):
        text = text.replace(value, "Value")
    return tuple(reason for reason, found in possible if found(text))
