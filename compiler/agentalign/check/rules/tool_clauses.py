"""What a tool says beside its simulation: `ask`, `require`, `result`."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.model import (
    FromAccount,
    FromAsk,
    FromOperation,
    FromPort,
    Implementation,
    LeftOut,
    ParamSource,
)
from agentalign.check.operations import title
from agentalign.check.propositions import Translator, Value, satisfiable
from agentalign.check.recode import recoded
from agentalign.check.rules.tool_sources import param_scope
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import FunctionRef, ServiceResult, ToolParam
from agentalign.check.templating import NO_FUNCTIONS, check_wording
from agentalign.syntax import nodes as n
from agentalign.types import (
    BoolType,
    EnumType,
    Field,
    IntType,
    PoisonType,
    RecordType,
    Type,
    assignable,
    describe,
    is_nullable,
    size,
    strip,
)

_CHOICES = 64
_DOMAIN_CHOICES = 1 << 20


def check_asks(ctx: Context, tool: n.ToolDecl) -> None:
    """The phrase of an asked-for parameter says its value, and the values can be listed."""
    for param in tool.params:
        if param.ask is None:
            continue
        own = ctx.tables.types.get(param, PoisonType())
        binding = Binding(own, ToolParam(param), param)
        said = check_wording(ctx, param.ask, Scope(names={param.name.text: binding}), functions=NO_FUNCTIONS)
        if param.name.text not in said.names and not said.errors:
            ctx.report(
                "E0312",
                param.ask,
                f"this phrase does not say what `{param.name.text}` is",
                help=f"mention it: `{{{{ {param.name.text} }}}}`",
            )
        if not _listable(own):
            ctx.report(
                "E0312",
                param.type,
                f"{describe(own)} has too many values, or none, to choose from",
                f"`{param.name.text}` is asked for",
                help="ask for an enum, a bool, a small range of numbers, or a value of a domain",
            )


def _listable(t: Type) -> bool:
    core = strip(t)
    if isinstance(core, IntType):
        return core.min is not None and core.max is not None and core.max - core.min < _CHOICES
    return isinstance(core, PoisonType) or 0 < size(t) <= _DOMAIN_CHOICES


# ----------------------------------------------------------------------------------------------------------- require


def check_requirements(ctx: Context, tool: n.ToolDecl) -> None:
    """`require p when COND`: p is optional, and COND is over enums and bools and can hold."""
    scope = param_scope(ctx, tool)
    params = {param.name.text: param for param in tool.params}
    for require in tool.requires:
        param = params.get(require.param.text)
        if param is None:
            message = f"`{tool.name.text}` has no parameter `{require.param.text}`"
            ctx.unknown(require.param, "parameter", params, message=message)
        elif not param.optional:
            ctx.report(
                "E0306",
                require.param,
                f"`{param.name.text}` is always required",
                secondary=[ctx.label(param, "declared here", param.name)],
                help=f"make it optional (`{param.name.text}?`), or remove the requirement",
            )
        before = len(ctx.tables.diagnostics)
        ex.holds(ctx, require.when, scope)
        if len(ctx.tables.diagnostics) == before:
            _check_condition(ctx, require)


def _check_condition(ctx: Context, require: n.Require) -> None:
    for part in _atoms(require.when):
        if not _expressible(ctx, part):
            ctx.report(
                "E0306",
                part,
                "a requirement tests enum and bool parameters only",
                help="use `==`, `in [...]`, `and`, `or` and `not`: the condition becomes part of the JSON Schema",
            )
            return
    translator = Translator(ctx.tables.refs, ctx.tables.of, ctx.tables.types)
    formula = translator.formula(require.when)
    if satisfiable([formula], [], translator.domains) is None:
        ctx.report("E0306", require.when, "this condition can never hold", help="remove the requirement")


def _atoms(condition: n.Expr) -> Iterator[n.Expr]:
    match condition:
        case n.Binary(left=left, operator="and" | "or", right=right):
            yield from _atoms(left)
            yield from _atoms(right)
        case n.Unary(operator="not", operand=operand):
            yield from _atoms(operand)
        case _:
            yield condition


def _expressible(ctx: Context, atom: n.Expr) -> bool:
    match atom:
        case n.Reference():
            return _is_finite(ctx, atom)
        case n.Binary(left=n.Reference() as left, operator="==" | "!=", right=n.StringLit() | n.BoolLit()):
            return _is_finite(ctx, left)
        case n.Binary(left=n.Reference() as left, operator="in" | "not in", right=n.ListLit(items=items)):
            return _is_finite(ctx, left) and all(isinstance(item, n.StringLit | n.BoolLit) for item in items)
        case _:
            return False


def _is_finite(ctx: Context, reference: n.Reference) -> bool:
    return isinstance(strip(ctx.tables.of.get(reference, PoisonType())), EnumType | BoolType)


# ------------------------------------------------------------------------------------------------------------ result


def check_result(ctx: Context, tool: n.ToolDecl) -> None:
    """The tool's result, mapped by `result`, is what each operation promises."""
    info = ctx.tables.tools[tool]
    if tool.result is None:
        for implementation in info.implementations:
            _check_identity(ctx, tool, implementation, info.returns)
        return
    for implementation in info.implementations:
        promised = ctx.tables.types.get(implementation.target.operation, PoisonType())
        returns = narrowed_returns(ctx, tool, implementation, info.returns)
        binding = Binding(returns, ServiceResult(tool), tool.returns)
        scope = param_scope(ctx, tool).bind("it", binding, given_params(implementation))
        branch = branch_for(ctx, tool, implementation, tool.result)
        label = ctx.label(
            implementation.target.operation, f"`{title(implementation.target)}` promises this", _result(implementation)
        )
        with recoded(ctx, {"E0201"}, "E0305", branch):
            ex.fits(ctx, branch, scope, promised, (label,))


def _result(implementation: Implementation) -> n.Node:
    return implementation.target.operation.result


def _check_identity(ctx: Context, tool: n.ToolDecl, implementation: Implementation, returns: Type) -> None:
    target = implementation.target
    promised = ctx.tables.types.get(target.operation, PoisonType())
    reason = assignable(returns, promised)
    if reason is None:
        return
    ctx.report(
        "E0305",
        tool.returns or tool.name,
        f"`{tool.name.text}` returns {describe(returns)}, and `{title(target)}` promises {describe(promised)}",
        secondary=[ctx.label(target.operation, "promised here", target.operation.result)],
        help="make one of the other: `result ...`, with `it` for what the tool returns",
    )


def branch_for(ctx: Context, tool: n.ToolDecl, implementation: Implementation, expression: n.Expr) -> n.Expr:
    """What `if action == "clone" then … else …` comes to for one operation."""
    while isinstance(expression, n.Conditional):
        ex.holds(ctx, expression.test, param_scope(ctx, tool).bind("it", Binding(PoisonType(), ServiceResult(tool))))
        translator = Translator(ctx.tables.refs, ctx.tables.of, ctx.tables.types)
        formula = translator.formula(expression.test)
        domains = _domains(translator, implementation)
        if satisfiable([formula], [], domains) is None:
            expression = expression.otherwise
        elif satisfiable([], [formula], domains) is None:
            expression = expression.then
        else:
            return expression
    return expression


def _domains(translator: Translator, implementation: Implementation) -> dict[str, tuple[Value, ...]]:
    """The values that the parameters can have in a call for this operation."""
    domains = dict(translator.domains)
    for param, source in implementation.sources.items():
        variable = f"${param.name.text}"
        if isinstance(source, FromOperation) and variable in domains:
            domains[variable] = (source.value,)
        elif not isinstance(source, LeftOut) and not _unsaid(source):
            if variable in domains:
                domains[variable] = tuple(value for value in domains[variable] if value is not None)
            domains.update({f"({param.name.text} == null)": (False,)})
        elif isinstance(source, LeftOut):
            if variable in domains:
                domains[variable] = (None,)
            domains.update({f"({param.name.text} == null)": (True,)})
    return domains


def _unsaid(source: ParamSource) -> bool:
    """Whether the parameter may be missing from a call even so."""
    match source:
        case FromAsk(unsaid):
            return unsaid
        case FromPort(port):
            return isinstance(port.type, n.NullableTypeExpr)
        case FromAccount(field):
            return field.optional
        case _:
            return False


def given_params(implementation: Implementation) -> frozenset[str]:
    """The parameters that are in every call for this operation."""
    return frozenset(
        param.name.text
        for param, source in implementation.sources.items()
        if not isinstance(source, LeftOut) and not _unsaid(source)
    )


def narrowed_returns(ctx: Context, tool: n.ToolDecl, implementation: Implementation, returns: Type) -> Type:
    """The result as one operation gives it: fields that all its rules fill in are there."""
    core = strip(returns)
    if not isinstance(core, RecordType) or len(ctx.tables.tools[tool].implementations) == 1:
        return returns
    filled: set[str] | None = None
    for rule in _rules_for(ctx, tool, implementation):
        names = _filled(ctx, rule.action)
        if names is not None:
            filled = names if filled is None else filled & names
    return RecordType(core.name, tuple(_there(field, filled or set()) for field in core.fields))


def _rules_for(ctx: Context, tool: n.ToolDecl, implementation: Implementation) -> Iterator[n.Rule]:
    """The rules that a call for this operation may come to."""
    translator = Translator(ctx.tables.refs, ctx.tables.of, ctx.tables.types)
    formulas = [None if rule.when is None else translator.formula(rule.when) for rule in tool.rules]
    domains = _domains(translator, implementation)
    for index, rule in enumerate(tool.rules):
        formula = formulas[index]
        earlier = [other for other in formulas[:index] if other is not None]
        if None in formulas[:index]:
            return
        if satisfiable([] if formula is None else [formula], earlier, domains) is not None:
            yield rule


def _there(field: Field, filled: set[str]) -> Field:
    if field.name not in filled or not field.optional or is_nullable(field.type):
        return field
    return Field(field.name, field.type, False, field.doc, field.face)


def _filled(ctx: Context, action: n.Action) -> set[str] | None:
    """The fields an action's result is given explicitly; None where there is no result."""
    match action:
        case n.Fail():
            return None
        case n.Block(result=result):
            return _filled(ctx, result)
        case n.RecordLit(body=body) | n.Insert(body=body):
            return {assign.name.text for assign in body.assigns}
        case n.RecordBody(assigns=assigns):
            return {assign.name.text for assign in assigns}
        case n.Call() if isinstance(target := ctx.tables.refs.get(action), FunctionRef):
            each = [_filled(ctx, rule.action) or set() for rule in target.function.rules]
            return set.intersection(*each) if each else set()
        case _:
            return set()
