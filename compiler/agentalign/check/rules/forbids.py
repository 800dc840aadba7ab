"""`forbid` conditions: each comparison is about one choice of the reading, and compares it with what it could be."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.rules.givens import find_step
from agentalign.check.rules.requests import register
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import ChainParam, LexiconRef, StepRef, ToolRef, Word
from agentalign.syntax import nodes as n
from agentalign.types import Field, PoisonType, RecordType, Type, fields


def check_forbid(ctx: Context, reading: n.ReadingDecl, condition: n.Expr, info: ChainInfo) -> None:
    """Check a condition, comparison by comparison."""
    match condition:
        case n.Binary(left=left, operator="and" | "or", right=right):
            check_forbid(ctx, reading, left, info)
            check_forbid(ctx, reading, right, info)
        case n.Unary(operator="not", operand=operand):
            check_forbid(ctx, reading, operand, info)
        case _:
            _check_comparison(ctx, reading, condition, info)


def _check_comparison(ctx: Context, reading: n.ReadingDecl, condition: n.Expr, info: ChainInfo) -> None:
    if isinstance(condition, n.Binary) and condition.operator in {"==", "!=", "in", "not in"}:
        match condition.left:
            case n.Call(callee=n.Reference(name="tool"), arguments=(n.Argument(value=n.Reference() as step),)):
                _check_tool(ctx, reading, condition, step, info)
                return
            case n.Reference(name="register"):
                _check_words(ctx, condition.right, _registers(reading), "register")
                return
    _check_values(ctx, reading, condition, info)


# ---------------------------------------------------------------------------------------------------- tools, registers


def _check_tool(ctx: Context, reading: n.ReadingDecl, condition: n.Binary, word: n.Reference, info: ChainInfo) -> None:
    step = find_step(ctx, n.Name(word.span, word.name), info)
    if step is None:
        return
    ctx.tables.refs[word] = StepRef(step.step)
    only = [
        name.text
        for item in reading.items
        if isinstance(item, n.Only) and item.step.text == word.name
        for name in item.tools
    ]
    known = {tool.name.text: tool for tool in step.tools if not only or tool.name.text in only}
    _check_words(ctx, condition.right, tuple(known), f"tool for `{word.name}`")
    for named in _listed(condition.right):
        if isinstance(named, n.Reference) and named.name in known:
            ctx.tables.refs[named] = ToolRef(known[named.name])


def _check_words(ctx: Context, right: n.Expr, known: tuple[str, ...], what: str) -> None:
    for word in _listed(right):
        if not isinstance(word, n.Reference):
            ctx.report("E0805", word, f"a {what} is named here, without quotes", help=_some(known))
        elif word.name not in known:
            message = f"this reading has no {what} called `{word.name}`"
            ctx.unknown(n.Name(word.span, word.name), what, known, message=message)
        else:
            ctx.tables.refs[word] = Word(word.name)


def _listed(right: n.Expr) -> tuple[n.Expr, ...]:
    return right.items if isinstance(right, n.ListLit) else (right,)


def _some(known: tuple[str, ...]) -> str:
    return f"such as {', '.join(f'`{name}`' for name in known[:3])}"


def _registers(reading: n.ReadingDecl) -> tuple[str, ...]:
    asks = (item for item in reading.items if isinstance(item, n.Ask))
    return tuple(dict.fromkeys(map(register, asks)))


# -------------------------------------------------------------------------------------------------------------- values


def _check_values(ctx: Context, reading: n.ReadingDecl, condition: n.Expr, info: ChainInfo) -> None:
    params = {param.name.text: param for param in info.chain.params}
    listed = {name.text: item for item in _varied(reading) for name in item.names if item.pool is not None}
    used = dict.fromkeys(word.name for word in _words(condition) if word.name in params)
    axes = {id(listed[name]) if name in listed else 0 for name in used}
    if not used or axes == {0} or len(axes) > 1:
        _report_subject(ctx, reading, condition, tuple(used), axes)
        return
    member = any(isinstance(node, n.Member) for node in n.walk(condition))
    names = {
        name: Binding(_asked(ctx, params[name], listed[name], member=member), ChainParam(params[name])) for name in used
    }
    ex.holds(ctx, condition, Scope(names=MappingProxyType(names)))


def _report_subject(
    ctx: Context, reading: n.ReadingDecl, condition: n.Expr, used: tuple[str, ...], axes: set[int]
) -> None:
    help_ = "a `forbid` compares one listed parameter, `tool(STEP)` or `register`; join comparisons with `and`, `or`"
    if len(axes) > 1:
        message = f"this compares {_and(used)}, which are chosen apart"
    elif used:
        message = f"`{used[0]}` has no listed values in this reading to choose from"
        if any(name.text == used[0] for item in _varied(reading) for name in item.names):
            help_ = f"list them: `vary {used[0]} in ...`"
    else:
        message = "this is about nothing that the reading chooses"
    ctx.report("E0805", condition, message, help=help_)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _varied(reading: n.ReadingDecl) -> Iterator[n.Vary]:
    return (item for item in reading.items if isinstance(item, n.Vary))


def _words(condition: n.Expr) -> Iterator[n.Reference]:
    return (node for node in n.walk(condition) if isinstance(node, n.Reference))


def _asked(ctx: Context, param: n.PortDecl, vary: n.Vary, *, member: bool) -> Type:
    """The type of a parameter; where a part of it is asked for, its metadata count as parts."""
    declared = ctx.tables.types.get(param, PoisonType())
    target = ctx.tables.refs.get(vary.pool.lexicon) if isinstance(vary.pool, n.LexiconPool) else None
    if not member or not isinstance(target, LexiconRef):
        return declared
    said: tuple[Field, ...] = ctx.tables.metadata[target.lexicon].fields
    own = [field for field in fields(declared) if all(field.name != other.name for other in said)]
    return RecordType(param.name.text, (*said, *own))
