"""The pages behind the codes: what `explain` prints, and the examples that a test compiles.

A page is `pages/<code>.md`, with these sections in this order, Example, Fix and Why being optional:

    ## Problem   prose: what is wrong
    ## Example   prose and fenced code that must be reported with the page's code
    ## Fix       prose and fenced code that must be clean
    ## Why       prose: what the rule is for

A fence opens with three backticks, a language and, where an example needs several modules, the module's dotted name:
`chain shop.tools`. Without one the module is called `example`. Code and title come from the table of codes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.diagnostics.codes import CODES, Code

_PAGES: Final = Path(__file__).resolve().parent / "pages"
SECTIONS: Final = ("Problem", "Example", "Fix", "Why")
FENCE: Final = re.compile(r"^```(\w+)(?:[ \t]+([\w.-]+))?[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced block: its language (`chain` is compiled), the module it is, and its text."""

    language: str
    module: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. The sections are Markdown as written, without their heading; absent ones are empty."""

    code: Code
    problem: str
    example: str
    fix: str
    why: str

    @property
    def failing(self) -> tuple[Snippet, ...]:
        """The modules of the example that must be reported."""
        return _snippets(self.example)

    @property
    def fixed(self) -> tuple[Snippet, ...]:
        """The modules of the example that must be clean."""
        return _snippets(self.fix)

    @property
    def text(self) -> str:
        """The whole page as Markdown."""
        bodies = zip(SECTIONS, (self.problem, self.example, self.fix, self.why), strict=True)
        parts = [f"# {self.code.code} {self.code.name}", self.code.title[:1].upper() + self.code.title[1:] + "."]
        parts += [f"## {heading}\n\n{body}" for heading, body in bodies if body]
        return "\n\n".join(parts) + "\n"


def page(code: str) -> Page | None:
    """Read the page of a code; None when the code is unknown or has no page yet.

    Raises ValueError for a malformed page.
    """
    entry = CODES.get(code)
    if entry is None:
        return None
    file = _PAGES / f"{code}.md"
    return parse_page(entry, file.read_text(encoding="utf-8")) if file.is_file() else None


def parse_page(code: Code, text: str) -> Page:
    """Take a page's text apart. Raises ValueError where the module docstring's form is not kept."""
    start, *rest = _HEADING.split(text)
    headings = rest[::2]
    if start.strip() or headings != [name for name in SECTIONS if name in headings] or "Problem" not in headings:
        raise ValueError(f"page {code.code}: sections must be {', '.join(SECTIONS)}, in this order, Problem at least")
    body = {heading: content.strip() for heading, content in zip(headings, rest[1::2], strict=True)}
    return Page(code, *(body.get(name, "") for name in SECTIONS))


def _snippets(section: str) -> tuple[Snippet, ...]:
    return tuple(Snippet(match[1], match[2] or "example", match[3]) for match in FENCE.finditer(section))
