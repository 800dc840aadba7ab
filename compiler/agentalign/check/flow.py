"""What a condition, once known to hold or to fail, says about values that may be null."""

from __future__ import annotations

from agentalign.check.scope import key
from agentalign.syntax import nodes as n

_NOTHING: frozenset[str] = frozenset()


def facts(condition: n.Expr, *, holds: bool) -> frozenset[str]:
    """The keys of expressions that are non-null when `condition` holds (or, with `holds=False`, when it does not)."""
    match condition:
        case n.Unary(operator="not", operand=operand):
            return facts(operand, holds=not holds)
        case n.Binary(left=left, operator="and" | "or" as operator, right=right):
            both = (operator == "and") == holds
            first, second = facts(left, holds=holds), facts(right, holds=holds)
            return first | second if both else first & second
        case n.Binary(left=left, operator=operator, right=right):
            return _compared(left, operator, right, holds=holds)
        case n.Reference() | n.Member() | n.Index():
            return _known(condition) if holds else _NOTHING
        case _:
            return _NOTHING


def _compared(left: n.Expr, operator: str, right: n.Expr, *, holds: bool) -> frozenset[str]:
    match operator, holds:
        case ("!=", True) | ("==", False):
            known = [side for side, other in ((left, right), (right, left)) if isinstance(other, n.NullLit)]
            return _known(known[0]) if known else _NOTHING
        case ("==", True) | ("!=", False):
            # Equal to something that is not null; for two expressions the type checker has the last word.
            literal = [side for side, other in ((left, right), (right, left)) if isinstance(other, _VALUES)]
            return _known(literal[0]) if literal else _NOTHING
        case ("in", True) | ("not in", False):
            return _known(left) | _looked_up(left, right)
        case _:
            return _NOTHING


_VALUES = (n.StringLit, n.NumberLit, n.BoolLit)


def _known(expression: n.Expr) -> frozenset[str]:
    text = key(expression)
    return _NOTHING if text is None else frozenset({text})


def _looked_up(left: n.Expr, right: n.Expr) -> frozenset[str]:
    """`id in world.orders` makes `world.orders[id]` a row."""
    at, table = key(left), key(right)
    is_table = isinstance(right, n.Member) and isinstance(right.value, n.Reference) and right.value.name == "world"
    return frozenset({f"{table}[{at}]"}) if is_table and at is not None else _NOTHING
