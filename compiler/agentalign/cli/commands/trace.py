"""`agentalign trace`."""

from __future__ import annotations

import argparse
import textwrap

from agentalign.cli.chat import chat
from agentalign.cli.main import CLEAN, USAGE
from agentalign.cli.show import exists, note, out
from agentalign.cli.table import table
from agentalign.session import Trace, trace

_SHOWN = 90


def run(options: argparse.Namespace) -> int:
    """Show a record's way from spec lines through bindings to messages."""
    if not exists(options.folder):
        return USAGE
    if not (options.folder / "manifest.json").is_file():
        note(f"agentalign: {options.folder} holds no dataset (no manifest.json)")
        return USAGE
    try:
        found = trace(options.folder, options.id)
    except (ValueError, KeyError) as error:
        note(f"agentalign: {options.folder} is damaged ({error}): `agentalign verify {options.folder}` tells where")
        return USAGE
    if not isinstance(found, Trace):
        which = f"it could be {', '.join(found)}" if found else "no record's id begins so"
        note(f"agentalign: {options.id}: {which}")
        return USAGE
    out(f"{found.file}:{found.line}")
    rows = [(o.what, textwrap.shorten(o.text, _SHOWN, placeholder=" …"), o.at) for o in found.origins]
    out(table(rows))
    out("")
    out(chat(found.record))
    return CLEAN
