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
_APART: Final = frozenset(["", *' \n"()[]{}!;'])  # joins nothing to what stands beside it: as most things do
_JOINTS_BEFORE: Final = _JOINTS - {":"}  # a colon introduces what follows it: `mailto:ana@example.org`


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
        end = start + len(form)
        if text[start - 1 : start] in _APART and text[end : end + 1] in _APART:
            return True
        if _whole(text, start, end, strict):
            return True
        start = text.find(form, start + 1)
    return False


def _whole(text: str, start: int, end: int, strict: bool) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if (first.isalnum() or strict) and (before.isalnum() or before == "_"):
        return False
    if (last.isalnum() or strict) and (after.isalnum() or after == "_"):
        return False
    if first.isdigit() and before in {".", ",", ":"} and text[start - 2 : start - 1].isdigit():
        return False
    if last.isdigit() and after in {".", ",", ":"} and text[end + 1 : end + 2].isdigit():
        return False
    return not strict or not (_joined(text, start - 1, -1) or _joined(text, end, 1))


def _joined(text: str, at: int, step: int) -> bool:
    """Tell whether marks at `at`, going by `step`, join something else to what stands beside them."""
    joints = _JOINTS_BEFORE if step < 0 else _JOINTS
    start = at
    while 0 <= at < len(text) and text[at] in joints:
        at += step
    return at != start and 0 <= at < len(text) and text[at].isalnum()
