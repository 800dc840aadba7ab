"""`agentalign propose`."""

from __future__ import annotations

import argparse
import asyncio

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import exists, failed, note, out
from agentalign.ir import Plan, PromptSpec
from agentalign.llm import Budget, Engine, Failure, Model, Store, StoreError
from agentalign.session import Program, Proposal, Proposer, Rejected
from agentalign.synthesize import model_of, shipped_prompt


def run(options: argparse.Namespace) -> int:
    """Have a model propose chains; those that compile are printed."""
    if not exists(options.spec):
        return USAGE
    program = Program(options.spec)
    if failed(program) or program.plan is None:
        return FINDINGS
    try:
        model = _model(program.plan, options.model)
        with Store(options.store) as store:
            found, failure = asyncio.run(_propose(program, model, store, options))
    except (StoreError, ValueError) as error:
        note(f"agentalign: {error}")
        return USAGE
    text = "\n".join(proposal.source for proposal in found)
    if options.out is not None and found:
        options.out.write_text(text, encoding="utf-8")
    elif found:
        out(text)
    note(f"{len(found):,} of {options.count:,} proposals compile")
    if failure is not None:
        note(f"agentalign: {failure.message}")
        return failure.kind.exit_code
    return CLEAN if len(found) == options.count else FINDINGS


async def _propose(
    program: Program, model: Model, store: Store, options: argparse.Namespace
) -> tuple[list[Proposal], Failure | None]:
    """What was accepted, and why it ended early, if it did."""
    assert program.plan is not None
    proposer = Proposer(program, model, _prompt(program.plan), options.tries)
    budget = Budget(options.max_calls, options.max_tokens, options.max_cost)
    accepted: list[Proposal] = []
    async with Engine(store, budget=budget, offline=options.offline) as engine:
        for _ in range(options.count):
            match found := await proposer.next(engine):
                case Proposal():
                    accepted.append(found)
                case Rejected(problems=problems):
                    note(f"given up after {options.tries} tries:\n{problems}")
                case Failure():
                    return accepted, found
    return accepted, None


def _model(plan: Plan, name: str) -> Model:
    spec = next((spec for spec in plan.models if spec.name == name), None)
    return Model(name) if spec is None else model_of(spec)


def _prompt(plan: Plan) -> PromptSpec:
    """The spec's own prompt for chains, or the shipped one."""
    return next((prompt for prompt in plan.prompts if prompt.kind == "chains"), None) or shipped_prompt("chains")
