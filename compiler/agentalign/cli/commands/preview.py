"""`agentalign preview`."""

from __future__ import annotations

import argparse

from agentalign.cli.chat import chat
from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import exists, failed, note, out
from agentalign.session import Program, pick_dataset, preview


def run(options: argparse.Namespace) -> int:
    """Show a few records as conversations."""
    if not exists(options.spec):
        return USAGE
    program = Program(options.spec)
    if failed(program) or program.plan is None:
        return FINDINGS
    dataset = pick_dataset(program.plan, options.dataset)
    if isinstance(dataset, tuple):
        note(f"agentalign: which dataset? there are: {', '.join(dataset)}")
        return USAGE
    readings = {reading.name for reading in program.plan.readings}
    if options.reading is not None and options.reading not in readings:
        note(f"agentalign: there is no reading {options.reading}")
        return USAGE
    wrong = 0
    for made in preview(program.plan, dataset, options.size, options.seed, options.reading):
        out(chat(made.record) if made.record else f"case {made.case.id} of {made.case.reading} could not be played")
        for finding in made.findings:
            wrong += 1
            note(f"{finding.code}: {finding.message}  ({finding.at})")
        out("")
    return FINDINGS if wrong else CLEAN
