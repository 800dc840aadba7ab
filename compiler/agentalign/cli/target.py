"""What a command works on: the plan of SPEC, and one of its datasets."""

from __future__ import annotations

import argparse

from agentalign.cli.main import FINDINGS, USAGE
from agentalign.cli.show import exists, failed, note
from agentalign.diagnostics import suggest
from agentalign.ir import Dataset, Plan
from agentalign.session import Program, pick_dataset, with_options


def target_of(options: argparse.Namespace) -> tuple[Plan, Dataset] | int:
    """The plan and its dataset, as the options change it; an exit code where there is none, once it is said why."""
    plan = plan_of(options)
    if isinstance(plan, int):
        return plan
    dataset = dataset_of(plan, options)
    return dataset if isinstance(dataset, int) else (plan, with_options(dataset, options.size, options.seed))


def plan_of(options: argparse.Namespace) -> Plan | int:
    """The plan of `options.spec`; an exit code where there is none, once it is said why."""
    if not exists(options.spec):
        return USAGE
    program = Program(options.spec)
    if failed(program) or program.plan is None:
        return FINDINGS
    return program.plan


def dataset_of(plan: Plan, options: argparse.Namespace) -> Dataset | int:
    """The dataset that `--dataset` names, or the only one; an exit code where that is not clear."""
    dataset = pick_dataset(plan, options.dataset)
    if isinstance(dataset, Dataset):
        return dataset
    known = ", ".join(dataset)
    if options.dataset is None:
        note(f"agentalign: there are several datasets, name one with --dataset: {known}")
    else:
        near = suggest(options.dataset, dataset)
        note(
            f"agentalign: there is no dataset {options.dataset}; {f'did you mean {near}?' if near else f'there is {known}'}"
        )
    return USAGE
