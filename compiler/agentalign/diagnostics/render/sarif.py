"""Findings as SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format): one run, the rules it used, fixes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from agentalign import __version__
from agentalign.diagnostics.codes import CODES
from agentalign.diagnostics.model import Diagnostic, Fix, Label
from agentalign.diagnostics.page import page
from agentalign.source import Location

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Render; a log with an empty run when there is nothing to report."""
    codes = tuple(sorted({diagnostic.code for diagnostic in diagnostics}))
    indices = {code: index for index, code in enumerate(codes)}
    driver = {
        "name": "agentalign",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [*map(_rule, codes)],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, indices[diagnostic.code]) for diagnostic in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    entry, found = CODES[code], page(code)
    title = entry.title[:1].upper() + entry.title[1:] + "."
    rule: dict[str, Any] = {
        "id": code,
        "name": "".join(part.capitalize() for part in entry.name.split("-")),
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": "error" if code.startswith("E") else "warning"},
    }
    if found is not None:
        rule["fullDescription"] = {"text": found.problem}
        rule["help"] = {"text": found.text, "markdown": found.text}
    return rule


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": "\n".join(_message(diagnostic))},
    }
    if diagnostic.primary is not None:
        result["locations"] = [_location(diagnostic.primary)]
    if diagnostic.secondary:
        labels = enumerate(diagnostic.secondary, 1)
        result["relatedLocations"] = [{"id": number, **_location(label)} for number, label in labels]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix) for fix in diagnostic.fixes]
    return result


def _message(diagnostic: Diagnostic) -> Iterator[str]:
    yield diagnostic.message
    yield from (f"note: {note}" for note in diagnostic.notes)
    if diagnostic.help is not None:
        yield f"help: {diagnostic.help}"


def _location(label: Label) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": _artifact(label.location), "region": _region(label.location)}
    }
    if label.text:
        location["message"] = {"text": label.text}
    return location


def _fix(fix: Fix) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(fix.location), "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": _artifact(fix.location), "replacements": [replacement]}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _artifact(location: Location) -> dict[str, str]:
    name = location.source.name
    path = quote(name, safe="/", errors="replace")
    return {"uri": f"file://{path}" if name.startswith("/") else path}


def _region(location: Location) -> dict[str, int]:
    start, end = location.start, location.end
    region = {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
    if location.source.verbatim:
        first, last = location.source.offset(start), location.source.offset(end)
        region |= {"charOffset": first, "charLength": last - first}
    return region
