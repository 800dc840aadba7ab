"""Typing of calls: built-in functions, `new.…`, `clock.after`."""

from __future__ import annotations

from decimal import Decimal

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.functions import FUNCTIONS, NEW, SHOWN, Function, Parameter, moment, summed_field, takes
from agentalign.check.scope import Scope
from agentalign.check.shown import show
from agentalign.check.targets import Builtin, FunctionRef, LexiconRef
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.types import (
    DecimalType,
    IntType,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    StringType,
    Type,
    strip,
)

_MINUTES = Parameter("minutes", "number")


def infer_call(ctx: Context, call: n.Call, scope: Scope) -> Type:
    """The type of a call; reports what is called or passed wrongly."""
    match call.callee:
        case n.Member(value=n.Reference(name="new") as root, name=name) if scope.new:
            ctx.tables.refs[root] = Builtin("new")
            return _new(ctx, call, name, scope)
        case n.Member(value=n.Reference(name="clock") as root, name=n.Name(text="after")) if scope.clock:
            ctx.tables.refs[root] = Builtin("clock")
            ctx.tables.refs[call] = Builtin("clock.after")
            found = _arguments(ctx, call, "clock.after", (_MINUTES,), scope)
            return moment(PoisonType() if found is None else found[0])
        case n.Reference(name=word) as callee:
            return _function(ctx, call, n.Name(callee.span, word), scope)
        case _:
            ctx.report("E0201", call.callee, "only functions are called")
            _infer_all(ctx, call, scope)
            return PoisonType()


def _infer_all(ctx: Context, call: n.Call, scope: Scope) -> None:
    for argument in call.arguments:
        ex.infer(ctx, argument.value, scope)


def _function(ctx: Context, call: n.Call, name: n.Name, scope: Scope) -> Type:
    function = FUNCTIONS.get(name.text)
    if function is None:
        return _declared(ctx, call, name, scope)
    ctx.tables.refs[call] = Builtin(name.text)
    found = _arguments(ctx, call, name.text, function.params, scope)
    if found is None or any(isinstance(strip(t), PoisonType) for t in found):
        return PoisonType()
    return _sum(ctx, call, found) if name.text == "sum" else _result(function, found)


def _declared(ctx: Context, call: n.Call, name: n.Name, scope: Scope) -> Type:
    """A call of a function that a spec declares: its arguments are checked against the types of the parameters."""
    declared = ctx.peek(Kind.FUNCTION, name.text)
    if not isinstance(declared, n.FunctionDecl):
        _unknown(ctx, name, scope)
        _infer_all(ctx, call, scope)
        return PoisonType()
    if not scope.functions:
        ctx.report(
            "E0416",
            call,
            "declared functions are called in simulations only",
            secondary=[ctx.label(declared, "declared here", declared.name)],
            help="write out what it computes",
        )
        _infer_all(ctx, call, scope)
        return PoisonType()
    ctx.tables.refs[call] = FunctionRef(declared)
    placed = _place(ctx, call, name.text, tuple(Parameter(param.name.text, "any") for param in declared.params))
    if placed is None:
        _infer_all(ctx, call, scope)
        return ctx.tables.types.get(declared, PoisonType())
    params = {param.name.text: param for param in declared.params}
    for known, argument in placed:
        param = params[known.name]
        label = ctx.label(declared, "declared here", param.type)
        ex.fits(ctx, argument.value, scope, ctx.tables.types.get(param, PoisonType()), (label,))
    return ctx.tables.types.get(declared, PoisonType())


def _unknown(ctx: Context, name: n.Name, scope: Scope) -> None:
    if ctx.unresolved(name.text):
        return
    legal = (*FUNCTIONS, *(ctx.module.scope[Kind.FUNCTION] if scope.functions else ()))
    elsewhere = scope.functions and ctx.names.elsewhere(Kind.FUNCTION, name.text)
    ctx.unknown(name, "function", legal, kind=Kind.FUNCTION if elsewhere else None)


def _result(function: Function, found: tuple[Type, ...]) -> Type:
    return function.result(found)


def _sum(ctx: Context, call: n.Call, found: tuple[Type, ...]) -> Type:
    rows = strip(found[0])
    if len(call.arguments) == 1:
        item = strip(rows.item) if isinstance(rows, ListType) else rows
        if isinstance(item, IntType | DecimalType):
            return IntType() if isinstance(item, IntType) else DecimalType(places=item.places)
        ctx.report("E0201", call.arguments[0], "only numbers add up", f"this is {show(found[0])}")
        return PoisonType()
    name = call.arguments[1].value
    member = summed_field(rows, name.value) if isinstance(name, n.StringLit) else None
    if member is None:
        ctx.report("E0202", name, f"{show(found[0])} has no number field of that name", help="name a number field")
        return PoisonType()
    return IntType() if isinstance(member, IntType) else DecimalType()


def _arguments(
    ctx: Context, call: n.Call, name: str, params: tuple[Parameter, ...], scope: Scope
) -> tuple[Type, ...] | None:
    """The types of the arguments in order; None if they could not be matched with the parameters."""
    placed = _place(ctx, call, name, params)
    if placed is None:
        _infer_all(ctx, call, scope)
        return None
    return tuple(_argument(ctx, name, param, argument, scope) for param, argument in placed)


def _place(
    ctx: Context, call: n.Call, name: str, params: tuple[Parameter, ...]
) -> list[tuple[Parameter, n.Argument]] | None:
    placed: dict[str, n.Argument] = {}
    for position, argument in enumerate(call.arguments):
        if argument.name is None:
            if position >= len(params):
                ctx.report("E0204", argument, f"`{name}` takes {_count(len(params))}", help=_signature(name, params))
                return None
            known = params[position].name
        elif argument.name.text not in {param.name for param in params}:
            legal = [param.name for param in params]
            message = f"`{name}` has no parameter `{argument.name.text}`"
            ctx.unknown(argument.name, "parameter", legal, code="E0204", message=message)
            return None
        else:
            known = argument.name.text
        if known in placed:
            first = Label(ctx.at(placed[known]), "first given here")
            ctx.report("E0205", argument, f"`{known}` is given twice", secondary=[first], help="remove one")
            return None
        placed[known] = argument
    missing = [param.name for param in params if not param.optional and param.name not in placed]
    if missing:
        where = Span(call.span.start, call.span.end)
        ctx.report("E0203", where, f"`{name}` needs `{missing[0]}`", help=_signature(name, params))
        return None
    return [(param, placed[param.name]) for param in params if param.name in placed]


def _count(count: int) -> str:
    return f"{count} argument{'' if count == 1 else 's'}"


def _signature(name: str, params: tuple[Parameter, ...]) -> str:
    listed = ", ".join(f"{param.name}{'?' if param.optional else ''}" for param in params)
    return f"write `{name}({listed})`"


def _argument(ctx: Context, name: str, param: Parameter, argument: n.Argument, scope: Scope) -> Type:
    found = ex.infer(ctx, argument.value, scope)
    if isinstance(found, NullableType | NullType):
        if param.takes == "any":
            return found
        ctx.report("E0217", argument, "this may be null here", "may be null", help=ex.unguarded(argument.value, scope))
        return PoisonType()
    if not takes(param.takes, found):
        message = f"`{name}` takes {SHOWN[param.takes]} as `{param.name}`, not {show(found)}"
        ctx.report("E0201", argument, message, f"this is {show(found)}")
        return PoisonType()
    return found


def _new(ctx: Context, call: n.Call, name: n.Name, scope: Scope) -> Type:
    params = NEW.get(name.text)
    if params is None:
        ctx.unknown(name, "function", NEW, message=f"`new` makes no `{name.text}`")
        _infer_all(ctx, call, scope)
        return PoisonType()
    ctx.tables.refs[call] = Builtin(f"new.{name.text}")
    if name.text == "pick":
        return _picked(ctx, call, params)
    found = _arguments(ctx, call, f"new.{name.text}", params, scope)
    if found is None:
        return PoisonType()
    if name.text == "id":
        return StringType(1)
    low, high = (strip(t) for t in found)
    if not isinstance(low, IntType | DecimalType) or not isinstance(high, IntType | DecimalType):
        return PoisonType()
    if low.min is not None and high.max is not None and low.min > high.max:
        ctx.report("E0209", call, f"no number lies between {low.min} and {high.max}", help="swap the bounds")
        return PoisonType()
    if name.text == "int":
        return IntType(low.min, high.max) if isinstance(low, IntType) and isinstance(high, IntType) else IntType()
    return DecimalType(_decimal(low.min), _decimal(high.max))


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _picked(ctx: Context, call: n.Call, params: tuple[Parameter, ...]) -> Type:
    placed = _place(ctx, call, "new.pick", params)
    if placed is None:
        return PoisonType()
    value = placed[0][1].value
    if not isinstance(value, n.Reference):
        ctx.report("E0201", value, "`new.pick` draws from a lexicon", help="name a lexicon")
        return PoisonType()
    lexicon = ctx.find(Kind.LEXICON, n.Name(value.span, value.name))
    if not isinstance(lexicon, n.LexiconDecl):
        return PoisonType()
    ctx.tables.refs[value] = LexiconRef(lexicon)
    return ctx.tables.types.get(lexicon, PoisonType())
