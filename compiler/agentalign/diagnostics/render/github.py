"""Workflow commands of GitHub Actions, which show findings beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from agentalign.diagnostics.model import Diagnostic
from agentalign.diagnostics.render.cells import clean_lines


def github(diagnostics: Sequence[Diagnostic]) -> str:
    """Render; see "Workflow commands for GitHub Actions" for the form and its escapes."""
    return "".join(_command(diagnostic) + "\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties = {**_place(diagnostic), "title": f"{diagnostic.code} {diagnostic.name}"}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    lines = [diagnostic.message]
    if diagnostic.primary is not None and diagnostic.primary.text:
        lines.append(diagnostic.primary.text)
    lines += [f"note: {note}" for note in diagnostic.notes]
    if diagnostic.help is not None:
        lines.append(f"help: {diagnostic.help}")
    message = _data("\n".join(part for line in lines for part in clean_lines(line)))
    return f"::{diagnostic.severity.value} {listed}::{message}"


def _place(diagnostic: Diagnostic) -> dict[str, str | int]:
    location = diagnostic.location
    if location is None:
        return {}
    start, end = location.start, location.end
    place: dict[str, str | int] = {"file": location.source.name, "line": start.line, "endLine": end.line}
    if start.line == end.line:  # columns are refused for annotations that span lines
        place |= {"col": start.column, "endColumn": end.column}
    return place


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
