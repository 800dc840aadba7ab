"""Entry point: runs a command and turns its end into an exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from agentalign import __version__
from agentalign.cli.options import parser

CLEAN, FINDINGS, USAGE, BUG, PROVIDER, BUDGET, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

_GARBAGE = 50_000
"""New objects before Python looks for cycles: trees and plans have none, and looking takes a third of a check."""


def main(arguments: Sequence[str] | None = None, *, leaving: bool = False) -> int:
    """Run the command line; returns the exit code.

    `leaving` says that the process ends with it. Then a check does not return: it neither looks for garbage nor takes apart
    what it made, for a tenth of its time.
    """
    try:
        options = parser().parse_args(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE
    leaving = leaving and options.command == "check"
    gc.set_threshold(0 if leaving else _GARBAGE, 50, 100)
    try:
        return _run(options, leaving=leaving)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        _forget_output()
        return CLEAN
    except OSError as error:  # a full disk, a file that cannot be read: nothing of ours, and nothing a spec says
        _forget_output()
        what = error.filename if error.filename is not None else "the output cannot be written"
        print(f"agentalign: {what}: {error.strerror or error}", file=sys.stderr)  # noqa: T201
        return USAGE
    except Exception:  # the last resort: whatever escapes is our bug, and says so
        import traceback  # noqa: PLC0415  # never needed, we hope

        traceback.print_exc()
        print(  # noqa: T201
            f"\nThis is a bug in agentalign {__version__}, not in your spec. Please report it with the lines above.",
            file=sys.stderr,
        )
        return BUG


def _forget_output() -> None:
    """Write what can still be written; keep Python from trying again at exit what cannot."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: argparse.Namespace, *, leaving: bool) -> int:
    """Only the command at hand is imported: start-up counts."""
    command = import_module(f"agentalign.cli.commands.{options.command}")
    code: int = command.run(options)
    sys.stdout.flush()
    if leaving:
        sys.stderr.flush()
        os._exit(code)
    return code
