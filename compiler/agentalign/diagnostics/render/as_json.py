r"""Findings as one JSON array, one object per line.

Keys of a finding, always present and in this order:

    code        "E0107"
    name        "unknown-name"
    severity    "error" or "warning"
    message     text
    place       where, or null when there is no text to point into
    label       what is said at the place, possibly ""
    secondary   [{place, label}]
    notes       [text]
    help        text or null
    fixes       [{title, place, replacement}]

A place is {file, start, end}; start (included) and end (excluded) are {line, column, offset}: lines and columns count
from 1, offsets from 0, all in characters (Unicode code points) of the text after CRLF became LF and a byte order mark
went. New keys may be added at the end; these stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from agentalign.diagnostics.model import Diagnostic
from agentalign.source import Location


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Render; an empty array when there is nothing to report."""
    rows = (json.dumps(_finding(diagnostic)) for diagnostic in diagnostics)
    body = ",\n".join(rows)
    return f"[\n{body}\n]\n" if body else "[]\n"


def _finding(diagnostic: Diagnostic) -> dict[str, Any]:
    primary = diagnostic.primary
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": None if primary is None else _place(primary.location),
        "label": "" if primary is None else primary.text,
        "secondary": [{"place": _place(label.location), "label": label.text} for label in diagnostic.secondary],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
        "fixes": [
            {"title": fix.title, "place": _place(fix.location), "replacement": fix.replacement}
            for fix in diagnostic.fixes
        ],
    }


def _place(location: Location) -> dict[str, Any]:
    size = len(location.source.text)
    start = min(max(location.span.start, 0), size)
    end = min(max(location.span.end, start), size)
    return {"file": location.source.name, "start": _point(location, start), "end": _point(location, end)}


def _point(location: Location, offset: int) -> dict[str, int]:
    position = location.source.position(offset)
    return {"line": position.line, "column": position.column, "offset": offset}
