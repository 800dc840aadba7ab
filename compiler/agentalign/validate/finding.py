"""What is wrong with a record, as a value, and as a diagnostic when the sources are at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic, Label
from agentalign.ir import Breakdown
from agentalign.source import Position, Source

Stage: TypeAlias = Literal[
    "requests",
    "paraphrases",
    "request_judgements",
    "duplicates",
    "trajectories",
    "refusals",
    "refusal_judgements",
    "simulate",
    "validate",
    "write",
]
"""What can reject a case, in order; all but the last three are the work of models."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise of a record.

    `code` is a diagnostic code (`E10xx`), `message` one line without a full stop. `at` is the place in the spec that the
    matter goes back to (`module/path.chain:line:column`, or empty), `path` the place in the record (a JSON pointer,
    RFC 6901; empty for the record as a whole).
    """

    code: str
    message: str
    at: str = ""
    path: str = ""

    @classmethod
    def breakdown(cls, breakdown: Breakdown) -> Finding:
        """What kept a case from being played to its end."""
        message = f"step `{breakdown.step}` ends in `{breakdown.code}`, which the case does not declare"
        return cls("E1015", f"{message}: {breakdown.reason}" if breakdown.reason else message, breakdown.at)

    def as_json(self) -> dict[str, str]:
        """The form in which `dropped.jsonl` keeps it."""
        return {"code": self.code, "message": self.message, "at": self.at, "path": self.path}


def diagnostic(finding: Finding, record: str, source: Callable[[str], Source | None]) -> Diagnostic:
    """Turn a finding about the record of that id into a diagnostic.

    `source` gives the text of a module path, or None where only the dataset's folder is at hand; then the diagnostic has
    no place to mark and names it in a note.
    """
    place = f"record {record}, {finding.path}" if finding.path else f"record {record}"
    notes: tuple[str, ...] = (f"in {place}",) if record else ()
    path, line, column = place_of(finding.at)
    text = source(path) if path else None
    if text is None:
        notes += (f"it goes back to {finding.at}",) if finding.at else ()
        return Diagnostic(finding.code, finding.message, notes=notes)
    offset = text.offset(Position(line, column))
    end = text.line_span(line).end
    return Diagnostic(finding.code, finding.message, Label(text.at(offset, max(offset, end))), notes=notes)


def place_of(at: str) -> tuple[str, int, int]:
    """Take a spec position apart; an empty or malformed one gives an empty path."""
    path, _, rest = at.rpartition(":")
    path, _, line = path.rpartition(":")
    if path and line.isdecimal() and rest.isdecimal():
        return path, int(line), int(rest)
    return "", 0, 0
