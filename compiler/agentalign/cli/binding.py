"""The models that a command works with: those of the dataset, or of `--model` and `--stage`."""

from __future__ import annotations

import argparse

from agentalign.cli.main import USAGE
from agentalign.cli.show import note
from agentalign.cli.target import target_of
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import suggest
from agentalign.ir import STAGES, Dataset, Plan
from agentalign.synthesize import Bindings, Limits, bind


@dataclass(frozen=True, slots=True)
class Bound:
    """A dataset of a plan, and who works on it; `only` is the stage that is asked about, if it is one."""

    plan: Plan
    dataset: Dataset
    bindings: Bindings
    only: str | None


def bound(options: argparse.Namespace) -> Bound | int:
    """What the options say; an exit code where that makes no sense, once it is said why.

    `--stage S` asks about one stage, `--stage S=NAME` binds it.
    """
    target = target_of(options)
    if isinstance(target, int):
        return target
    plan, dataset = target
    only, *more = [stage for stage, name in options.stage if not name] or [None]
    named = [(stage, name) for stage, name in options.stage if name]
    bindings = bind(plan, dataset, options.model, named, limits_of(options))
    wrong = bindings if isinstance(bindings, str) else _wrong(bindings, only) if not more else "one --stage at a time"
    if wrong or isinstance(bindings, str):
        note(f"agentalign: {wrong}")
        return USAGE
    return Bound(plan, dataset, bindings, only)


def limits_of(options: argparse.Namespace) -> Limits:
    """How far agents may go."""
    return Limits(options.agent_turns, options.agent_calls, options.agent_tokens, parallel=not options.agent_sequential)


def _wrong(bindings: Bindings, only: str | None) -> str:
    if not bindings.stages:
        return (
            "no model is bound: write `stage STAGE by MODEL` in the dataset, or use --model NAME or --stage STAGE=NAME"
        )
    if only is None or only in bindings:
        return ""
    near = suggest(only, tuple(bindings.stages))
    return f"no model is bound to {only}" + (f"; did you mean {near}?" if near and only not in STAGES else "")
