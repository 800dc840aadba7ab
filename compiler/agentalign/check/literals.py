"""Constants: the JSON value a literal expression has, and whether it is a value of a type."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from agentalign.check.context import Context
from agentalign.diagnostics import Fix, Label, suggest
from agentalign.syntax import nodes as n
from agentalign.types import (
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    Json,
    RecordType,
    StringType,
    TextType,
    Type,
    conforms,
    describe,
    is_nullable,
    strip,
)


class NotConstant:
    """The answer for an expression whose value depends on the case."""


NOT_CONSTANT: Final = NotConstant()

Literal = n.StringLit | n.NumberLit | n.BoolLit | n.NullLit


def constant(expression: n.Expr) -> Json | NotConstant:
    """The JSON value of a literal, list or record of literals."""
    match expression:
        case n.StringLit(value=text):
            return text
        case n.BoolLit(value=truth):
            return truth
        case n.NullLit():
            return None
        case n.NumberLit():
            return number(expression)
        case n.Unary(operator="-", operand=n.NumberLit() as operand):
            return -number(operand)
        case n.ListLit(items=items):
            values = [constant(item) for item in items]
            return NOT_CONSTANT if any(isinstance(v, NotConstant) for v in values) else values  # type: ignore[return-value]
        case n.RecordBody(assigns=assigns):
            return _record(assigns)
        case n.RecordLit(body=body):
            return _record(body.assigns)
        case _:
            return NOT_CONSTANT


def _record(assigns: tuple[n.Assign, ...]) -> Json | NotConstant:
    values: dict[str, Json] = {}
    for assign in assigns:
        value = constant(assign.value)
        if isinstance(value, NotConstant):
            return NOT_CONSTANT
        values[assign.name.text] = value
    return values


def exact(literal: n.NumberLit) -> int | Decimal:
    """A number as written; `40%` is 0.4."""
    return Decimal(literal.value) / 100 if literal.percent else literal.value


def number(literal: n.NumberLit) -> int | float:
    """A number as JSON has it."""
    value = exact(literal)
    return value if isinstance(value, int) else float(value)


def is_literal(expression: n.Expr) -> bool:
    """Whether an expression is one word of constant."""
    match expression:
        case n.StringLit() | n.NumberLit() | n.BoolLit() | n.NullLit():
            return True
        case n.Unary(operator="-", operand=n.NumberLit()):
            return True
        case _:
            return False


def check_literal(
    ctx: Context, expression: n.Expr, expected: Type, secondary: tuple[Label, ...] = (), code: str | None = None
) -> None:
    """Report a literal that is no value of `expected`; `code` stands for what it is called in a special place."""
    value = constant(expression)
    if isinstance(value, NotConstant):
        return
    reason = conforms(value, expected)
    if reason is None:
        return
    core = strip(expected)
    if value is None and not is_nullable(expected):
        message = f"null where {describe(expected)} is required"
        ctx.report(code or "E0213", expression, message, secondary=secondary, help="give a value")
    elif isinstance(core, EnumType) and isinstance(value, str):
        _not_in_enum(ctx, expression, value, core, secondary, code)
    else:
        message, why = f"{shown(value)} is not a value of {describe(expected)}", reason.partition(": ")[2]
        ctx.report(
            code or _code(value, core),
            expression,
            message,
            "" if why == message else why,
            secondary=secondary,
        )


def _not_in_enum(
    ctx: Context, expression: n.Expr, value: str, enum: EnumType, secondary: tuple[Label, ...], code: str | None
) -> None:
    names = [member.name for member in enum.values]
    close = suggest(value, names)
    listed = ", ".join(f'"{name}"' for name in names)
    help_ = f'did you mean "{close}"?' if close else f"it is one of {listed}"
    fixes = () if close is None else (Fix(ctx.at(expression), f'"{close}"', f'write "{close}"'),)
    message = f'the enum has no value "{value}"'
    ctx.report(code or "E0208", expression, message, secondary=secondary, help=help_, fixes=fixes)


def _code(value: Json, core: Type) -> str:
    match core, value:
        case DomainType(), str():
            return "E0212"
        case (StringType() | TextType(), str()):
            return "E0206"
        case (IntType() | DecimalType(), int() | float()) if not isinstance(value, bool):
            return "E0201" if isinstance(core, IntType) and value != int(value) else "E0206"
        case (RecordType(), _) | _:
            return "E0201"


def shown(value: Json) -> str:
    """A short spelling of a value for messages."""
    if isinstance(value, str):
        text = value if len(value) <= 40 else value[:39] + "\u2026"
        return f'"{text}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
