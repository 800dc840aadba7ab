"""What no finished text may have: leftovers of templates and programs, and slips of the pen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

CLOSING: Final = r"(?:[,;!?](?!\w)|\.(?![\w./])|:(?![\w()|-]))"
"""A mark that ends something, and so stands close behind it: not that of `.env`, `...`, `:)`."""

_SNAKE: Final = re.compile(r"(?<![\w/.@:#~\\-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/@\\]|[.:-]\w)")
_LEFTOVER: Final = re.compile(r"(?<![\w'\"])(?:None|null|undefined)(?![\w'\"-])")
_PLACEHOLDER: Final = re.compile(
    r"\[[A-Z][A-Z _]+\]|\[(?:[Yy]our|[Mm]y|[Tt]he|[Ii]nsert|[Nn]ame|[Dd]ate|[Rr]ecipient|[Cc]ompany)\b[^\]\n]{0,30}\]"
    r"|<[A-Za-z][\w .-]{0,30}>"
    r"|\b(?:TODO|todo|TBD|FIXME|XXX)\b|\b[Ll]orem ipsum\b|\b(?:[Pp]laceholder|PLACEHOLDER)\b",
)
_REPEATED: Final = re.compile(r"(?<!\S)([A-Za-z]+)\s+\1(?![\w-])")
_DOUBLED_MARK: Final = re.compile(r"[,;:][.,;:!?]|[!?][.,;:]|(?<!\.)\.\.(?!\.)|\.{4}")
_TWO_MARKS: Final = re.compile("[.,;:!?][.,;:!?]")
_RIGHTLY_TWICE: Final = frozenset({"that", "had"})


def _doubled_word(text: str) -> bool:
    return any(match[1].lower() not in _RIGHTLY_TWICE for match in _REPEATED.finditer(text))


def _unbalanced(text: str) -> bool:
    return text.count('"') % 2 == 1 or (not text.isascii() and text.count("\u201c") != text.count("\u201d"))


_REASONS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("an unrendered template", lambda text: any(mark in text for mark in ("{{", "}}", "{%", "%}"))),
    ("a placeholder", lambda text: _PLACEHOLDER.search(text) is not None),
    ("a missing value", lambda text: _LEFTOVER.search(text) is not None),
    ("a leaked identifier", lambda text: _SNAKE.search(text) is not None),
    ("a doubled blank", lambda text: re.search(r"\S[ \t]{2,}\S", text) is not None),
    ("a blank at the end of a line", lambda text: re.search(r"[ \t]\n", text) is not None),
    (
        "a blank before a mark",
        lambda text: re.search(rf"[ \t]{CLOSING}", text) is not None,
    ),
    ("a doubled mark", lambda text: _DOUBLED_MARK.search(text) is not None),
    ("a doubled word", _doubled_word),
    ("an unbalanced quote", _unbalanced),
    ("a blank at the start or end", lambda text: text != text.strip()),
)

_TRIGGERS: Final = (
    "{", "}", "[", "<", "_", "  ", " ,", " .", " ;", " :", " !", " ?", "\t", " \n", "None", "null", "undefined",
    "TODO", "todo", "TBD", "FIXME", "XXX", "orem ips", "laceholder", "PLACEHOLDER",
)  # fmt: skip
"""Of every blemish a part that is quick to look for: a text without any of them needs no closer look."""


def blemishes(text: str, verbatim: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what is wrong with a text that people are to read, as noun phrases; nothing for a clean one.

    `verbatim` are values that stand in the text as they are (a path with underscores, a shell command): what they hold is
    not the text's fault.
    """
    if not text.strip():
        return ("an empty text",)
    if not _suspicious(text):
        return ()
    for value in sorted({value for value in verbatim if not value.isalpha()}, key=lambda value: (-len(value), value)):
        text = text.replace(value, "Value")
    return tuple(reason for reason, found in _REASONS if found(text))


def _suspicious(text: str) -> bool:
    if any(map(text.__contains__, _TRIGGERS)) or text[0].isspace() or text[-1].isspace() or _unbalanced(text):
        return True
    if _TWO_MARKS.search(text):
        return True
    words = text.split()
    return any(map(str.startswith, words[1:], words))
