"""Planted rows: they fit their table, and what they promise about results."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.records import Mode, check_body
from agentalign.check.scope import Scope
from agentalign.check.targets import StepRef, TableRef
from agentalign.dataclasses import replace
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import BrandedType, ListType, NullableType, PoisonType, RecordType, Type, strip


def check_givens(ctx: Context, chain: n.ChainDecl) -> None:
    """The rows a chain plants; they may use anything the chain ever knows."""
    ctx.tables.subject = chain
    info = ctx.tables.chains[chain]
    for item in chain.items:
        if isinstance(item, n.Given):
            check_given(ctx, item, info, info.end)
    ctx.tables.subject = None


def check_given(ctx: Context, given: n.Given, info: ChainInfo, scope: Scope) -> None:
    """One planted row, in a chain or a reading."""
    step = _owner(ctx, given, info)
    table = find_table(ctx, given.table)
    if table is None:
        for assign in given.body.assigns:
            ex.fits(ctx, assign.value, replace(scope, new=True), PoisonType())
        return
    row = strip(ctx.tables.types.get(table, PoisonType()))
    if not isinstance(row, RecordType):
        return
    check_body(ctx, given.body, replace(scope, new=True), row, Mode.PLANTED)
    if table.per is not None and step is None and given.on is None and not _branded(ctx, given, table.per.text):
        ctx.report(
            "E0412",
            given.table,
            f"`{table.name.text}` is kept per {table.per.text}, and this row does not say where it belongs",
            secondary=[ctx.label(table, "split here", table.per)],
            help="add `on STEP`: the row is planted where that step looks",
        )


def find_table(ctx: Context, name: n.Name) -> n.TableDecl | None:
    """The table a word stands for; reports an unknown one."""
    table = ctx.peek(Kind.TABLE, name.text)
    if not isinstance(table, n.TableDecl):
        if not ctx.unresolved(name.text):
            message = f"the world has no table `{name.text}`"
            ctx.unknown(name, "table", ctx.module.scope[Kind.TABLE], code="E0404", kind=Kind.TABLE, message=message)
        return None
    ctx.tables.refs[name] = TableRef(table)
    return table


def _owner(ctx: Context, given: n.Given, info: ChainInfo) -> StepInfo | None:
    return None if given.on is None else find_step(ctx, given.on, info)


def find_step(ctx: Context, name: n.Name, info: ChainInfo) -> StepInfo | None:
    """The step a word stands for; reports an unknown one. A step whose own call is wrong gives None silently."""
    step = next((item for item in info.chain.items if isinstance(item, n.Step) and item.name.text == name.text), None)
    if step is None:
        legal = [item.name.text for item in info.chain.items if isinstance(item, n.Step)]
        message = f"the chain `{info.chain.name.text}` has no step `{name.text}`"
        ctx.unknown(name, "step", legal, message=message)
        return None
    ctx.tables.refs[name] = StepRef(step)
    return info.steps.get(step)


def _branded(ctx: Context, given: n.Given, kind: str) -> bool:
    """Whether a field's value carries a key of the kind, which then tells where the row belongs."""
    found = (ctx.tables.of.get(assign.value, PoisonType()) for assign in given.body.assigns)
    return any(_is_brand(t, kind) for t in found)


def _is_brand(t: Type, kind: str) -> bool:
    if isinstance(t, NullableType):
        t = t.inner
    return isinstance(t, PoisonType) or (isinstance(t, BrandedType) and t.kind == kind)


def planted_facts(ctx: Context, chain: n.ChainDecl, step: StepInfo) -> Iterator[str]:
    """Keys of what is there in a single result because the chain plants the row that all tools read it from."""
    result = strip(step.result)
    if isinstance(result, ListType) or not isinstance(result, RecordType) or not step.tools:
        return
    for given in chain.items:
        if not isinstance(given, n.Given):
            continue
        table = ctx.peek(Kind.TABLE, given.table.text)
        if isinstance(table, n.TableDecl) and all(reads(ctx, tool, table) for tool in step.tools):
            row = strip(ctx.tables.types.get(table, PoisonType()))
            if isinstance(row, RecordType) and row.name == result.name:
                yield from (f"{step.step.name.text}.{assign.name.text}" for assign in given.body.assigns)


def reads(ctx: Context, tool: n.ToolDecl, table: n.TableDecl) -> bool:
    """Whether a tool's simulation reads from a table."""
    info = ctx.tables.tools.get(tool)
    return info is not None and table in info.reads
