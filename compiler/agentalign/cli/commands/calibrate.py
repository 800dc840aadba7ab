"""`agentalign calibrate`."""

from __future__ import annotations

import argparse
from pathlib import Path

import orjson

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import note, out
from agentalign.cli.target import target_of
from agentalign.ir import JUDGEMENTS
from agentalign.llm import Budget, StoreError
from agentalign.session import Stopped, Terms, measure_judges
from agentalign.synthesize import bind

_STORE = Path("replies.sqlite")


def run(options: argparse.Namespace) -> int:
    """Measure the judges of a dataset, or those that are named."""
    target = target_of(options)
    if isinstance(target, int):
        return target
    plan, dataset = target
    bindings = bind(plan, dataset, options.model, options.stage)
    if isinstance(bindings, str) or not any(stage in bindings for stage in JUDGEMENTS):
        note(f"agentalign: {bindings if isinstance(bindings, str) else 'no judge is named: give --model'}")
        return USAGE
    budget = Budget(options.max_calls, options.max_tokens, options.max_cost)
    try:
        found = measure_judges(bindings, options.store or _STORE, Terms(budget=budget, offline=options.offline))
    except StoreError as error:
        note(f"agentalign: {error}")
        return USAGE
    if isinstance(found, Stopped):
        note(f"agentalign: {found.failure.message}")
        return found.failure.kind.exit_code
    if options.json:
        values = [{"stage": c.stage, "model": c.model, "items": c.items, **c.as_json()} for c in found]
        out(orjson.dumps(values, option=orjson.OPT_INDENT_2).decode())
    else:
        out("\n".join(f"{c}{'' if c.kappa.value >= options.min_kappa else ': not to be used'}" for c in found))
    return CLEAN if all(c.kappa.value >= options.min_kappa for c in found) else FINDINGS
