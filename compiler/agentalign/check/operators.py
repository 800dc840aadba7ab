"""Typing of operators: arithmetic with its ranges, comparisons, membership."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agentalign.check import expressions as ex
from agentalign.check import places
from agentalign.check.context import Context
from agentalign.check.functions import is_text
from agentalign.check.literals import check_literal, exact, is_literal
from agentalign.check.scope import Scope, key
from agentalign.check.shown import show
from agentalign.check.targets import TableRef
from agentalign.diagnostics import Label
from agentalign.syntax import nodes as n
from agentalign.types import (
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    Type,
    assignable,
    field,
    is_nullable,
    strip,
)

_ORDERED_DOMAINS = frozenset({"date", "past_date", "date_time", "past_date_time", "time"})


def number_type(literal: n.NumberLit) -> Type:
    """A number's own type: just itself."""
    value = exact(literal)
    return IntType(value, value) if isinstance(value, int) else DecimalType(value, value)


def infer_minus(ctx: Context, expression: n.Unary, scope: Scope) -> Type:
    """`-x`."""
    found = strip(_present(ctx, expression.operand, scope))
    match found:
        case IntType(min=low, max=high):
            return IntType(None if high is None else -high, None if low is None else -low)
        case DecimalType(min=low_, max=high_, places=places):
            return DecimalType(None if high_ is None else -high_, None if low_ is None else -low_, places)
        case PoisonType():
            return found
        case _:
            ctx.report("E0216", expression.operand, f"only numbers have a sign, and this is {show(found)}")
            return PoisonType()


def infer_binary(ctx: Context, expression: n.Binary, scope: Scope) -> Type:
    """Any operator but `and`, `or`."""
    match expression.operator:
        case "+" | "-" | "*" | "/":
            return _arithmetic(ctx, expression, scope)
        case "in" | "not in":
            _membership(ctx, expression, scope)
        case "==" | "!=":
            _equality(ctx, expression, scope)
            _check_itself(ctx, expression, scope)
        case _:
            _order(ctx, expression, scope)
            _check_itself(ctx, expression, scope)
    return BoolType()


def _check_itself(ctx: Context, expression: n.Binary, scope: Scope) -> None:
    """A comparison of something with itself; usually one of the two words was meant to be something outside the row."""
    name = key(expression.left)
    if name is None or name != key(expression.right):
        return
    word = name.partition(".")[0]
    hidden = word in scope.row and word in scope.names
    ctx.report(
        "E0224",
        expression,
        f"this compares `{name}` with itself",
        f"`{word}` is the row's field here" if hidden else "",
        help=f"for the other `{word}`, give it another name before: `let wanted = {name}`"
        if hidden
        else "compare it with something else, or remove the test",
    )


def _present(ctx: Context, expression: n.Expr, scope: Scope) -> Type:
    """The type of an operand that must not be null."""
    found = ex.infer(ctx, expression, scope)
    if not isinstance(found, NullableType | NullType):
        return found
    help_ = ex.unguarded(expression, scope)
    ctx.report("E0217", expression, "this may be null here", "may be null", help=help_)
    return PoisonType()


def _arithmetic(ctx: Context, expression: n.Binary, scope: Scope) -> Type:
    left, right = _present(ctx, expression.left, scope), _present(ctx, expression.right, scope)
    first, second = strip(left), strip(right)
    match first, second:
        case (PoisonType(), _) | (_, PoisonType()):
            return PoisonType()
        case (IntType() | DecimalType(), IntType() | DecimalType()):
            return _calculated(expression.operator, first, second)
        case (ListType(), ListType()) if expression.operator == "+":
            return _concatenated(ctx, expression, first, second)
        case _ if expression.operator == "+" and is_text(first) and is_text(second):
            return StringType()
        case _:
            what = "numbers, strings and lists are added" if expression.operator == "+" else "only numbers calculate"
            _mismatch(ctx, expression, f"{what}: not {show(left)} and {show(right)}", left, right)
            return PoisonType()


def _mismatch(ctx: Context, expression: n.Binary, message: str, left: Type, right: Type) -> None:
    ctx.report(
        "E0216",
        expression.right,
        message,
        f"this is {show(right)}",
        secondary=[Label(ctx.at(expression.left), f"this is {show(left)}")],
    )


def _concatenated(ctx: Context, expression: n.Binary, first: ListType, second: ListType) -> Type:
    item = ex.join_types(first.item, second.item)
    if item is None:
        _mismatch(ctx, expression, "the lists hold different things", first, second)
        return PoisonType()
    most = None if first.max is None or second.max is None else first.max + second.max
    return ListType(item, first.min + second.min, most)


def _calculated(operator: str, first: IntType | DecimalType, second: IntType | DecimalType) -> Type:
    low, high = _range(operator, first, second)
    if operator != "/" and isinstance(first, IntType) and isinstance(second, IntType):
        return IntType(None if low is None else int(low), None if high is None else int(high))
    places = max(t.places if isinstance(t, DecimalType) else 0 for t in (first, second))
    return DecimalType(low, high, places or 2)


def _range(
    operator: str, first: IntType | DecimalType, second: IntType | DecimalType
) -> tuple[Decimal | None, Decimal | None]:
    """Interval arithmetic; an end that is open stays open."""
    a, b, c, d = (None if end is None else Decimal(end) for end in (first.min, first.max, second.min, second.max))
    match operator:
        case "+":
            return _both(a, c, Decimal.__add__), _both(b, d, Decimal.__add__)
        case "-":
            return _both(a, d, Decimal.__sub__), _both(b, c, Decimal.__sub__)
        case "*" if a is not None and b is not None and c is not None and d is not None:
            products = (a * c, a * d, b * c, b * d)
            return min(products), max(products)
        case "*" if a is not None and c is not None and a >= 0 and c >= 0:
            return a * c, None
        case _:
            return None, None


def _both(
    left: Decimal | None, right: Decimal | None, combine: Callable[[Decimal, Decimal], Decimal]
) -> Decimal | None:
    return None if left is None or right is None else combine(left, right)


def joined_numbers(left: IntType | DecimalType, right: IntType | DecimalType) -> Type:
    """The numbers of both."""
    lows = [None if t.min is None else Decimal(t.min) for t in (left, right)]
    highs = [None if t.max is None else Decimal(t.max) for t in (left, right)]
    low = None if None in lows else min(bound for bound in lows if bound is not None)
    high = None if None in highs else max(bound for bound in highs if bound is not None)
    if isinstance(left, IntType) and isinstance(right, IntType):
        return IntType(None if low is None else int(low), None if high is None else int(high))
    return DecimalType(low, high, max(t.places for t in (left, right) if isinstance(t, DecimalType)))


def loosely_fits(expression: n.Expr, found: Type, expected: Type) -> bool:
    """Whether a calculated number may go where bounds are set: its own bounds are seldom provable.

    What lies outside when the case is simulated is an error then; what can never fit is one now, and so is what a draw
    between two bounds that are written out may give.
    """
    calculated = isinstance(expression, n.Call) or (
        isinstance(expression, n.Binary) and expression.operator in {"+", "-", "*", "/"}
    )
    if not calculated or isinstance(found, NullableType) or _reached(expression):
        return False
    return overlapping(found, expected)


def _reached(expression: n.Expr) -> bool:
    """Whether the bounds of a number's type are numbers that it can be: it is a draw, or made of several."""
    match expression:
        case n.Call(
            callee=n.Member(value=n.Reference(name="new"), name=n.Name(text="int" | "decimal")), arguments=arguments
        ):
            return all(is_literal(argument.value) for argument in arguments)
        case n.Binary(operator="+" | "-" | "*", left=left, right=right):
            return _reached(left) and _reached(right)
        case _:
            return is_literal(expression)


def overlapping(found: Type, expected: Type) -> bool:
    """Whether some numbers of one type are also of the other, a whole number counting as any."""
    core, wanted = strip(found), strip(expected)
    if not isinstance(core, IntType | DecimalType) or not isinstance(wanted, IntType | DecimalType):
        return False
    match core, wanted:
        case (IntType(), _) | (_, DecimalType()):
            below = core.max is not None and wanted.min is not None and core.max < wanted.min
            above = core.min is not None and wanted.max is not None and core.min > wanted.max
            return not below and not above and not isinstance(expected, BrandedType)
        case _:
            return False


def _equality(ctx: Context, expression: n.Binary, scope: Scope) -> None:
    for side, other in ((expression.left, expression.right), (expression.right, expression.left)):
        if is_literal(side) and not is_literal(other):
            found = ex.infer(ctx, other, scope)
            ctx.tables.of[side] = found
            _compared_with(ctx, side, other, found)
            return
    left, right = ex.infer(ctx, expression.left, scope), ex.infer(ctx, expression.right, scope)
    if not comparable(left, right):
        message = f"{show(left)} and {show(right)} are never equal"
        _mismatch(ctx, expression, message, left, right)


def _compared_with(ctx: Context, literal: n.Expr, other: n.Expr, found: Type) -> None:
    """A comparison with a constant: the constant must be possible."""
    core = strip(found)
    if isinstance(literal, n.NullLit):
        if not is_nullable(found):
            ctx.report(
                "E0216",
                literal,
                f"{show(found)} is never null",
                secondary=[Label(ctx.at(other), f"this is {show(found)}")],
                help="remove the test",
            )
    elif isinstance(core, EnumType | BoolType | DomainType | RecordType | ListType):
        check_literal(ctx, literal, core, (Label(ctx.at(other), f"this is {show(found)}"),))
    elif not isinstance(core, PoisonType) and not comparable(_kind(literal), core):
        ctx.report(
            "E0216",
            literal,
            f"{show(found)} is never equal to this",
            secondary=[Label(ctx.at(other), f"this is {show(found)}")],
        )


def _kind(literal: n.Expr) -> Type:
    match literal:
        case n.StringLit():
            return StringType()
        case n.BoolLit():
            return BoolType()
        case _:
            return DecimalType()


def comparable(left: Type, right: Type) -> bool:
    """Whether values of the two types can be equal."""
    first, second = strip(left), strip(right)
    if isinstance(first, IntType | DecimalType) and isinstance(second, IntType | DecimalType):
        return True
    if isinstance(left, NullType) or isinstance(right, NullType):
        return is_nullable(left) and is_nullable(right)
    plain = (StringType, EnumType)
    if (isinstance(first, plain) and is_text(second)) or (isinstance(second, plain) and is_text(first)):
        return True
    return assignable(first, second) is None or assignable(second, first) is None


def _order(ctx: Context, expression: n.Binary, scope: Scope) -> None:
    left, right = _present(ctx, expression.left, scope), _present(ctx, expression.right, scope)
    first, second = strip(left), strip(right)
    if isinstance(first, PoisonType) or isinstance(second, PoisonType):
        return
    if isinstance(first, IntType | DecimalType) and isinstance(second, IntType | DecimalType):
        return
    if isinstance(first, DomainType) and isinstance(second, DomainType | EnumType):
        if isinstance(second, EnumType) and is_literal(expression.right):
            check_literal(ctx, expression.right, first)
            second = first
        if first.domain in _ORDERED_DOMAINS and isinstance(second, DomainType) and first.domain == second.domain:
            return
    message = f"{show(left)} and {show(right)} have no order"
    _mismatch(ctx, expression, message, left, right)


def _membership(ctx: Context, expression: n.Binary, scope: Scope) -> None:
    left, right = expression.left, expression.right
    if isinstance(right, n.ListLit):
        item = _present(ctx, left, scope)
        ctx.tables.of[right] = ListType(item, len(right.items), len(right.items))
        for value in right.items:
            _member(ctx, value, left, item, scope)
        return
    whole = ex.infer(ctx, right, scope)
    target = ctx.tables.refs.get(right)
    if isinstance(target, TableRef):
        wanted = places.key_type(ctx, target.table)
        found = _present(ctx, left, scope)
        if not comparable(found, wanted):
            label = ctx.label(target.table, f"its key is {show(wanted)}", target.table.key)
            ctx.report("E0216", left, f"{show(found)} is never a key of this table", secondary=[label])
        return
    found, core = _present(ctx, left, scope), strip(whole)
    if isinstance(whole, NullableType):
        ctx.report("E0217", right, "this may be null here", "may be null", help=ex.unguarded(right, scope))
    elif isinstance(core, ListType):
        if not comparable(found, core.item):
            _mismatch(ctx, expression, f"{show(found)} is never in {show(whole)}", found, whole)
    elif not isinstance(core, PoisonType) and not (is_text(core) and is_text(strip(found))):
        _mismatch(ctx, expression, "`in` looks into a list, a table or a string", found, whole)


def _member(ctx: Context, value: n.Expr, left: n.Expr, item: Type, scope: Scope) -> None:
    if is_literal(value):
        ctx.tables.of[value] = item
        _compared_with(ctx, value, left, item)
        return
    found = ex.infer(ctx, value, scope)
    if not comparable(found, item):
        ctx.report("E0216", value, f"{show(item)} is never equal to {show(found)}")


def field_type(t: Type, name: str) -> Type:
    """The type of a field, poison where there is none."""
    found = field(t, name)
    return PoisonType() if found is None else found.type
