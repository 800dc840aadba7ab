"""`agentalign stats`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import orjson

from agentalign.cli.main import CLEAN, USAGE
from agentalign.cli.show import note, out
from agentalign.measure import stats

if TYPE_CHECKING:
    from agentalign.measure.stats import Figure


def run(options: argparse.Namespace) -> int:
    """Print the figures of a written dataset."""
    try:
        found = stats(options.folder, options.seed)
    except ValueError as error:
        note(f"agentalign: {options.folder} holds no dataset: {error}")
        return USAGE
    if options.json:
        out(orjson.dumps(found.sections, option=orjson.OPT_INDENT_2).decode())
    else:
        out("\n\n".join("\n".join((name, *_lines(section, 1))) for name, section in found.sections.items()))
    return CLEAN


def _lines(section: Mapping[str, Figure], depth: int) -> Iterator[str]:
    width = max((len(name) for name in section), default=0) + 2
    for name, value in section.items():
        yield f"{'  ' * depth}{name:<{width}}{_shown(value)}".rstrip()


def _shown(value: Figure) -> str:
    match value:
        case Mapping():
            return "  ".join(f"{name} {_shown(part)}" for name, part in value.items())
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
        case None:
            return "-"
        case str():
            return value
        case _:
            return f"{len(value)}" + (f": {', '.join(map(_shown, value[:8]))}" if value else "")
