"""How types of values are called in messages."""

from __future__ import annotations

from agentalign.types import DecimalType, EnumType, IntType, ListType, NullableType, Type, describe


def show(t: Type) -> str:
    """Like `describe`, but a literal is called by its kind: `int` rather than `int(3..3)`."""
    match t:
        case IntType(min=low, max=high) if low is not None and low == high:
            return "int"
        case DecimalType(min=low_, max=high_) if low_ is not None and low_ == high_:
            return "decimal"
        case EnumType(values=values) if len(values) == 1:
            return "string"
        case ListType(item=item, min=low, max=high) if low == high:
            return f"list[{show(item)}]"
        case NullableType(inner=inner):
            return f"{show(inner)}?"
        case _:
            return describe(t)
