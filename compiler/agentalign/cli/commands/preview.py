"""`agentalign preview`."""

from __future__ import annotations

import argparse
from typing import Final

from agentalign.cli.chat import chat
from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import note, out
from agentalign.cli.target import target_of
from agentalign.diagnostics import suggest
from agentalign.session import preview

_FEW: Final = 3
_ALL: Final = 1_000_000


def run(options: argparse.Namespace) -> int:
    """Show a few records as conversations."""
    target = target_of(options)
    if isinstance(target, int):
        return target
    plan, dataset = target
    readings = [reading.name for reading in plan.readings]
    if options.reading is not None and options.reading not in readings:
        near = suggest(options.reading, readings)
        note(f"agentalign: there is no reading {options.reading}{f'; did you mean {near}?' if near else ''}")
        return USAGE
    shown = wrong = 0
    size = options.size or (_ALL if options.wordings else _FEW)
    for made in preview(plan, dataset, size, reading=options.reading, wordings=options.wordings):
        out(chat(made.record) if made.record else f"case {made.case.id} of {made.case.reading} could not be played")
        for finding in made.findings:
            wrong += 1
            note(f"{finding.code}: {finding.message}  ({finding.at})")
        out("")
        shown += 1
    if not shown:
        note(
            f"agentalign: the dataset {dataset.name} takes no rows{f' of {options.reading}' if options.reading else ''}"
        )
        return USAGE
    return FINDINGS if wrong else CLEAN
