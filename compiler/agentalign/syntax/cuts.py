"""Where the declarations of a broken file begin, so that each can be parsed by itself.

A declaration begins at a top-level keyword that something like a name follows, at column 1, or where all brackets are
closed and nothing but a closing brace stands before it on its line. Column 1 counts at any depth, because a missing
bracket puts all that follows at the wrong one; and inside a template, if what stands there is unmistakably a declaration,
because a template that is never closed swallows what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentalign.syntax.machine import MAX_TOKENS
from agentalign.syntax.tables import tables

_NEXT: Final = re.compile(r"[ \t]+[A-Za-z_\"]|\s*\{")
_SURE: Final = re.compile(
    r"^(?:(?:(?:chain|function)\s+\w+\s*\(|tool\s+\w+\s+implements\s|reading\s+(?:harmful|benign|borderline)\s+\w+\s+of\s"
    r"|(?:record|taxonomy|platform|dataset|model)\s+\w+\s*\{|prompt\s+\w+\s+for\s|account\s*\{|use\s+[\w.]+\s*\{|capability\s+[\w.]+\s*[({]"
    r"|lexicon\s+\w+\s*:|type\s+\w+\s*=|table\s+\w+\s*:\s*\w+\s+key\s))",
    re.MULTILINE,
)
_STEPS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def cuts(text: str) -> Iterator[int]:
    """Offsets at which declarations begin, with their doc comments, in order; of a very long text only the first part's.

    Takes time linear in the length.
    """
    machine = tables()
    heads = machine.first["item"]
    at, end, depth, docs, last = 0, 0, 0, -1, ""
    budget = MAX_TOKENS
    while at < len(text) and budget > 0:
        for match in machine.pattern.finditer(text, at):
            kind, found = match.lastgroup, match[match.lastgroup or 0]
            start = match.start(match.lastgroup or 0)
            budget -= 1
            if kind == "END" or budget <= 0:
                return
            if kind == "DOC":
                docs, end = (start if docs < 0 else docs), match.end()
                continue
            if found in heads and _begins(text, start, match.end(), end, depth, last):
                yield docs if docs >= 0 and found != "use" else start
            depth = max(0, depth + _STEPS.get(found, 0))
            docs, end, last = -1, match.end(), found
            at = _jump(text, kind, start, end)
            if at >= 0:
                break


def _begins(text: str, start: int, end: int, previous_end: int, depth: int, previous: str) -> bool:
    """Whether a keyword between two offsets begins a declaration; the token before it and its end are given."""
    if not _NEXT.match(text, end):
        return False
    is_first = previous_end == 0 or text.find("\n", previous_end, start) >= 0
    return (is_first and text[start - 1 : start] in {"", "\n"}) or (depth == 0 and (is_first or previous == "}"))


def _jump(text: str, kind: str | None, start: int, end: int) -> int:
    """Where to go on if not after the token, else -1: lost quotes would turn text into code, and cost quadratic time."""
    if kind == "TEMPLATE":
        sure = _SURE.search(text, start, end)
        return sure.start() if sure else -1
    if kind != "BAD" or text[start] != '"':
        return -1
    if text.startswith('"""', start):
        sure = _SURE.search(text, start)
        return sure.start() if sure else len(text)
    line_end = text.find("\n", start)
    return len(text) if line_end < 0 else line_end
