"""`agentalign verify`."""

from __future__ import annotations

import argparse

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import MACHINE_FORMATS, exists, findings, note
from agentalign.emit import verify


def run(options: argparse.Namespace) -> int:
    """Check a written dataset from its folder alone."""
    if not exists(options.folder):
        return USAGE
    if not options.folder.is_dir():
        note(f"agentalign: {options.folder} is not a folder")
        return USAGE
    found = verify(options.folder)
    findings(found.diagnostics, options.format, as_data=True)
    if options.format not in MACHINE_FORMATS:
        more = f", and {found.more:,} more findings" if found.more else ""
        verdict = "as it was written" if found.ok else f"not as it was written{more}"
        note(f"{options.folder}: {found.rows:,} rows, {verdict}")
    return CLEAN if found.ok else FINDINGS
