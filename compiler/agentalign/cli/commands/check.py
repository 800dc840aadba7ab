"""`agentalign check`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import MACHINE_FORMATS, all_exist, findings, note
from agentalign.diagnostics import has_errors, ordered
from agentalign.session import Program
from agentalign.source import SUFFIX, Target


def run(options: argparse.Namespace) -> int:
    """Check specs; warnings alone leave the exit code at 0."""
    if not all_exist(options.paths):
        return USAGE
    # They stay as long as the options, so that a process that ends need not take them apart.
    options.programs = tuple(program for path in options.paths for program in _programs(path))
    found = ordered(diagnostic for program in options.programs for diagnostic in program.diagnostics)
    findings(found, options.format, as_data=True)
    if not found and options.format not in MACHINE_FORMATS:
        note("no findings")
    return FINDINGS if has_errors(found) else CLEAN


def _programs(path: Path) -> Iterator[Program]:
    """The program of a path; for a folder of packages, a program each: they need not know of each other."""
    program = Program(path)
    if isinstance(program.target, Target) and program.target.root == path.resolve():
        packages = dict.fromkeys(module.partition(".")[0] for module in program.target.modules)
        for name in packages:
            yield Program(path / name if (path / name).is_dir() else (path / name).with_suffix(SUFFIX))
    else:
        yield program
