"""The expressions inside an expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agentalign.syntax import nodes as n


def expressions_in(expression: n.Expr) -> Iterator[n.Expr]:
    """An expression and all expressions inside it."""
    yield expression
    for part in parts(expression):
        yield from expressions_in(part)


def parts(expression: n.Expr) -> Iterable[Any]:
    """The expressions directly inside one."""
    match expression:
        case n.ListLit(items=items):
            return items
        case n.Member(value=value):
            return (value,)
        case n.Index(value=value, index=index):
            return (value, index)
        case n.Call(callee=callee, arguments=arguments):
            return (callee, *(argument.value for argument in arguments))
        case n.RecordBody(assigns=assigns) | n.RecordLit(body=n.RecordBody(assigns=assigns)):
            return tuple(assign.value for assign in assigns)
        case n.Unary(operand=operand):
            return (operand,)
        case n.Binary(left=left, right=right):
            return (left, right)
        case n.Conditional(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case n.Selection(source=source, where=where):
            return (source,) if where is None else (source, where)
        case _:
            return ()
