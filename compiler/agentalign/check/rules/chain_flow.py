"""What a chain relies on: selections find something, parameters and lets are used, steps belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.parts import expressions_in
from agentalign.check.rules.planted import check_selections
from agentalign.check.rules.reading_clauses import is_brief
from agentalign.check.targets import ChainParam, LetRef, LoopItem, StepResult, Target
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, is_identifier


def check_flow(ctx: Context, chain: n.ChainDecl) -> None:
    """Run after the chain's readings are known."""
    info = ctx.tables.chains[chain]
    unplanted = any(isinstance(item, n.Given) and item.table not in ctx.tables.refs for item in chain.items)
    if unplanted or not ctx.sound(chain):
        return  # what seems unused or not planted may be meant where something is wrong
    check_selections(ctx, info)
    _check_params(ctx, chain)


def check_lets(ctx: Context, chain: n.ChainDecl) -> None:
    """Lets that neither the chain nor a wording of its readings uses."""
    info = ctx.tables.chains[chain]
    if not ctx.sound(chain) or not all(ctx.within(reading).sound(reading) for reading in info.readings):
        return
    users = (chain, *chain.items, *info.readings)
    for item in chain.items:
        if isinstance(item, n.Let) and not any((user, item.name.text) in ctx.tables.words for user in users):
            message = f"`{item.name.text}` is never used"
            ctx.report("W0104", item.name, message, help="use it in a later step or a wording, or remove it")


# -------------------------------------------------------------------------------------------------------------- uses


def _check_params(ctx: Context, chain: n.ChainDecl) -> None:
    for param in chain.params:
        if (chain, param.name.text) not in ctx.tables.words:
            message = f"nothing in the chain uses its parameter `{param.name.text}`"
            ctx.report("E0513", param.name, message, help="give it to a step, or remove it")


def check_steps(ctx: Context, chain: n.ChainDecl) -> None:
    """Warn of a step that has nothing to do with the others, in the chain or in what its readings compose."""
    info = ctx.tables.chains[chain]
    if len(info.steps) < 2 or not ctx.sound(chain):
        return
    uses = {step: set(_uses(ctx, found, info)) for step, found in info.steps.items()}
    loose = [step for step in info.steps if _is_loose(step, uses)]
    for step in loose:
        alone = len(loose) == len(info.steps)
        if alone or not (_is_errand(ctx, info.steps[step], uses[step]) or _is_told(ctx, step, info)):
            message = f"`{step.name.text}` has nothing to do with the other steps"
            help_ = "give it something an earlier step found, or use its result later"
            ctx.report("W0501", step.name, message, help=help_)


def _is_loose(step: n.Step, uses: Mapping[n.Step, set[n.Node]]) -> bool:
    """Whether a step uses no result, is used by no step, and shares no parameter with another."""
    fed = any(isinstance(used, n.Step) for used in uses[step])
    others = [used for other, used in uses.items() if other is not step]
    return not fed and not any(step in used or uses[step] & used for used in others)


def _is_errand(ctx: Context, step: StepInfo, uses: set[n.Node]) -> bool:
    """Whether the user says for whom or what a step is: "and pay 20 USD to this account", "and post about it"."""
    given = any(isinstance(used, n.PortDecl) for used in uses)
    return given and any(
        is_identifier(ctx.tables.types.get(port, PoisonType())) or is_brief(ctx, port, argument)
        for port, argument in step.arguments.items()
    )


def _is_told(ctx: Context, step: n.Step, info: ChainInfo) -> bool:
    """Whether an answer tells what a step gave."""
    items = (*info.chain.items, *(item for reading in info.readings for item in reading.items))
    answers = [item.template for item in items if isinstance(item, n.Answer)]
    return any(step in _roots(ctx, template, info) for template in answers)


def _uses(ctx: Context, step: StepInfo, info: ChainInfo) -> Iterator[n.Node]:
    """The steps and parameters that a step's arguments go back to."""
    sources: list[n.Expr] = list(step.arguments.values())
    if step.step.repeat is not None:
        sources.append(step.step.repeat.source)
    name = step.step.name.text
    items = (*info.chain.items, *(item for reading in info.readings for item in reading.items))
    sources += [item.template for item in items if isinstance(item, n.Compose) and item.step.text == name]
    for source in sources:
        yield from _roots(ctx, source, info)


def _roots(ctx: Context, source: n.Expr, info: ChainInfo) -> Iterator[n.Node]:
    for node in expressions_in(source):
        if isinstance(node, n.TemplateLit):
            checked = ctx.tables.templates.get(node)
            for name in checked.names if checked is not None else ():
                binding = info.end.find(name)
                if binding is not None:
                    yield from _behind(ctx, binding.target, info)
            continue
        target = ctx.tables.refs.get(node)
        if target is not None:
            yield from _behind(ctx, target, info)


def _behind(ctx: Context, target: Target, info: ChainInfo) -> Iterator[n.Node]:
    match target:
        case StepResult(step):
            yield step
        case ChainParam(param):
            yield param
        case LetRef(n.Let() as let):
            yield from _roots(ctx, let.value, info)
        case LoopItem(repeat):
            yield from _roots(ctx, repeat.source, info)
        case _:
            pass
