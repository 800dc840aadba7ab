"""Diagnostics as text: for people (`full`, `concise`) and for machines (`json`, `github`, `sarif`).

Every renderer gets diagnostics already sorted and free of duplicates. None raises for a span that lies outside its
text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, assert_never, get_args

from agentalign.diagnostics.colour import Style
from agentalign.diagnostics.model import Diagnostic, ordered

Format: TypeAlias = Literal["full", "concise", "json", "github", "sarif"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


def render(diagnostics: Iterable[Diagnostic], format: Format, *, colour: bool = False, width: int = 120) -> str:  # noqa: A002
    """Render in one of `FORMATS`; non-empty output ends in a line feed.

    `colour` and `width` (columns of the terminal, at least 40) matter to the formats for people only. `json` and
    `sarif` are whole documents also when there is nothing to report; the others are then empty.
    """
    # Only the renderer at hand is loaded.
    # ruff: noqa: PLC0415
    found = ordered(diagnostics)
    match format:
        case "full":
            from agentalign.diagnostics.render.full import full

            return full(found, Style(colour), max(width, 40))
        case "concise":
            from agentalign.diagnostics.render.concise import concise

            return concise(found, Style(colour))
        case "json":
            from agentalign.diagnostics.render.as_json import as_json

            return as_json(found)
        case "github":
            from agentalign.diagnostics.render.github import github

            return github(found)
        case "sarif":
            from agentalign.diagnostics.render.sarif import sarif

            return sarif(found)
        case _:
            assert_never(format)


__all__ = ["FORMATS", "Format", "render"]
