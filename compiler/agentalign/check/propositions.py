"""Conditions as propositions: which of several can hold together, which leave nothing over.

Enum and bool parameters become variables with their values; every other test becomes a true-or-false variable, named by
its text so that equal tests are one variable. What follows from the meaning of such a test is not known, so an answer
"cannot hold" is certain, and "can hold" means only that nothing here rules it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from agentalign.check.scope import key
from agentalign.check.targets import Target, ToolParam
from agentalign.dataclasses import dataclass
from agentalign.syntax import nodes as n
from agentalign.types import BoolType, EnumType, NullableType, Type, strip

Value: TypeAlias = "str | bool | None"


@dataclass(frozen=True, slots=True)
class Among:
    """A variable has one of some values."""

    variable: str
    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    inner: Formula


@dataclass(frozen=True, slots=True)
class Both:
    """Conjunction (or, with `all_` false, disjunction) of two."""

    left: Formula
    right: Formula
    all_: bool


Formula: TypeAlias = Among | Not | Both

_TRUTH: Final[tuple[Value, ...]] = (True, False)
_FLIPPED: Final = {"<": ">", ">=": ">", "<=": ">"}
_STEPS: Final = 20_000


class Translator:
    """Turns conditions into formulas and remembers the domain of each variable."""

    def __init__(self, refs: Mapping[n.Node, Target], of: Mapping[n.Node, Type], types: Mapping[n.Node, Type]) -> None:
        """Work on checked conditions: what words refer to, types of expressions, types of declarations."""
        self.refs = refs
        self.of = of
        self.types = types
        self.domains: dict[str, tuple[Value, ...]] = {}

    def formula(self, condition: n.Expr) -> Formula:
        """The formula of a condition."""
        match condition:
            case n.Unary(operator="not", operand=operand):
                return Not(self.formula(operand))
            case n.Binary(left=left, operator="and" | "or" as operator, right=right):
                return Both(self.formula(left), self.formula(right), operator == "and")
            case n.Binary(left=left, operator="!=", right=right):
                return Not(self._equals(left, right))
            case n.Binary(left=left, operator="==", right=right):
                return self._equals(left, right)
            case n.Binary(left=left, operator="not in", right=right):
                return Not(self._among(left, right))
            case n.Binary(left=left, operator="in", right=right):
                return self._among(left, right)
            case n.Binary(left=left, operator="<", right=right):
                return self._opaque(f"({spell(right)} > {spell(left)})")
            case n.Binary(left=left, operator=">=", right=right):
                return Not(self._opaque(f"({spell(right)} > {spell(left)})"))
            case n.Binary(left=left, operator="<=", right=right):
                return Not(self._opaque(f"({spell(left)} > {spell(right)})"))
            case n.BoolLit(value=truth):
                return Among("", frozenset({None} if truth else ()))
            case _:
                return self._bare(condition)

    def _bare(self, condition: n.Expr) -> Formula:
        """A bool, or a nullable that counts as "is not null"."""
        variable = self._finite(condition)
        found = self.of.get(condition)
        if variable is not None and found is not None and isinstance(strip(found), BoolType):
            return Among(variable, frozenset({True}))
        if isinstance(found, NullableType):
            return Not(self._null(condition))
        return self._opaque(spell(condition))

    def _equals(self, left: n.Expr, right: n.Expr) -> Formula:
        for side, other in ((left, right), (right, left)):
            if isinstance(other, n.NullLit):
                return self._null(side)
            variable = self._finite(side)
            if variable is not None and isinstance(other, n.StringLit | n.BoolLit):
                return Among(variable, frozenset({other.value}))
        first, second = sorted((spell(left), spell(right)))
        return self._opaque(f"({first} == {second})")

    def _among(self, left: n.Expr, right: n.Expr) -> Formula:
        variable = self._finite(left)
        if variable is not None and isinstance(right, n.ListLit):
            values = [item.value for item in right.items if isinstance(item, n.StringLit | n.BoolLit)]
            if len(values) == len(right.items):
                return Among(variable, frozenset(values))
        return self._opaque(f"({spell(left)} in {spell(right)})")

    def _null(self, side: n.Expr) -> Formula:
        variable = self._finite(side)
        return self._opaque(f"({spell(side)} == null)") if variable is None else Among(variable, frozenset({None}))

    def _finite(self, expression: n.Expr) -> str | None:
        """The variable of an enum or bool parameter, unless it has too many values."""
        target = self.refs.get(expression)
        if not isinstance(target, ToolParam) or not isinstance(expression, n.Reference):
            return None
        name = f"${expression.name}"
        if name not in self.domains:
            values = self._values(expression, target.decl)
            if values is None:
                return None
            self.domains[name] = values
        return name

    def _values(self, expression: n.Expr, parameter: n.ParamDecl) -> tuple[Value, ...] | None:
        # The parameter's own type decides, not what is known of it here: absence stays one of the values.
        declared = self.types.get(parameter) or self.of[expression]
        core = strip(declared)
        values: tuple[Value, ...]
        match core:
            case EnumType(values=members) if len(members) <= 64:
                values = tuple(member.name for member in members)
            case BoolType():
                values = _TRUTH
            case _:
                return None
        absent = isinstance(declared, NullableType) or (parameter.optional and parameter.default is None)
        return (*values, None) if absent else values

    def _opaque(self, text: str) -> Formula:
        self.domains.setdefault(text, _TRUTH)
        return Among(text, frozenset({True}))


def spell(expression: n.Expr) -> str:
    """A text that equal expressions share."""
    known = key(expression)
    if known is not None:
        return known
    match expression:
        case n.Binary(left=left, operator=operator, right=right):
            return f"({spell(left)} {operator} {spell(right)})"
        case n.Unary(operator=operator, operand=operand):
            return f"({operator} {spell(operand)})"
        case n.Call(callee=callee, arguments=arguments):
            listed = ", ".join(
                f"{'' if argument.name is None else f'{argument.name.text}: '}{spell(argument.value)}"
                for argument in arguments
            )
            return f"{spell(callee)}({listed})"
        case n.NullLit():
            return "null"
        case n.BoolLit(value=truth):
            return str(truth)
        case n.ListLit(items=items):
            return f"[{', '.join(map(spell, items))}]"
        case n.Selection(selector=selector, source=source, where=where):
            return f"{selector.text} of {spell(source)} where {'' if where is None else spell(where)}"
        case _:
            return f"<{type(expression).__name__} at {expression.span.start}>"


def satisfiable(
    true: Iterable[Formula], false: Iterable[Formula], domains: Mapping[str, tuple[Value, ...]]
) -> dict[str, Value] | None:
    """Values of the variables that make the first formulas true and the others false, or None if there are none.

    Depth-first with three-valued evaluation. When the search grows beyond reason the answer is "yes" (an empty choice):
    a mistake may go unnoticed then, but none is made up.
    """
    wanted = [(formula, True) for formula in true] + [(formula, False) for formula in false]
    return _search(wanted, {}, domains, [0])


def _search(
    wanted: list[tuple[Formula, bool]],
    chosen: dict[str, Value],
    domains: Mapping[str, tuple[Value, ...]],
    work: list[int],
) -> dict[str, Value] | None:
    work[0] += 1
    if work[0] > _STEPS:
        return {}
    variable = None
    for formula, truth in wanted:
        found, open_ = evaluate(formula, chosen)
        if found is None:
            variable = variable or open_
        elif found != truth:
            return None
    if variable is None:
        return dict(chosen)
    for value in domains.get(variable, (None,)):
        result = _search(wanted, {**chosen, variable: value}, domains, work)
        if result is not None:
            return result
    return None


def evaluate(formula: Formula, chosen: Mapping[str, Value]) -> tuple[bool | None, str | None]:
    """The truth of a formula under a partial choice; where it is open, also a variable that it depends on."""
    match formula:
        case Among(variable, values):
            if variable in chosen:
                return chosen[variable] in values, None
            return (bool(values), None) if not variable else (None, variable)
        case Not(inner):
            found, open_ = evaluate(inner, chosen)
            return (None if found is None else not found), open_
        case Both(left, right, all_):
            first, open_ = evaluate(left, chosen)
            if first is not None and first is not all_:
                return first, None
            second, other = evaluate(right, chosen)
            if second is not None and second is not all_:
                return second, None
            return (all_, None) if first is not None and second is not None else (None, open_ or other)
