"""Upsets: outcomes that the step's tools can have, and a sensible reaction to them."""

from __future__ import annotations

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.operations import title
from agentalign.check.rules.capabilities import BUILTIN_CODES
from agentalign.check.rules.chains import NARRATION
from agentalign.check.rules.givens import find_step
from agentalign.check.scope import Scope
from agentalign.check.templating import check_wording
from agentalign.syntax import nodes as n
from agentalign.types import ListType, strip


def check_upsets(ctx: Context, chain: n.ChainDecl) -> None:
    """The upsets of a chain."""
    ctx.tables.subject = chain
    info = ctx.tables.chains[chain]
    for item in chain.items:
        if isinstance(item, n.Upset):
            check_upset(ctx, item, info)
    ctx.tables.subject = None


def check_upset(ctx: Context, upset: n.Upset, info: ChainInfo) -> None:
    """One upset, in a chain or a reading."""
    step = find_step(ctx, upset.step, info)
    if step is None:
        return
    _check_code(ctx, upset, step)
    if upset.mode == "alternative" and len(step.tools) < 2:
        ctx.report(
            "E0512",
            upset.step,
            f"there is no alternative: {_tools(step)} `{title(step.target)}`",
            help="retry or report instead, or declare another tool",
        )
    if upset.mode == "report" and not upset.answers:
        ctx.report("E0015", upset, "what the agent reports is not worded", help='add `"""..."""` after `report`')
    scope = _scope(upset, step, info)
    for answer in upset.answers:
        check_wording(ctx, answer, scope, steps=_steps(info), functions=NARRATION)


def _tools(step: StepInfo) -> str:
    return f"only `{step.tools[0].name.text}` implements" if step.tools else "no tool implements"


def _steps(info: ChainInfo) -> list[str]:
    return [step.name.text for step in info.steps]


def _scope(upset: n.Upset, step: StepInfo, info: ChainInfo) -> Scope:
    """After a report nothing from the failed step on is known; otherwise all goes on as planned."""
    if upset.mode != "report":
        return info.end
    return step.scope


def _check_code(ctx: Context, upset: n.Upset, step: StepInfo) -> None:
    operation = step.target.operation
    code = upset.error.text
    known = [*(name.text for name in operation.fails), *BUILTIN_CODES]
    if isinstance(strip(ctx.tables.types[operation]), ListType):
        known.append("empty")
    if code in known:
        return
    ctx.unknown(
        upset.error,
        "outcome",
        known,
        code="E0512",
        message=f"`{title(step.target)}` does not declare the outcome `{code}`",
        secondary=[ctx.label(operation, "declared here", operation.name or step.target.capability.name)],
    )
