"""What commands print: findings and summaries on stderr, data on stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agentalign.diagnostics import Diagnostic, Format, has_errors, render, summary, wants_colour

if TYPE_CHECKING:
    from agentalign.session import Program

MACHINE_FORMATS = ("json", "sarif", "github")


def note(text: str) -> None:
    """A line for people."""
    print(text, file=sys.stderr)  # noqa: T201


def out(text: str) -> None:
    """Data."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def findings(diagnostics: Sequence[Diagnostic], format_: Format = "full", *, as_data: bool = False) -> None:
    """Show findings; `as_data` where they are the command's output rather than a remark about it."""
    stream = sys.stdout if as_data else sys.stderr
    text = render(diagnostics, format_, colour=wants_colour(stream, os.environ))
    if text:
        stream.write(text if text.endswith("\n") else f"{text}\n")
    if format_ not in MACHINE_FORMATS and diagnostics:
        note(summary(diagnostics))


def failed(program: Program) -> bool:
    """Show what is wrong with a spec; true if it cannot be compiled. Warnings alone are counted: `check` shows them."""
    found = program.diagnostics
    if has_errors(found) or program.plan is None:
        findings(found)
        return True
    if found:
        note(f"{summary(found)}: `agentalign check {program.path}` shows them")
    return False


def all_exist(paths: Sequence[Path]) -> bool:
    """Whether all are there; names every one that is not."""
    return not [path for path in paths if not exists(path)]


def exists(path: Path) -> bool:
    """Whether a path a user gave is there; says so if it is not."""
    if path.exists():
        return True
    note(f"agentalign: {path}: no such file or folder")
    return False
