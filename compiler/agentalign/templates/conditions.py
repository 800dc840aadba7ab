"""Conditions: what an `if` may ask, what it desugars to, and what is known once it holds."""

from __future__ import annotations

from typing import assert_never

from agentalign.diagnostics import suggest
from agentalign.templates.context import Context, Typed, written
from agentalign.templates.infer import Inference
from agentalign.templates.kinds import is_bool, is_list, is_number, is_string, is_unknown, item, key, may_be_null, shown
from agentalign.templates.nodes import (
    Apply,
    Broken,
    Compare,
    Expr,
    Filtered,
    Group,
    Literal,
    Logic,
    Name,
    Path,
)
from agentalign.templates.scope import Tested
from agentalign.types import AnyType, EnumType, NullType, Type, domains, strip

Facts = frozenset[tuple[str, ...]]

_NOTHING: Facts = frozenset()


class Conditions:
    """The conditions of one template; `tested` collects the values they ask about."""

    def __init__(self, inference: Inference) -> None:
        self._infer = inference
        self.tested: list[Tested] = []

    def check(self, expr: Expr, context: Context) -> Expr:
        """Check a condition and return it desugared."""
        match expr:
            case Broken():
                return expr
            case Logic(op="not", operands=(operand,)):
                return Logic("not", (self.check(operand, context),), expr.start, expr.end)
            case Logic(op=op, operands=(left, right)):
                first = self.check(left, context)
                facts = facts_of(left, holds=op == "and")
                return Logic(op, (first, self.check(right, context.under(facts))), expr.start, expr.end)
            case Compare():
                return self._compare(expr, context)
            case Group() | Literal():
                self._infer.report("type", "this condition never changes", expr.start, expr.end)
                return Broken(expr.start, expr.end)
            case Path() | Filtered() | Apply():
                return self._truth(expr, context)
            case _:
                raise AssertionError(expr)

    def _value(self, expr: Expr, context: Context) -> Typed:
        typed = self._infer.value(expr, context)
        if typed.path is not None and typed.path[0] != "loop":
            self.tested.append(Tested(typed.path, typed.value_type, expr.start, expr.end))
        return typed

    def _truth(self, expr: Expr, context: Context) -> Expr:
        """Check a value that stands for a condition: true, not empty, or there at all."""
        typed = self._value(expr, context)
        t = typed.type
        if is_unknown(t) or is_bool(t) or is_list(t):
            return typed.expr
        if may_be_null(t) and not isinstance(t, NullType):
            return Filtered(typed.expr, Name("present", expr.end, expr.end), (), expr.start, expr.end)
        what = f"`{written(expr)}`" if isinstance(expr, Path) else shown(t)
        message = f"{what} is always there, so this condition never changes"
        self._infer.report("type", message, expr.start, expr.end, "compare it with a value")
        return Broken(expr.start, expr.end)

    def _compare(self, expr: Compare, context: Context) -> Expr:
        left = self._value(expr.left, context)
        match expr.op:
            case "==" | "!=":
                right = self._value(expr.right, context)
                self._same(left, right, expr.right)
                if isinstance(expr.left, Literal):
                    self._same(right, left, expr.left)
                return Compare(expr.op, left.expr, right.expr, expr.start, expr.end)
            case "in":
                return self._inside(expr, left, context)
            case "<" | "<=" | ">" | ">=":
                right = self._value(expr.right, context)
                self._ordered(expr, left, right)
                return Compare(expr.op, left.expr, right.expr, expr.start, expr.end)
            case _:
                assert_never(expr.op)

    def _inside(self, expr: Compare, left: Typed, context: Context) -> Expr:
        if isinstance(expr.right, Group):
            items = tuple(self._value(member, context) for member in expr.right.items)
            for typed, member in zip(items, expr.right.items, strict=True):
                self._same(left, typed, member)
            group = Group(tuple(typed.expr for typed in items), expr.right.start, expr.right.end)
            return Compare("in", left.expr, group, expr.start, expr.end)
        right = self._value(expr.right, context)
        if is_unknown(right.type):
            return Broken(expr.start, expr.end)
        if not is_list(right.type) or may_be_null(right.type):
            message = f"`in` looks into a list, not into {shown(right.type)}"
            self._infer.report("type", message, expr.right.start, expr.right.end, 'write the values: `in ("a", "b")`')
            return Broken(expr.start, expr.end)
        self._same(Typed(right.expr, item(right.type)), left, expr.left)
        return Compare("in", left.expr, right.expr, expr.start, expr.end)

    def _same(self, left: Typed, right: Typed, at: Expr) -> None:
        """Complain if the value `right`, written at `at`, can never equal `left`."""
        if is_unknown(left.type) or is_unknown(right.type) or isinstance(strip(left.type), AnyType):
            return
        if isinstance(at, Literal) and at.value is None:
            if not may_be_null(left.type):
                self._infer.report("type", f"{shown(left.type)} is never none", at.start, at.end)
            return
        if isinstance(at, Literal) and isinstance(at.value, str) and self._impossible(left.type, at.value, at):
            return
        if not _comparable(left.type, right.type):
            message = f"{shown(left.type)} and {shown(right.type)} cannot be compared"
            self._infer.report("type", message, at.start, at.end)

    def _impossible(self, t: Type, value: str, at: Expr) -> bool:
        core = strip(t)
        domain = domains.get(key(t) or "")
        if isinstance(core, EnumType):
            known = [member.name for member in core.values]
            if value in known:
                return False
            near = suggest(value, known)
            help_ = f'did you mean "{near}"?' if near else "it is one of " + ", ".join(f'"{name}"' for name in known)
            message = f'{shown(t)} is never "{value}"'
            self._infer.report("type", message, at.start, at.end, help_, near and f'"{near}"')
            return True
        reason = domain.validate(value) if domain is not None else None
        if reason is not None:
            self._infer.report("type", f'"{value}" is {reason}', at.start, at.end)
        return reason is not None

    def _ordered(self, expr: Compare, left: Typed, right: Typed) -> None:
        if is_unknown(left.type) or is_unknown(right.type):
            return
        for typed, at in ((left, expr.left), (right, expr.right)):
            if may_be_null(typed.type):
                message = f"`{expr.op}` needs a value that is there"
                self._infer.report("absent", message, at.start, at.end, "test it first: `value and value > 1`")
                return
        ordered = {"date", "past_date", "time", "date_time", "past_date_time", "month"}
        kinds = {key(left.type), key(right.type)}
        literal = isinstance(expr.left, Literal) or isinstance(expr.right, Literal)
        if is_number(left.type) and is_number(right.type):
            return
        if (kinds - {None}) <= ordered and (kinds - {None}) and (None not in kinds or literal):
            self._same(left, right, expr.right)
            return
        message = f"{shown(left.type)} and {shown(right.type)} have no order"
        self._infer.report("type", message, expr.start, expr.end, "numbers, dates and times have one")


def _comparable(left: Type, right: Type) -> bool:
    if is_number(left) and is_number(right):
        return True
    if is_bool(left) and is_bool(right):
        return True
    return is_string(left) and is_string(right)


def facts_of(expr: Expr, *, holds: bool) -> Facts:
    """Return the paths (as written) that are there, and the lists that are not empty, if `expr` holds (or fails)."""
    match expr:
        case Path():
            return frozenset({expr.path}) if holds else _NOTHING
        case Logic(op="not", operands=(operand,)):
            return facts_of(operand, holds=not holds)
        case Logic(op=op, operands=(left, right)):
            first, second = facts_of(left, holds=holds), facts_of(right, holds=holds)
            return first | second if (op == "and") == holds else first & second
        case Compare(op="==" | "!=" as op, left=Path() as left, right=Literal(value=value)):
            there = (op == "==") == holds if value is not None else (op == "!=") == holds
            return frozenset({left.path}) if there else _NOTHING
        case Compare(op="in", left=left, right=right) if holds:
            found = [side.path for side in (left, right) if isinstance(side, Path)]
            return frozenset(found)
        case Compare(op=">" | ">=", left=Filtered(value=Path() as value, name=Name(text="length")), right=Literal()):
            return frozenset({value.path}) if holds and _at_least_one(expr) else _NOTHING
        case _:
            return _NOTHING


def _at_least_one(expr: Compare) -> bool:
    value = expr.right.value if isinstance(expr.right, Literal) else None
    return isinstance(value, int) and (value >= 1 or (expr.op == ">" and value >= 0))
