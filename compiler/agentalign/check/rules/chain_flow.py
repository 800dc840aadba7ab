"""What a chain relies on: selections find something, parameters and lets are used, steps belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.rules.givens import reads
from agentalign.check.rules.reading_clauses import is_brief
from agentalign.check.targets import ChainParam, LetRef, LoopItem, RowField, StepResult, TableRef, Target
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import ListType, PoisonType, is_identifier, strip


def check_flow(ctx: Context, chain: n.ChainDecl) -> None:
    """Run after the chain's readings are known."""
    info = ctx.tables.chains[chain]
    unplanted = any(isinstance(item, n.Given) and item.table not in ctx.tables.refs for item in chain.items)
    if unplanted or not ctx.sound(chain):
        return  # what seems unused or not planted may be meant where something is wrong
    for item in chain.items:
        if isinstance(item, n.Let):
            _check_selection(ctx, item, info)
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


# -------------------------------------------------------------------------------------------------------- selections


def _check_selection(ctx: Context, let: n.Let, info: ChainInfo) -> None:
    selection = let.value
    if not isinstance(selection, n.Selection) or selection.selector.text == "all":
        return
    source = strip(ctx.tables.of.get(selection.source, PoisonType()))
    conditions = [] if selection.where is None else [selection.where]
    if not isinstance(source, ListType) or (source.min > 0 and not conditions):
        return
    step, whole = _origin(ctx, selection.source, info, conditions)
    if step is None or not step.tools or not all(ctx.within(tool).sound(tool) for tool in step.tools):
        return
    if whole and not conditions and all(ctx.tables.tools[tool].least > 0 for tool in step.tools):
        return
    _check_planted(ctx, let, step, conditions, info)


def _origin(ctx: Context, source: n.Expr, info: ChainInfo, conditions: list[n.Expr]) -> tuple[StepInfo | None, bool]:
    """The step whose result is selected from, and whether all of it is; gathers conditions on the way."""
    match source:
        case n.Member(value=value):
            return _origin(ctx, value, info, conditions)[0], False
        case n.Selection(source=inner, where=where):
            if where is not None:
                conditions.append(where)
            return _origin(ctx, inner, info, conditions)
        case n.Reference():
            target = ctx.tables.refs.get(source)
            if isinstance(target, StepResult):
                step = info.steps.get(target.step)
                return step, step is not None and step.step.repeat is None
            if isinstance(target, LetRef) and isinstance(target.let, n.Let):
                return _origin(ctx, target.let.value, info, conditions)
            return None, False
        case _:
            return None, False


def _check_planted(ctx: Context, let: n.Let, step: StepInfo, conditions: list[n.Expr], info: ChainInfo) -> None:
    """Each tool that may do the step reads a table in which the chain plants a row that will be selected."""
    planted = list(_givens(ctx, info))
    fields = {name for condition in conditions for name in _row_fields(ctx, condition)}
    for tool in step.tools:
        rows = [body for table, body in planted if reads(ctx, tool, table)]
        if not rows:
            _may_be_empty(ctx, let, step, tool)
            return
        lost = min((fields - {assign.name.text for assign in body.assigns} for body in rows), key=len)
        if lost:
            name = sorted(lost)[0]
            ctx.report(
                "E0504",
                let.value,
                f"nothing makes sure that a row with `{name}` is there to be selected",
                "selects by it",
                secondary=[ctx.label(info.chain, "the row planted does not say it", _given_at(info, rows[0]))],
                help=f"plant it: `{name}: ...` in the `given`",
            )
            return


def _given_at(info: ChainInfo, body: n.RecordBody) -> n.Node:
    own = [item for item in info.chain.items if isinstance(item, n.Given) and item.body is body]
    return own[0].body if own else info.chain.name


def _may_be_empty(ctx: Context, let: n.Let, step: StepInfo, tool: n.ToolDecl) -> None:
    tables = ctx.tables.tools[tool].reads
    help_ = (
        f"plant a row: `given {tables[0].name.text} {{ ... }}`" if tables else "let the tool `invent` at least one row"
    )
    ctx.report(
        "E0504",
        let.value,
        f"`{step.step.name.text}` may find nothing to select from",
        secondary=[ctx.label(tool, f"`{tool.name.text}` may give an empty list", tool.name)],
        help=help_,
    )


def _givens(ctx: Context, info: ChainInfo) -> Iterator[tuple[n.TableDecl, n.RecordBody]]:
    """Rows planted in every case: by the chain, or by each of its readings."""
    own = [item for item in info.chain.items if isinstance(item, n.Given)]
    for given in own:
        target = ctx.tables.refs.get(given.table)
        if isinstance(target, TableRef):
            yield target.table, given.body
    each = [list(_reading_givens(ctx, reading)) for reading in info.readings]
    if each:
        for table, body in each[0]:
            if all(any(other is table for other, _ in found) for found in each):
                yield table, body


def _reading_givens(ctx: Context, reading: n.ReadingDecl) -> Iterator[tuple[n.TableDecl, n.RecordBody]]:
    home = ctx.within(reading)
    for item in reading.items:
        if isinstance(item, n.Given):
            table = home.peek(Kind.TABLE, item.table.text)
            if isinstance(table, n.TableDecl):
                yield table, item.body


def _row_fields(ctx: Context, condition: n.Expr) -> Iterator[str]:
    for node in expressions_in(condition):
        target = ctx.tables.refs.get(node)
        if isinstance(target, RowField):
            yield target.field.name


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


def expressions_in(expression: n.Expr) -> Iterator[n.Expr]:
    """An expression and all expressions inside it."""
    yield expression
    for part in parts(expression):
        yield from expressions_in(part)


def parts(expression: n.Expr) -> Iterable[Any]:
    """The expressions directly inside one."""
    match expression:
        case n.ListLit(items=items):
            return items
        case n.Member(value=value):
            return (value,)
        case n.Index(value=value, index=index):
            return (value, index)
        case n.Call(callee=callee, arguments=arguments):
            return (callee, *(argument.value for argument in arguments))
        case n.RecordBody(assigns=assigns) | n.RecordLit(body=n.RecordBody(assigns=assigns)):
            return tuple(assign.value for assign in assigns)
        case n.Unary(operand=operand):
            return (operand,)
        case n.Binary(left=left, right=right):
            return (left, right)
        case n.Conditional(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case n.Selection(source=source, where=where):
            return (source,) if where is None else (source, where)
        case _:
            return ()
