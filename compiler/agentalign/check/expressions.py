"""Typing of expressions: `infer` finds a type, `fits` checks against an expected one, `holds` checks a condition."""

from __future__ import annotations

from typing import assert_never

from agentalign.check.calls import infer_call
from agentalign.check.context import Context
from agentalign.check.declared import declared_type
from agentalign.check.flow import facts
from agentalign.check.functions import CLOCK
from agentalign.check.literals import check_literal, constant, is_literal
from agentalign.check.operators import infer_binary, infer_minus, loosely_fits
from agentalign.check.records import Mode, check_body
from agentalign.check.scope import Scope, key, optional_type
from agentalign.check.selections import infer_selection
from agentalign.check.targets import AccountRef, Builtin, TableRef, TypeRef
from agentalign.check.templating import check_expression_template
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.types import (
    AnyType,
    BoolType,
    EnumType,
    EnumValue,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    assignable,
    describe,
    field,
    fields,
    generable,
    is_nullable,
    strip,
    unalias,
)
from agentalign.check.numbers import number_type


def infer(ctx: Context, expression: n.Expr, scope: Scope) -> Type:
    """The type of an expression where nothing particular is expected; reports what is wrong inside it."""
    found = _infer(ctx, expression, scope)
    ctx.tables.of[expression] = found
    return found


def holds(ctx: Context, condition: n.Expr, scope: Scope) -> None:
    """Check a condition: true or false, where a value that may be null counts as "is not null"."""
    match condition:
        case n.Binary(left=left, operator="and" | "or" as operator, right=right):
            holds(ctx, left, scope)
            holds(ctx, right, scope.knowing(facts(left, holds=operator == "and")))
            ctx.tables.of[condition] = BoolType()
        case n.Unary(operator="not", operand=operand):
            holds(ctx, operand, scope)
            ctx.tables.of[condition] = BoolType()
        case _:
            found = infer(ctx, condition, scope)
            if isinstance(strip(found), BoolType | PoisonType) or isinstance(found, NullableType | AnyType):
                return
            ctx.report(
                "E0408",
                condition,
                f"a condition is true or false, and this is {describe(found)}",
                help="compare it with something",
            )


def fits(
    ctx: Context, expression: n.Expr, scope: Scope, expected: Type, secondary: tuple[Label, ...] = ()
) -> None:
    """Check that an expression may stand where `expected` is wanted; `secondary` shows where that is declared."""
    if isinstance(expected, PoisonType):
        infer(ctx, expression, scope)
        return
    ctx.tables.of[expression] = expected
    core = strip(expected)
    match expression:
        case _ if is_literal(expression):
            check_literal(ctx, expression, expected, secondary)
        case n.ListLit(items=items) if isinstance(core, ListType):
            _fits_list(ctx, expression, scope, core, secondary)
        case n.RecordBody() if isinstance(core, RecordType):
            check_body(ctx, expression, scope, core, Mode.WHOLE)
        case n.Conditional(test=test, then=then, otherwise=otherwise):
            holds(ctx, test, scope)
            fits(ctx, then, scope.knowing(facts(test, holds=True)), expected, secondary)
            fits(ctx, otherwise, scope.knowing(facts(test, holds=False)), expected, secondary)
        case n.Reference(name="new") if scope.new and scope.find("new") is None:
            ctx.tables.refs[expression] = Builtin("new")
            _check_generable(ctx, expression, expected, secondary)
        case n.Call(callee=n.Member(value=n.Reference(name="new"), name=n.Name(text="id"))) if scope.new:
            infer(ctx, expression, scope)
            ctx.tables.of[expression] = expected
            _check_identifier(ctx, expression, core, expected, secondary)
        case _:
            _fits_inferred(ctx, expression, scope, expected, secondary)


def _fits_inferred(
    ctx: Context, expression: n.Expr, scope: Scope, expected: Type, secondary: tuple[Label, ...]
) -> None:
    found = infer(ctx, expression, scope)
    if isinstance(expression, n.TemplateLit) and _takes_template(strip(expected)):
        return
    if loosely_fits(expression, found, expected):
        return
    reason = assignable(found, expected)
    if reason is None:
        return
    if isinstance(found, NullableType) and assignable(found.inner, expected) is None:
        ctx.report(
            "E0217",
            expression,
            f"this may be null, and {describe(expected)} is required",
            "may be null",
            secondary=secondary,
            help=unguarded(expression, scope),
        )
        return
    notes = (reason,) if reason != f"{describe(found)} is not a {describe(expected)}" else ()
    ctx.report(
        "E0201",
        expression,
        f"{describe(found)} does not fit {describe(expected)}",
        f"this is {describe(found)}",
        secondary=secondary,
        notes=notes if "is not a" not in reason else (),
    )


def unguarded(expression: n.Expr, scope: Scope) -> str:
    """What to do about a value that may be null."""
    name = key(expression)
    if scope.world:
        return f"handle that first: `when {name or '...'} == null => ...`"
    if name is not None and "." in name:
        return f"select with `where {name.rpartition('.')[2]}`, or plant it with a `given`"
    return "select only rows that have it, or plant it with a `given`"


def _takes_template(core: Type) -> bool:
    """Free strings and texts may be written by a template; shapes and domains may not (the value is not known yet)."""
    return isinstance(core, TextType) or (isinstance(core, StringType) and core.pattern is None)


def _fits_list(ctx: Context, expression: n.ListLit, scope: Scope, expected: ListType, secondary: tuple[Label, ...]) -> None:
    count = len(expression.items)
    for item in expression.items:
        fits(ctx, item, scope, expected.item, secondary)
    if count < expected.min or (expected.max is not None and count > expected.max):
        ctx.report(
            "E0206",
            expression,
            f"{count} item{'' if count == 1 else 's'} where {describe(expected)} is required",
            secondary=secondary,
        )


def _check_generable(ctx: Context, expression: n.Expr, expected: Type, secondary: tuple[Label, ...]) -> None:
    core = expected.inner if isinstance(expected, NullableType) else expected
    if not generable(core) and not _has_variants(core):
        ctx.report(
            "E0221",
            expression,
            f"`new` cannot make up a value of {describe(expected)}",
            secondary=secondary,
            help="say what it is, or draw it with `new.pick(lexicon)`",
        )


def _has_variants(t: Type) -> bool:
    return bool(getattr(t, "variants", ()))


def _check_identifier(
    ctx: Context, expression: n.Expr, core: Type, expected: Type, secondary: tuple[Label, ...]
) -> None:
    if not _takes_template(core) and not isinstance(core, AnyType | PoisonType):
        ctx.report(
            "E0201",
            expression,
            f"`new.id` makes a free string, which does not fit {describe(expected)}",
            secondary=secondary,
            help="write `new`: the value is then made by the field's own type",
        )


def _infer(ctx: Context, expression: n.Expr, scope: Scope) -> Type:  # noqa: C901
    match expression:
        case n.StringLit(value=text):
            return EnumType((EnumValue(text),))
        case n.NumberLit():
            return number_type(expression)
        case n.BoolLit():
            return BoolType()
        case n.NullLit():
            return NullType()
        case n.TemplateLit():
            check_expression_template(ctx, expression, scope)
            return StringType()
        case n.ListLit(items=items):
            return _list(ctx, [infer(ctx, item, scope) for item in items])
        case n.Reference():
            return _reference(ctx, expression, scope)
        case n.Member():
            return _member(ctx, expression, scope)
        case n.Index():
            return _index(ctx, expression, scope)
        case n.Call():
            return infer_call(ctx, expression, scope)
        case n.RecordBody():
            ctx.report("E0201", expression, "nothing says which record this is", help="put its name before the brace")
            return PoisonType()
        case n.RecordLit():
            return _record_literal(ctx, expression, scope)
        case n.Unary(operator="not") | n.Binary(operator="and" | "or"):
            holds(ctx, expression, scope)
            return BoolType()
        case n.Unary():
            return infer_minus(ctx, expression, scope)
        case n.Binary():
            return infer_binary(ctx, expression, scope)
        case n.Conditional():
            return _conditional(ctx, expression, scope)
        case n.Selection():
            return infer_selection(ctx, expression, scope)
        case _:
            assert_never(expression)


def _list(ctx: Context, items: list[Type]) -> Type:
    found: Type = items[0] if items else PoisonType()
    for item in items[1:]:
        found = join_types(found, item) or PoisonType()
    return ListType(found, len(items), len(items))


def join_types(left: Type, right: Type) -> Type | None:
    """A type that holds the values of both; None where there is none."""
    match left, right:
        case (PoisonType(), _) | (_, PoisonType()):
            return PoisonType()
        case (NullType(), NullType()):
            return left
        case (NullType(), other) | (other, NullType()):
            return other if is_nullable(other) else NullableType(other)
        case (EnumType(values=first), EnumType(values=second)):
            names = {value.name for value in first}
            return EnumType((*first, *(value for value in second if value.name not in names)))
        case (NullableType(inner=first), NullableType(inner=second)):
            joined = join_types(first, second)
            return None if joined is None else NullableType(joined)
        case (NullableType(inner=inner), other) | (other, NullableType(inner=inner)):
            joined = join_types(inner, other)
            return None if joined is None else NullableType(joined)
        case _:
            if assignable(left, right) is None:
                return right
            if assignable(right, left) is None:
                return left
            strings = (StringType, TextType, EnumType)
            if isinstance(strip(left), strings) and isinstance(strip(right), strings):
                return StringType()
            return None


def _reference(ctx: Context, expression: n.Reference, scope: Scope) -> Type:
    binding = scope.find(expression.name)
    if binding is not None:
        ctx.tables.refs[expression] = binding.target
        return narrowed(expression, binding.type, scope)
    if expression.name in {"world", "account", "clock", "new"} and getattr(scope, expression.name):
        ctx.report("E0201", expression, f"`{expression.name}` is not a value by itself", help="name a member of it")
        return PoisonType()
    later = scope.later.get(expression.name)
    if later is not None:
        ctx.report(
            "E0501",
            expression,
            f"`{expression.name}` is used before it is bound",
            secondary=[ctx.label(later, "bound only here", getattr(later, "name", None))],
            help="move the step that makes it before this one",
        )
        return PoisonType()
    if not ctx.unresolved(expression.name):
        ctx.unknown(n.Name(expression.span, expression.name), "value", scope.words())
    return PoisonType()


def narrowed(expression: n.Expr, found: Type, scope: Scope) -> Type:
    """Without `?` where the scope knows the value to be there."""
    if not scope.facts or not isinstance(found, NullableType):
        return found
    return found.inner if key(expression) in scope.facts else found


def _member(ctx: Context, expression: n.Member, scope: Scope) -> Type:
    root = expression.value
    if isinstance(root, n.Reference) and scope.find(root.name) is None:
        match root.name:
            case "world" if scope.world:
                return table_type(ctx, expression, root)
            case "account" if scope.account:
                return account_type(ctx, expression, root)
            case "clock" if scope.clock:
                return _clock(ctx, expression, root)
            case _:
                pass
    whole = infer(ctx, expression.value, scope)
    return narrowed(expression, member_type(ctx, whole, expression.value, expression.name, scope), scope)


def member_type(ctx: Context, whole: Type, value: n.Expr, name: n.Name, scope: Scope) -> Type:
    """The type of a field; reports a field of what may be null, of what has none, and unknown ones."""
    if isinstance(whole, PoisonType):
        return whole
    if isinstance(unalias(whole), NullableType):
        ctx.report(
            "E0217", value, "this may be null, and null has no fields", "may be null", help=unguarded(value, scope)
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


def table_type(ctx: Context, expression: n.Node, root: n.Node, name: n.Name | None = None) -> Type:
    """The type of `world.NAME`: the list of its rows."""
    word = name or (expression.name if isinstance(expression, n.Member) else None)
    assert word is not None
    table = ctx.peek(Kind.TABLE, word.text)
    if not isinstance(table, n.TableDecl):
        if not ctx.unresolved(word.text):
            legal = ctx.module.scope[Kind.TABLE]
            message = f"the world has no table `{word.text}`"
            ctx.unknown(word, "table", legal, code="E0404", kind=Kind.TABLE, message=message)
        return PoisonType()
    ctx.tables.refs[expression] = TableRef(table)
    ctx.tables.refs[root] = Builtin("world")
    row = ctx.tables.types.get(table, PoisonType())
    return ListType(row)


def account_type(ctx: Context, expression: n.Node, root: n.Node, name: n.Name | None = None) -> Type:
    """The type of `account.NAME`."""
    word = name or (expression.name if isinstance(expression, n.Member) else None)
    assert word is not None
    account = ctx.names.account
    members = {} if account is None else {field.name.text: field for field in account.fields}
    ctx.tables.refs[root] = Builtin("account")
    found = members.get(word.text)
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


def _index(ctx: Context, expression: n.Index, scope: Scope) -> Type:
    rows = infer(ctx, expression.value, scope)
    target = ctx.tables.refs.get(expression.value)
    if isinstance(rows, PoisonType):
        infer(ctx, expression.index, scope)
        return rows
    if not isinstance(target, TableRef) or not isinstance(rows, ListType):
        infer(ctx, expression.index, scope)
        ctx.report(
            "E0410",
            expression.value,
            "only a table of the world is looked up by key",
            f"this is {describe(rows)}",
            help="select from a list: `first of ... where ...`",
        )
        return PoisonType()
    fits(ctx, expression.index, scope, key_type(ctx, target.table), (ctx.label(target.table, "its key", target.table.key),))
    return narrowed(expression, NullableType(rows.item), scope)


def key_type(ctx: Context, table: n.TableDecl) -> Type:
    """The type of a table's key."""
    found = field(ctx.tables.types.get(table, PoisonType()), table.key.text)
    return PoisonType() if found is None else found.type


def _record_literal(ctx: Context, expression: n.RecordLit, scope: Scope) -> Type:
    declaration = ctx.find(Kind.TYPE, expression.type, what="record")
    if declaration is None:
        for assign in expression.body.assigns:
            infer(ctx, assign.value, scope)
        return PoisonType()
    assert isinstance(declaration, n.TypeDecl | n.RecordDecl)
    ctx.tables.refs[expression.type] = TypeRef(declaration)
    whole = declared_type(ctx, declaration)
    core = strip(whole)
    if not isinstance(core, RecordType):
        if not isinstance(core, PoisonType):
            ctx.report("E0214", expression.type, f"`{expression.type.text}` is not a record", help="name a record")
        return PoisonType()
    check_body(ctx, expression.body, scope, core, Mode.WHOLE)
    ctx.tables.of[expression.body] = core
    return whole


def _conditional(ctx: Context, expression: n.Conditional, scope: Scope) -> Type:
    holds(ctx, expression.test, scope)
    left = infer(ctx, expression.then, scope.knowing(facts(expression.test, holds=True)))
    right = infer(ctx, expression.otherwise, scope.knowing(facts(expression.test, holds=False)))
    joined = join_types(left, right)
    if joined is None:
        ctx.report(
            "E0201",
            expression.otherwise,
            f"the branches differ: {describe(left)} and {describe(right)}",
            f"this is {describe(right)}",
            secondary=[Label(ctx.at(expression.then), f"this is {describe(left)}")],
        )
        return PoisonType()
    return joined


def span_of(nodes: tuple[n.Node, ...]) -> Span:
    """From the first node to the last one."""
    return nodes[0].span.join(nodes[-1].span)


def constant_value(expression: n.Expr) -> object:
    """See `literals.constant`."""
    return constant(expression)
