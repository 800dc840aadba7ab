"""The one layout of a source text.

Two-space indentation, lines of at most 120 columns where they can be broken, imports sorted at the top, one empty line
between declarations of several lines and elsewhere at most one where the author left some, trailing commas in lists that
take several lines, numbers in groups of three digits. Comments keep their place.
"""

from __future__ import annotations

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.source import Source
from agentalign.syntax.format.module import module
from agentalign.syntax.format.tree import tree
from agentalign.syntax.parse import parse

__all__ = ["Formatted", "format_source"]


@dataclass(frozen=True, slots=True)
class Formatted:
    """The text laid out; it says the same, and formatting it again changes nothing."""

    text: str


def format_source(source: Source) -> Formatted | tuple[Diagnostic, ...]:
    """Lay a file out, or say why it cannot be: a file with syntax errors is left alone."""
    found = parse(source).diagnostics
    if found:
        return found
    return Formatted(module(tree(source.text)))
