"""Conditions over known values: evaluated while compiling, so that the space needs no rejection."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from agentalign.ir import Json
from agentalign.lower.expressions import scalar
from agentalign.syntax import nodes as n

LookUp = Callable[[n.Expr], Json]

_BINARY: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
    "and": lambda left, right: bool(left) and bool(right),
    "or": lambda left, right: bool(left) or bool(right),
}


def evaluate(node: n.Expr, look_up: LookUp) -> Json:
    """The value of a condition; `look_up` gives that of words, members and calls. Comparing with null is false."""
    match node:
        case n.StringLit(value=text):
            return text
        case n.NumberLit(value=number):
            return scalar(number)
        case n.BoolLit(value=truth):
            return truth
        case n.NullLit():
            return None
        case n.ListLit(items=items):
            return [evaluate(item, look_up) for item in items]
        case n.Unary(operator="not", operand=operand):
            return not _truth(evaluate(operand, look_up))
        case n.Binary(left=left, operator="and" | "or" as name, right=right):
            return _BINARY[name](_truth(evaluate(left, look_up)), _truth(evaluate(right, look_up)))
        case n.Binary(left=left, operator=name, right=right):
            first, second = evaluate(left, look_up), evaluate(right, look_up)
            if name in {"<", "<=", ">", ">="} and (first is None or second is None):
                return False
            return _BINARY[name](first, second)
        case _:
            return look_up(node)


def _truth(value: Json) -> bool:
    """A condition's truth: what may be null counts as "is there"."""
    return value if isinstance(value, bool) else value is not None
