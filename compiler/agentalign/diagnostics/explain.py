"""What `explain CODE` prints: a page laid out for reading in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agentalign.diagnostics.codes import CODES, Code
from agentalign.diagnostics.colour import Style
from agentalign.diagnostics.page import FENCE, Page, Snippet, page

_MARGIN: Final = "    "
_AROUND: Final = 2


def explain(code: str, *, colour: bool = False) -> str | None:
    """Return a page as text; the title alone while there is no page; None for an unknown code.

    A code may also be given by its short name or in lower case. Code is indented, and a fix shows what changes in the
    example, with the lines around it.
    """
    wanted = code.casefold()
    entry = next((row for row in CODES.values() if wanted in (row.code.casefold(), row.name)), None)
    if entry is None:
        return None
    lines = _lines(page(entry.code) or Page(entry, "", "", "", ""), Style(colour))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _lines(found: Page, style: Style) -> Iterator[str]:
    yield from _head(found.code, style)
    if found.problem:
        yield from ("", *_prose(found.problem))
    if found.example:
        yield from ("", style.strong("Example"), *_section(found.example, (), style))
    if found.fix:
        yield from ("", style.strong("Fix"), *_section(found.fix, found.failing, style))
    if found.why:
        yield from ("", style.strong("Why"), *_prose(found.why))


def _head(code: Code, style: Style) -> Iterator[str]:
    kind = style.error if code.code.startswith("E") else style.warning
    yield f"{kind(code.code)} {style.strong(code.name)}"
    yield f"{code.title[:1].upper()}{code.title[1:]}."


def _prose(text: str) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in text.splitlines())


def _section(text: str, before: Sequence[Snippet], style: Style) -> Iterator[str]:
    """Prose and code in the order of the page; `before` is the example that a fix changes."""
    known = {snippet.module: snippet.text for snippet in before if snippet.language == "chain"}
    several = len(FENCE.findall(text)) > 1 or len(known) > 1
    at = 0
    for fence in FENCE.finditer(text):
        if text[at : fence.start()].strip():
            yield from _prose(text[at : fence.start()].strip())
        at = fence.end()
        module = fence[2] or "example"
        yield ""
        if several:
            yield f"{_MARGIN}{style.note(f'// {module}')}"
        yield from _code(fence[3], known.get(module), style)
        yield ""
    if text[at:].strip():
        yield from _prose(text[at:].strip())


def _code(text: str, before: str | None, style: Style) -> Iterator[str]:
    import difflib  # noqa: PLC0415  # only this command compares

    new, old = text.splitlines(), (before or "").splitlines()
    changed = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if before is None or old == new or changed.ratio() < 0.5:
        yield from (f"{_MARGIN}{line}".rstrip() for line in new)
        return
    for number, group in enumerate(changed.get_grouped_opcodes(_AROUND)):
        if number:
            yield f"{_MARGIN}..."
        for tag, low, high, first, last in group:
            if tag == "equal":
                yield from (f"{_MARGIN}  {line}".rstrip() for line in old[low:high])
                continue
            yield from (f"{_MARGIN}{style.removed(f'- {line}'.rstrip())}" for line in old[low:high])
            yield from (f"{_MARGIN}{style.added(f'+ {line}'.rstrip())}" for line in new[first:last])
