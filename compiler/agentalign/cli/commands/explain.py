"""`agentalign explain`."""

from __future__ import annotations

import argparse
import os
import sys

from agentalign.cli.main import CLEAN, USAGE
from agentalign.cli.show import note, out
from agentalign.diagnostics import CODES, explain, suggest, wants_colour


def run(options: argparse.Namespace) -> int:
    """Explain one code, or list all."""
    if options.code is None:
        out("\n".join(f"{code}  {entry.name}: {entry.title}" for code, entry in CODES.items()))
        return CLEAN
    text = explain(options.code, colour=wants_colour(sys.stdout, os.environ))
    if text is not None:
        out(text)
        return CLEAN
    close = suggest(options.code.upper(), CODES) or suggest(options.code, [entry.name for entry in CODES.values()])
    hint = f"; did you mean {close}?" if close else "; `agentalign explain` lists all codes"
    note(f"agentalign: there is no code {options.code}{hint}")
    return USAGE
