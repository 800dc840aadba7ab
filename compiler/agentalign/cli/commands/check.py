"""`agentalign check`."""

from __future__ import annotations

import argparse

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import MACHINE_FORMATS, all_exist, findings, note
from agentalign.diagnostics import has_errors, ordered
from agentalign.session import Program


def run(options: argparse.Namespace) -> int:
    """Check specs; warnings alone leave the exit code at 0."""
    if not all_exist(options.paths):
        return USAGE
    # They stay as long as the options, so that a process that ends need not take them apart.
    options.programs = tuple(map(Program, options.paths))
    found = ordered(diagnostic for program in options.programs for diagnostic in program.diagnostics)
    findings(found, options.format, as_data=True)
    if not found and options.format not in MACHINE_FORMATS:
        note("no findings")
    return FINDINGS if has_errors(found) else CLEAN
