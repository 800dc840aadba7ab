"""Typing of expressions: `infer` finds a type, `fits` checks against an expected one, `holds` checks a condition."""

from __future__ import annotations

from typing import assert_never

from agentalign.check import calls, operators, places, records, selections
from agentalign.check.context import Context
from agentalign.check.declared import declared_type
from agentalign.check.flow import facts
from agentalign.check.literals import check_literal, is_literal
from agentalign.check.scope import Scope, key
from agentalign.check.shown import show
from agentalign.check.targets import Builtin, TypeRef
from agentalign.check.templating import check_expression_template
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import (
    AnyType,
    BoolType,
    DecimalType,
    EnumType,
    EnumValue,
    IntType,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    assignable,
    generable,
    is_nullable,
    strip,
)


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
                f"a condition is true or false, and this is {show(found)}",
                help="compare it with something",
            )


def fits(ctx: Context, expression: n.Expr, scope: Scope, expected: Type, secondary: tuple[Label, ...] = ()) -> None:
    """Check that an expression may stand where `expected` is wanted; `secondary` shows where that is declared."""
    if isinstance(expected, PoisonType):
        _fits_unknown(ctx, expression, scope)
        return
    ctx.tables.of[expression] = expected
    core = strip(expected)
    match expression:
        case _ if is_literal(expression):
            check_literal(ctx, expression, expected, secondary)
        case n.ListLit() if isinstance(core, ListType):
            _fits_list(ctx, expression, scope, core, secondary)
        case n.RecordBody() if isinstance(core, RecordType):
            records.check_body(ctx, expression, scope, core, records.Mode.WHOLE)
        case n.RecordBody(assigns=assigns) if not isinstance(core, AnyType | PoisonType):
            for assign in assigns:
                _fits_unknown(ctx, assign.value, scope)
            ctx.report("E0201", expression, f"a record does not fit {show(expected)}", secondary=secondary)
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


def _fits_unknown(ctx: Context, expression: n.Expr, scope: Scope) -> None:
    """Check what is inside an expression where it is not known what is wanted."""
    match expression:
        case n.Reference(name="new") if scope.new and scope.find("new") is None:
            ctx.tables.refs[expression] = Builtin("new")
        case n.RecordBody(assigns=assigns):
            for assign in assigns:
                _fits_unknown(ctx, assign.value, scope)
        case _:
            infer(ctx, expression, scope)


def _fits_inferred(
    ctx: Context, expression: n.Expr, scope: Scope, expected: Type, secondary: tuple[Label, ...]
) -> None:
    found = infer(ctx, expression, scope)
    if isinstance(expression, n.TemplateLit) and _takes_template(strip(expected)):
        return
    if operators.loosely_fits(expression, found, expected):
        return
    reason = assignable(found, expected)
    if reason is None:
        return
    if isinstance(found, NullableType) and assignable(found.inner, expected) is None:
        ctx.report(
            "E0217",
            expression,
            f"this may be null, and {show(expected)} is required",
            "may be null",
            secondary=secondary,
            help=unguarded(expression, scope),
        )
        return
    notes = (reason,) if reason != f"{show(found)} is not a {show(expected)}" else ()
    ctx.report(
        "E0201",
        expression,
        f"{show(found)} does not fit {show(expected)}",
        f"this is {show(found)}",
        secondary=secondary,
        notes=notes if "is not a" not in reason else (),
    )


def unguarded(expression: n.Expr, scope: Scope) -> str:
    """What to do about a value that may be null."""
    name = key(expression)
    if scope.find("it") is not None:
        return "let every rule for this operation give it, or say what else it is: `if ... then ... else ...`"
    if scope.functions:
        return f"handle that first: `when {name or '...'} == null => ...`"
    if name is not None and "." in name:
        return f"select with `where {name.rpartition('.')[2]}`, or plant it with a `given`"
    return "select only rows that have it, or plant it with a `given`"


def _takes_template(core: Type) -> bool:
    """Free strings and texts may be written by a template; shapes and domains may not (the value is not known yet)."""
    return isinstance(core, TextType) or (isinstance(core, StringType) and core.pattern is None)


def _fits_list(
    ctx: Context, expression: n.ListLit, scope: Scope, expected: ListType, secondary: tuple[Label, ...]
) -> None:
    count = len(expression.items)
    for item in expression.items:
        fits(ctx, item, scope, expected.item, secondary)
    if count < expected.min or (expected.max is not None and count > expected.max):
        ctx.report(
            "E0206",
            expression,
            f"{count} item{'' if count == 1 else 's'} where {show(expected)} is required",
            secondary=secondary,
        )


def _check_generable(ctx: Context, expression: n.Expr, expected: Type, secondary: tuple[Label, ...]) -> None:
    core = expected.inner if isinstance(expected, NullableType) else expected
    if not generable(core) and not _has_variants(core):
        ctx.report(
            "E0221",
            expression,
            f"`new` cannot make up a value of {show(expected)}",
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
            f"`new.id` makes a free string, which does not fit {show(expected)}",
            secondary=secondary,
            help="write `new`: the value is then made by the field's own type",
        )


def _infer(ctx: Context, expression: n.Expr, scope: Scope) -> Type:
    match expression:
        case n.StringLit() | n.NumberLit() | n.BoolLit() | n.NullLit():
            return _literal_type(expression)
        case n.TemplateLit():
            check_expression_template(ctx, expression, scope)
            return StringType()
        case n.ListLit(items=items):
            return _list([infer(ctx, item, scope) for item in items])
        case n.Reference():
            return places.infer_reference(ctx, expression, scope)
        case n.Member():
            return places.infer_member(ctx, expression, scope)
        case n.Index():
            return places.infer_index(ctx, expression, scope)
        case n.Call():
            return calls.infer_call(ctx, expression, scope)
        case n.RecordBody():
            ctx.report("E0201", expression, "nothing says which record this is", help="put its name before the brace")
            return PoisonType()
        case n.RecordLit():
            return _record_literal(ctx, expression, scope)
        case n.Unary(operator="not") | n.Binary(operator="and" | "or"):
            holds(ctx, expression, scope)
            return BoolType()
        case n.Unary():
            return operators.infer_minus(ctx, expression, scope)
        case n.Binary():
            return operators.infer_binary(ctx, expression, scope)
        case n.Conditional():
            return _conditional(ctx, expression, scope)
        case n.Selection():
            return selections.infer_selection(ctx, expression, scope)
        case _:
            assert_never(expression)


def _literal_type(literal: n.StringLit | n.NumberLit | n.BoolLit | n.NullLit) -> Type:
    """Just the value itself, so that it fits wherever the value does."""
    match literal:
        case n.StringLit(value=text):
            return EnumType((EnumValue(text),))
        case n.NumberLit():
            return operators.number_type(literal)
        case n.BoolLit():
            return BoolType()
        case _:
            return NullType()


def _list(items: list[Type]) -> Type:
    found: Type = items[0] if items else PoisonType()
    for item in items[1:]:
        found = join_types(found, item) or PoisonType()
    return ListType(found, len(items), len(items))


def join_types(left: Type, right: Type) -> Type | None:
    """A type that holds the values of both; None where there is none."""
    if isinstance(left, IntType | DecimalType) and isinstance(right, IntType | DecimalType):
        return operators.joined_numbers(left, right)
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


def _record_literal(ctx: Context, expression: n.RecordLit, scope: Scope) -> Type:
    declaration = ctx.find(Kind.TYPE, expression.type, what="record")
    if not isinstance(declaration, n.TypeDecl | n.RecordDecl):
        for assign in expression.body.assigns:
            infer(ctx, assign.value, scope)
        return PoisonType()
    ctx.tables.refs[expression.type] = TypeRef(declaration)
    whole = declared_type(ctx, declaration)
    core = strip(whole)
    if not isinstance(core, RecordType):
        if not isinstance(core, PoisonType):
            ctx.report("E0214", expression.type, f"`{expression.type.text}` is not a record", help="name a record")
        return PoisonType()
    records.check_body(ctx, expression.body, scope, core, records.Mode.WHOLE)
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
            f"the branches differ: {show(left)} and {show(right)}",
            f"this is {show(right)}",
            secondary=[Label(ctx.at(expression.then), f"this is {show(left)}")],
        )
        return PoisonType()
    return joined
