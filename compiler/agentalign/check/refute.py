"""Whether a row that is planted can satisfy a condition, as far as its constants tell."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Final

from agentalign.check.context import Context
from agentalign.check.literals import NOT_CONSTANT, NotConstant, constant
from agentalign.check.scope import key
from agentalign.check.targets import ChainParam, LetRef, RowField, StepResult
from agentalign.syntax import nodes as n
from agentalign.types import Json

_ORDERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def truth(ctx: Context, condition: n.Expr, body: n.RecordBody) -> bool | None:
    """Whether the row satisfies a `where` condition; None where that depends on the case, or is not followed."""
    row = {assign.name.text: assign.value for assign in body.assigns}
    return _truth(ctx, condition, row)


def _truth(ctx: Context, condition: n.Expr, row: Mapping[str, n.Expr]) -> bool | None:
    match condition:
        case n.Unary(operator="not", operand=operand):
            found = _truth(ctx, operand, row)
            return None if found is None else not found
        case n.Binary(left=left, operator="and" | "or" as word, right=right):
            sides = (_truth(ctx, left, row), _truth(ctx, right, row))
            decisive = word == "or"
            return decisive if decisive in sides else None if None in sides else not decisive
        case n.Binary(left=left, operator="in" | "not in" as word, right=n.ListLit(items=items)):
            equal = [_equal(ctx, left, item, row) for item in items]
            found = True if True in equal else None if None in equal else False
            return found if found is None or word == "in" else not found
        case n.Binary(left=left, operator="==" | "!=" as word, right=right):
            found = _equal(ctx, left, right, row)
            return found if found is None or word == "==" else not found
        case n.Binary(left=left, operator="<" | "<=" | ">" | ">=" as word, right=right):
            return _ordered(word, _value(ctx, left, row), _value(ctx, right, row))
        case _:
            value = _value(ctx, condition, row)
            # A nullable value holds if it is there.
            return None if isinstance(value, NotConstant) else value is not None and value is not False


def _equal(ctx: Context, left: n.Expr, right: n.Expr, row: Mapping[str, n.Expr]) -> bool | None:
    first, second = _value(ctx, left, row), _value(ctx, right, row)
    if not isinstance(first, NotConstant) and not isinstance(second, NotConstant):
        return first == second
    return True if same(ctx, _planted(ctx, left, row), _planted(ctx, right, row)) else None


def _ordered(word: str, first: Json | NotConstant, second: Json | NotConstant) -> bool | None:
    if isinstance(first, int | float) and isinstance(second, int | float):
        return _ORDERS[word](first, second)
    return None


def _value(ctx: Context, expression: n.Expr, row: Mapping[str, n.Expr]) -> Json | NotConstant:
    planted = _planted(ctx, expression, row)
    return NOT_CONSTANT if planted is None else constant(planted)


def _planted(ctx: Context, expression: n.Expr, row: Mapping[str, n.Expr]) -> n.Expr | None:
    """What is planted for a field of the row; any other expression as it is."""
    target = ctx.tables.refs.get(expression)
    return row.get(target.field.name) if isinstance(target, RowField) else expression


def same(ctx: Context, left: n.Expr | None, right: n.Expr | None) -> bool:
    """Whether two expressions are the same value of a parameter, a result, a row or a let, whatever the case."""
    if left is None or right is None or key(left) is None or key(left) != key(right):
        return False
    return _root(ctx, left) is not None and _root(ctx, left) == _root(ctx, right)


def _root(ctx: Context, expression: n.Expr) -> object:
    while isinstance(expression, n.Member):
        expression = expression.value
    target = ctx.tables.refs.get(expression)
    return target if isinstance(target, ChainParam | StepResult | LetRef | RowField) else None
