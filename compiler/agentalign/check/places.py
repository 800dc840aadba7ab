"""Typing of what has a place: words in scope, fields, and what the world, the account and the clock hold."""

from __future__ import annotations

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.functions import CLOCK
from agentalign.check.scope import Scope, key, optional_type
from agentalign.check.targets import AccountRef, Builtin, TableRef
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import ListType, NullableType, PoisonType, Type, describe, field, fields, unalias


def infer_reference(ctx: Context, expression: n.Reference, scope: Scope, member: str = "") -> Type:
    """The type of a word, of which a member may be taken."""
    binding = scope.find(expression.name)
    if binding is not None:
        ctx.tables.words.add((ctx.tables.subject, expression.name))
        ctx.tables.refs[expression] = binding.target
        return narrowed(expression, binding.type, scope)
    if expression.name in {"world", "account", "clock", "new"} and getattr(scope, expression.name):
        ctx.report("E0201", expression, f"`{expression.name}` is not a value by itself", help="name a member of it")
        return PoisonType()
    later = scope.later.get(expression.name)
    if later is not None:
        ctx.tables.words.add((ctx.tables.subject, expression.name))
        ctx.report(
            "E0501",
            expression,
            f"`{expression.name}` is used before it is bound",
            secondary=[ctx.label(later, "bound only here", getattr(later, "name", None))],
            help="move the step that makes it before this one",
        )
        return PoisonType()
    if not scope.open and not ctx.unresolved(expression.name):
        _unknown(ctx, n.Name(expression.span, expression.name), scope, member)
    return PoisonType()


def _unknown(ctx: Context, word: n.Name, scope: Scope, member: str) -> None:
    """Report a word that is none here; where a member is taken, what has it is more likely than what sounds alike."""
    if word.text == "world" and scope.functions:
        message = "a function does not see the world"
        ctx.report("E0107", word, message, help="give it what it needs of the world as an argument")
        return
    bound = {**scope.names, **scope.row}
    having = [name for name, binding in bound.items() if member and field(binding.type, member) is not None]
    what = f"value with `{member}`" if having else "value"
    message = f"no value `{word.text}` is in scope here"
    ctx.unknown(word, what, having or scope.words(), message=message)


def narrowed(expression: n.Expr, found: Type, scope: Scope) -> Type:
    """Without `?` where the scope knows the value to be there."""
    if not scope.facts or not isinstance(found, NullableType):
        return found
    return found.inner if key(expression) in scope.facts else found


def infer_member(ctx: Context, expression: n.Member, scope: Scope) -> Type:
    """The type of a field, a table, an account field, a clock reading."""
    root = expression.value
    if isinstance(root, n.Reference) and scope.find(root.name) is None:
        match root.name:
            case "world" if scope.world:
                return table_type(ctx, expression, root, expression.name)
            case "account" if scope.account:
                return account_type(ctx, expression, root, expression.name)
            case "clock" if scope.clock:
                return _clock(ctx, expression, root)
            case _:
                pass
    if isinstance(root, n.Reference):
        whole = ctx.tables.of[root] = infer_reference(ctx, root, scope, expression.name.text)
    else:
        whole = ex.infer(ctx, root, scope)
    return narrowed(expression, member_type(ctx, whole, expression.value, expression.name, scope), scope)


def member_type(ctx: Context, whole: Type, value: n.Expr, name: n.Name, scope: Scope) -> Type:
    """The type of a field; reports a field of what may be null, of what has none, and unknown ones."""
    if isinstance(whole, PoisonType):
        return whole
    if isinstance(unalias(whole), NullableType):
        ctx.report(
            "E0217", value, "this may be null, and null has no fields", "may be null", help=ex.unguarded(value, scope)
        )
        return PoisonType()
    found = field(whole, name.text)
    if found is not None:
        return optional_type(found.type, optional=found.optional)
    members = fields(whole)
    if not members:
        ctx.report("E0214", name, f"{describe(whole)} has no fields", secondary=[Label(ctx.at(value))])
        return PoisonType()
    message = f"{describe(whole)} has no field `{name.text}`"
    ctx.unknown(name, "field", [member.name for member in members], code="E0202", message=message)
    return PoisonType()


def table_type(ctx: Context, expression: n.Node, root: n.Node, word: n.Name) -> Type:
    """The type of `world.NAME`: the list of its rows."""
    table = ctx.peek(Kind.TABLE, word.text)
    if not isinstance(table, n.TableDecl):
        if not ctx.unresolved(word.text):
            legal = ctx.module.scope[Kind.TABLE]
            message = f"the world has no table `{word.text}`"
            ctx.unknown(word, "table", legal, code="E0404", kind=Kind.TABLE, message=message)
        return PoisonType()
    if ctx.tables.reading is not None:
        ctx.tables.reading[table] = None
    if ctx.tables.visited is not None:
        ctx.tables.visited.append((expression, table))
    ctx.tables.refs[expression] = TableRef(table)
    ctx.tables.refs[root] = Builtin("world")
    row = ctx.tables.types.get(table, PoisonType())
    return ListType(row)


def account_type(ctx: Context, expression: n.Node, root: n.Node, word: n.Name) -> Type:
    """The type of `account.NAME`."""
    account = ctx.names.account
    members = {} if account is None else {field.name.text: field for field in account.fields}
    ctx.tables.refs[root] = Builtin("account")
    found = members.get(word.text)
    if found is None and account is None and not ctx.whole():
        return PoisonType()
    if found is None:
        message = f"the user's account has no field `{word.text}`"
        ctx.unknown(word, "field", members, code="E0409", message=message)
        return PoisonType()
    ctx.tables.refs[expression] = AccountRef(found)
    return optional_type(ctx.tables.types.get(found, PoisonType()), optional=found.optional)


def _clock(ctx: Context, expression: n.Member, root: n.Reference) -> Type:
    ctx.tables.refs[root] = Builtin("clock")
    found = CLOCK.get(expression.name.text)
    if found is None:
        ctx.unknown(expression.name, "field", [*CLOCK, "after"], code="E0202", message="the clock says no such thing")
        return PoisonType()
    ctx.tables.refs[expression] = Builtin(f"clock.{expression.name.text}")
    return found


def infer_index(ctx: Context, expression: n.Index, scope: Scope) -> Type:
    """The type of `world.orders[id]`: the row, or null where there is none."""
    rows = ex.infer(ctx, expression.value, scope)
    target = ctx.tables.refs.get(expression.value)
    if isinstance(rows, PoisonType):
        ex.infer(ctx, expression.index, scope)
        return rows
    if not isinstance(target, TableRef) or not isinstance(rows, ListType):
        ex.infer(ctx, expression.index, scope)
        ctx.report(
            "E0410",
            expression.value,
            "only a table of the world is looked up by key",
            f"this is {describe(rows)}",
            help="select from a list: `first of ... where ...`",
        )
        return PoisonType()
    ex.fits(
        ctx,
        expression.index,
        scope,
        key_type(ctx, target.table),
        (ctx.label(target.table, "its key", target.table.key),),
    )
    if isinstance(ctx.tables.of.get(expression.index), PoisonType):
        return PoisonType()
    return narrowed(expression, NullableType(rows.item), scope)


def key_type(ctx: Context, table: n.TableDecl) -> Type:
    """The type of a table's key."""
    found = field(ctx.tables.types.get(table, PoisonType()), table.key.text)
    return PoisonType() if found is None else found.type
