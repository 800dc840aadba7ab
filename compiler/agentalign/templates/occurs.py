"""Finding a string in a text as a reader would: whole, whatever the blanks, the quotes and, where it may be, the case."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_BLANKS: Final = re.compile(r"\s+")
_TYPOGRAPHY: Final = str.maketrans(
    dict(zip("\u201c\u201d\u201e\u2018\u2019\u2013\u2014\u00a0\u202f", '"""\'\'--  ', strict=True))
)
_JOINTS: Final = frozenset("@._+-/\\?#&=:")


@lru_cache(maxsize=64)
def normal(text: str, *, caseless: bool) -> str:
    """Return `text` with single blanks and plain quotes and dashes, case-folded if `caseless`."""
    if not text.isascii():
        text = text.translate(_TYPOGRAPHY)
    text = _BLANKS.sub(" ", text)
    return text.casefold() if caseless else text


def occurs(form: str, text: str, *, strict: bool = False) -> bool:
    """Tell whether `form` stands in `text` as a whole; both already normal.

    It must not be part of a longer word or number. With `strict`, as for identifiers, it must not be part of a longer
    token either: `/tmp/a` does not occur in `/tmp/a/b`, nor `ana@example.org` in `joana@example.org`.
    """
    start = text.find(form)
    while start >= 0:
        if _whole(text, start, start + len(form), strict):
            return True
        start = text.find(form, start + 1)
    return False


def _whole(text: str, start: int, end: int, strict: bool) -> bool:
    if start > 0:
        before, first = text[start - 1], text[start]
        if (first.isalnum() or strict) and (before.isalnum() or before == "_"):
            return False
        if first.isdigit() and before in ".,:" and text[start - 2 : start - 1].isdigit():
            return False
        if strict and before in _JOINTS and before != ":" and (text[start - 2 : start - 1].isalnum() or before == "@"):
            return False
    if end < len(text):
        after, last = text[end], text[end - 1]
        if last.isalnum() and (after.isalnum() or after == "_"):
            return False
        following = text[end + 1 : end + 2]
        if last.isdigit() and after in ".,:" and following.isdigit():
            return False
        if strict and (after == "@" or (after in _JOINTS and (following.isalnum() or following in _JOINTS - {"."}))):
            return following == "" and after != "@"
    return True
