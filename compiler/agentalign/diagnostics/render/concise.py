"""One line per finding, as editors and grep like it: `file:line:column: error[E0107] message`."""

from __future__ import annotations

from collections.abc import Sequence

from agentalign.diagnostics.colour import Style
from agentalign.diagnostics.model import Diagnostic, Severity
from agentalign.diagnostics.render.cells import clean


def concise(diagnostics: Sequence[Diagnostic], style: Style) -> str:
    """Render; a finding without a place starts with its severity."""
    return "".join(_line(diagnostic, style) + "\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic, style: Style) -> str:
    severity = diagnostic.severity
    paint = style.error if severity is Severity.ERROR else style.warning
    place = "" if diagnostic.location is None else f"{clean(str(diagnostic.location))}: "
    return f"{style.strong(place)}{paint(f'{severity.value}[{diagnostic.code}]')} {clean(diagnostic.message)}"
