"""Selections of a chain find something: each tool that may be used reads a table in which a fitting row is planted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.parts import expressions_in
from agentalign.check.refute import truth
from agentalign.check.rules.givens import reads
from agentalign.check.targets import LetRef, RowField, StepResult, TableRef
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import ListType, PoisonType, RecordType, strip


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """A selection that must find something: the step whose result it is made from, and its conditions."""

    place: n.Expr
    step: StepInfo
    whole: bool
    wheres: tuple[n.Selection, ...]
    looped: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A planted row with the module it is written in."""

    ctx: Context
    table: n.TableDecl
    body: n.RecordBody


def check_selections(ctx: Context, info: ChainInfo) -> None:
    """One row selected must be there; so must one of all that a step goes through."""
    for item in info.chain.items:
        if isinstance(item, n.Let) and isinstance(item.value, n.Selection) and item.value.selector.text != "all":
            _check_found(ctx, item.value, info, looped=False)
        elif isinstance(item, n.Step) and item.repeat is not None:
            whole = _selection(ctx, item.repeat.source)
            if whole is not None and whole.selector.text == "all" and whole.where is not None:
                _check_found(ctx, whole, info, looped=True)


def _selection(ctx: Context, source: n.Expr) -> n.Selection | None:
    """The selection that a step repeats over."""
    target = ctx.tables.refs.get(source)
    if isinstance(target, LetRef) and isinstance(target.let, n.Let):
        source = target.let.value
    return source if isinstance(source, n.Selection) else None


def _check_found(ctx: Context, selection: n.Selection, info: ChainInfo, *, looped: bool) -> None:
    source = strip(ctx.tables.of.get(selection.source, PoisonType()))
    wheres = [] if selection.where is None else [selection]
    if not isinstance(source, ListType) or (source.min > 0 and not wheres):
        return
    step, whole = _origin(ctx, selection.source, info, wheres)
    if step is None or not step.tools or not all(ctx.within(tool).sound(tool) for tool in step.tools):
        return
    if whole and not wheres and all(ctx.tables.tools[tool].least > 0 for tool in step.tools):
        return
    _check_planted(ctx, _Chosen(selection, step, whole, tuple(wheres), looped), info)


def _origin(ctx: Context, source: n.Expr, info: ChainInfo, wheres: list[n.Selection]) -> tuple[StepInfo | None, bool]:
    """The step whose result is selected from, and whether all of it is; gathers conditions on the way."""
    match source:
        case n.Member(value=value):
            return _origin(ctx, value, info, wheres)[0], False
        case n.Selection(source=inner, where=where):
            if where is not None:
                wheres.append(source)
            return _origin(ctx, inner, info, wheres)
        case n.Reference():
            target = ctx.tables.refs.get(source)
            if isinstance(target, StepResult):
                step = info.steps.get(target.step)
                return step, step is not None and step.step.repeat is None
            if isinstance(target, LetRef) and isinstance(target.let, n.Let):
                return _origin(ctx, target.let.value, info, wheres)
            return None, False
        case _:
            return None, False


def _check_planted(ctx: Context, chosen: _Chosen, info: ChainInfo) -> None:
    """Each tool that may do the step reads a table in which each reading or the chain plants a row that will be selected."""
    own = [_Row(ctx, *row) for row in _givens(ctx, info.chain.items)]
    readings = [ctx.within(reading) for reading in info.readings]
    more = [
        [_Row(home, *row) for row in _givens(home, reading.items)]
        for home, reading in zip(readings, info.readings, strict=True)
    ]
    for planted in [[*own, *rows] for rows in more] or [own]:
        if not all(_is_found(ctx, chosen, tool, planted, info) for tool in chosen.step.tools):
            return  # reported


def _is_found(ctx: Context, chosen: _Chosen, tool: n.ToolDecl, planted: Sequence[_Row], info: ChainInfo) -> bool:
    """Whether a planted row is selected from what a tool finds; reports it if not."""
    rows = [row for row in planted if reads(ctx, tool, row.table)]
    if not rows:
        _may_be_empty(ctx, chosen, tool)
        return False
    fitting = [row for row in rows if _against(ctx, chosen, row, info) is None]
    if not fitting:
        _refuted(ctx, chosen, rows[0], info)
        return False
    fields = {name for selection in chosen.wheres for name in _row_fields(ctx, selection.where)}
    lost = min((fields - {assign.name.text for assign in row.body.assigns} for row in fitting), key=len)
    if lost:
        _not_said(ctx, chosen, fitting[0], sorted(lost)[0])
    return not lost


# --------------------------------------------------------------------------------------------------- planted against


def _against(ctx: Context, chosen: _Chosen, row: _Row, info: ChainInfo) -> n.Expr | None:
    """The condition that a planted row cannot satisfy; None too if it may have become another by then."""
    record = strip(ctx.tables.types.get(row.table, PoisonType()))
    for selection in chosen.wheres:
        source = strip(ctx.tables.of.get(selection.source, PoisonType()))
        item = strip(source.item) if isinstance(source, ListType) else source
        alike = isinstance(item, RecordType) and isinstance(record, RecordType) and item.name == record.name
        if alike and selection.where is not None:
            against = next((part for part in _terms(selection.where) if truth(ctx, part, row.body) is False), None)
            if against is not None:
                return None if _is_changed(ctx, chosen.step, row.table, info) else against
    return None


def _terms(condition: n.Expr) -> Iterator[n.Expr]:
    """The conditions that hold together where one does."""
    if isinstance(condition, n.Binary) and condition.operator == "and":
        yield from _terms(condition.left)
        yield from _terms(condition.right)
    else:
        yield condition


def _is_changed(ctx: Context, step: StepInfo, table: n.TableDecl, info: ChainInfo) -> bool:
    """Whether a call up to that of the step may change rows of the table or add some."""
    for earlier, found in info.steps.items():
        if earlier.span.start <= step.step.span.start:
            for tool in found.tools:
                for node in n.walk(tool):
                    if isinstance(node, n.Insert | n.Update):
                        target = ctx.tables.refs.get(node.place)
                        if isinstance(target, TableRef) and target.table is table:
                            return True
    return False


# ------------------------------------------------------------------------------------------------------------ reports


def _refuted(ctx: Context, chosen: _Chosen, row: _Row, info: ChainInfo) -> None:
    where = _against(ctx, chosen, row, info) or chosen.place
    fields = set(_row_fields(ctx, where))
    assign = next((assign for assign in row.body.assigns if assign.name.text in fields), None)
    what = "goes through" if chosen.looped else "selects"
    ctx.report(
        "E0504",
        where,
        f"the row planted in `{row.table.name.text}` does not satisfy this, so there may be none to select",
        "never true of it",
        secondary=[Label(row.ctx.at(assign or row.body), "this is planted")],
        help=f"plant a row that satisfies what the chain {what}",
    )


def _not_said(ctx: Context, chosen: _Chosen, row: _Row, name: str) -> None:
    ctx.report(
        "W0502" if chosen.looped else "E0504",
        chosen.place,
        f"nothing makes sure that a row with `{name}` is there to be selected",
        "selects by it",
        secondary=[Label(row.ctx.at(row.body), "the row planted does not say it")],
        help=f"plant it: `{name}: ...` in the `given`",
    )


def _may_be_empty(ctx: Context, chosen: _Chosen, tool: n.ToolDecl) -> None:
    tables = ctx.tables.tools[tool].reads
    help_ = (
        f"plant a row: `given {tables[0].name.text} {{ ... }}`" if tables else "let the tool `invent` at least one row"
    )
    what = "may find nothing to go through" if chosen.looped else "may find nothing to select from"
    ctx.report(
        "W0502" if chosen.looped else "E0504",
        chosen.place,
        f"`{chosen.step.step.name.text}` {what}",
        secondary=[ctx.label(tool, f"`{tool.name.text}` may give an empty list", tool.name)],
        help=help_,
    )


# ----------------------------------------------------------------------------------------------------------- the rows


def _givens(ctx: Context, items: Sequence[n.Node]) -> Iterator[tuple[n.TableDecl, n.RecordBody]]:
    for item in items:
        if isinstance(item, n.Given):
            table = ctx.peek(Kind.TABLE, item.table.text)
            if isinstance(table, n.TableDecl):
                yield table, item.body


def _row_fields(ctx: Context, condition: n.Expr | None) -> Iterator[str]:
    for node in () if condition is None else expressions_in(condition):
        target = ctx.tables.refs.get(node)
        if isinstance(target, RowField):
            yield target.field.name
