"""Typing of what simulation does to the world: insert, update, delete, invent; and of blocks."""

from __future__ import annotations

from typing import assert_never

from agentalign.check import expressions as ex
from agentalign.check import places, records
from agentalign.check.context import Context
from agentalign.check.declared import declared_type
from agentalign.check.records import Mode, check_body
from agentalign.check.scope import Binding, Scope
from agentalign.check.scope import key as key_text
from agentalign.check.targets import LetRef, TableRef, TypeRef
from agentalign.diagnostics import Label
from agentalign.syntax import nodes as n
from agentalign.types import IntType, ListType, PoisonType, RecordType, Type, describe, is_nullable, strip


def infer_effect(ctx: Context, effect: n.Effect, scope: Scope) -> Type:
    """Check an effect; its type is that of its value: the row, or the rows invented."""
    match effect:
        case n.Insert(place=place, body=body):
            row, _ = _table(ctx, place)
            _body(ctx, body, scope, row, Mode.MADE)
        case n.Update(place=place, key=key, body=body):
            row, table = _table(ctx, place)
            _key(ctx, place, key, scope, table)
            _body(ctx, body, scope, row, Mode.CHANGED)
        case n.Delete(place=place, key=key):
            row, table = _table(ctx, place)
            _key(ctx, place, key, scope, table)
        case n.Invent():
            row = _invent(ctx, effect, scope)
        case _:
            assert_never(effect)
    ctx.tables.of[effect] = row
    return row


def _table(ctx: Context, place: n.Place) -> tuple[Type, n.TableDecl | None]:
    """The row type and the table an effect works on."""
    if place.root.text != "world" or place.table is None:
        where = place if place.table is None else place.root
        ctx.report("E0404", where, "only tables of the world are changed", help=f"write `world.{place.root.text}`")
        return PoisonType(), None
    reading, ctx.tables.reading = ctx.tables.reading, None
    rows = places.table_type(ctx, place, place.root, place.table)
    ctx.tables.reading = reading
    target = ctx.tables.refs.get(place)
    table = target.table if isinstance(target, TableRef) else None
    return (rows.item if isinstance(rows, ListType) else PoisonType()), table


def _body(ctx: Context, body: n.RecordBody, scope: Scope, row: Type, mode: Mode) -> None:
    core = strip(row)
    if isinstance(core, RecordType):
        check_body(ctx, body, scope, core, mode)
        return
    for assign in body.assigns:
        ex.infer(ctx, assign.value, scope)


def _key(ctx: Context, place: n.Place, key: n.Expr, scope: Scope, table: n.TableDecl | None) -> None:
    if table is None:
        ex.infer(ctx, key, scope)
        return
    ex.fits(ctx, key, scope, places.key_type(ctx, table), (ctx.label(table, "its key", table.key),))
    text = key_text(key)
    name = table.name.text
    if place.table is not None and (text is None or f"world.{place.table.text}[{text}]" not in scope.facts):
        shown = text or "..."
        ctx.report(
            "E0217",
            key,
            f"`world.{name}` may have no row with this key",
            help=f"handle that first: `when {shown} not in world.{name} => fail ...`",
        )


def _invent(ctx: Context, effect: n.Invent, scope: Scope) -> Type:
    row: Type
    if effect.place.table is not None or effect.place.root.text == "world":
        row, _ = _table(ctx, effect.place)
    else:
        record = records.record_named(ctx, effect.place.root)
        row = PoisonType() if record is None else declared_type(ctx, record)
        if record is not None:
            ctx.tables.refs[effect.place] = TypeRef(record)
    low, high = _bound(ctx, effect.low, scope), _bound(ctx, effect.high, scope)
    if low.min is not None and high.max is not None and low.min > high.max:
        ctx.report("E0209", effect.high, "the upper bound is below the lower one", help="swap the bounds")
    body = effect.body or n.RecordBody(effect.place.span, ())
    _body(ctx, body, scope, row, Mode.MADE)
    return ListType(row, max(low.min or 0, 0), high.max)


def _bound(ctx: Context, bound: n.Expr, scope: Scope) -> IntType:
    found = ex.infer(ctx, bound, scope)
    core = strip(found)
    if isinstance(core, IntType) and not is_nullable(found):
        return core
    if not isinstance(core, PoisonType):
        message = f"a number of rows is a whole number, and this is {describe(found)}"
        ctx.report("E0201", bound, message, help="use a whole number")
    return IntType()


def enter_block(ctx: Context, block: n.Block, scope: Scope) -> Scope:
    """Check the statements of a block; returns the scope its result sees."""
    for statement in block.statements:
        match statement:
            case n.LetValue():
                found = _let_value(ctx, statement.value, scope)
                known = scope.find(statement.name.text)
                if known is not None:
                    secondary = [] if known.declared is None else [_first(ctx, known)]
                    ctx.report(
                        "E0106",
                        statement.name,
                        f"`{statement.name.text}` already means something here",
                        secondary=secondary,
                        help="choose another name",
                    )
                scope = scope.bind(statement.name.text, Binding(found, LetRef(statement)))
            case _:
                infer_effect(ctx, statement, scope)
    return scope


def _first(ctx: Context, known: Binding) -> Label:
    declared = known.declared
    if not isinstance(declared, n.ParamDecl):
        raise TypeError(declared)
    return ctx.label(declared, "the other one", declared.name)


def _let_value(ctx: Context, value: n.Expr | n.Effect, scope: Scope) -> Type:
    if isinstance(value, n.Insert | n.Update | n.Delete | n.Invent):
        return infer_effect(ctx, value, scope)
    return ex.infer(ctx, value, scope)
