"""Additions that surely give a text: one join does for all their parts, and constant ones are written out beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentalign import ir
from agentalign.ir import Expr, Json
from agentalign.simulate.functions import text
from agentalign.simulate.state import Scope, State


def summands(e: Expr) -> tuple[Expr, ...] | None:
    """Return what a text is put together from, in order; None for an expression that may give something else."""
    match e:
        case ir.Text() | ir.Const(value=str()):
            return (e,)
        case ir.Apply(function="add", arguments=(left, right)):
            before, behind = summands(left), summands(right)
            if before is None and behind is None:
                return None
            return *((left,) if before is None else before), *((right,) if behind is None else behind)
        case _:
            return None


def joined(
    parts: Sequence[Expr], compile_expr: Callable[[Expr], Callable[[Scope, State], Json]]
) -> Callable[[Scope, State], Json]:
    """Return what joins parts as text."""
    fixed = [text(part.value) if isinstance(part, ir.Const) else "" for part in parts]
    made = [(at, compile_expr(part)) for at, part in enumerate(parts) if not isinstance(part, ir.Const)]
    join = "".join

    def run(v: Scope, w: State) -> Json:
        pieces = fixed.copy()
        for at, part in made:
            value = part(v, w)
            pieces[at] = value if isinstance(value, str) else text(value)
        return join(pieces)

    return run
