"""How a tool behaves: its rules cover every call, each can be reached, and each gives what the tool returns."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.effects import enter_block, infer_effect
from agentalign.check.flow import facts
from agentalign.check.model import ToolInfo
from agentalign.check.operations import title
from agentalign.check.propositions import Among, Formula, Translator, Value, satisfiable
from agentalign.check.recode import recoded
from agentalign.check.rules.capabilities import BUILTIN_CODES
from agentalign.check.rules.tool_sources import param_scope
from agentalign.check.scope import Scope
from agentalign.check.targets import PlatformRef
from agentalign.dataclasses import replace
from agentalign.diagnostics import Label
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.types import ListType, PoisonType, Type, assignable, describe, strip


def check_simulation(ctx: Context, tool: n.ToolDecl) -> None:
    """All about `simulate { ... }`."""
    info = ctx.tables.tools[tool]
    if not tool.rules:
        message = f"`{tool.name.text}` does not say how it behaves"
        ctx.report("E0401", tool.name, message, help="add `simulate { otherwise => ... }`")
        return
    scope = replace(param_scope(ctx, tool), world=True, account=True, clock=True, new=True, functions=True)
    reading: dict[n.TableDecl, None] = {}
    visited: list[tuple[n.Node, n.TableDecl]] = []
    ctx.tables.reading, ctx.tables.visited = reading, visited
    before = len(ctx.tables.diagnostics)
    for action, inner in taken(ctx, tool.rules, scope):
        check_action(ctx, action, inner, info)
    ctx.tables.reading = ctx.tables.visited = None
    check_coverage(ctx, tool, sound=len(ctx.tables.diagnostics) == before and ctx.sound(tool))
    _check_partitions(ctx, tool, visited)
    codes = tuple(dict.fromkeys(rule.action.code.value for rule in tool.rules if isinstance(rule.action, n.Fail)))
    ctx.tables.tools[tool] = replace(info, reads=tuple(reading), least=_least(ctx, tool), codes=codes)


def taken(ctx: Context, rules: tuple[n.Rule, ...], scope: Scope) -> Iterator[tuple[n.Action, Scope]]:
    """Check the conditions of rules; yields each rule's action with what is known where it is taken."""
    for rule in rules:
        inner = scope
        if rule.when is not None:
            ex.holds(ctx, rule.when, scope)
            inner = scope.knowing(facts(rule.when, holds=True))
            scope = scope.knowing(facts(rule.when, holds=False))
        yield rule.action, inner


def check_action(ctx: Context, action: n.Action, scope: Scope, info: ToolInfo) -> None:
    """One rule's action."""
    match action:
        case n.Fail():
            _check_fail(ctx, action, scope, info)
        case n.Block():
            inner = enter_block(ctx, action, scope)
            check_action(ctx, action.result, inner, info)
        case n.Insert() | n.Update() | n.Delete() | n.Invent():
            found = infer_effect(ctx, action, scope)
            _check_effect(ctx, action, found, info)
        case _:
            with recoded(ctx, {"E0201", "E0213"}, "E0403", action):
                ex.fits(ctx, action, scope, info.returns, _promise(ctx, info))


def _promise(ctx: Context, info: ToolInfo) -> tuple[Label, ...]:
    if not info.implementations:
        return ()
    tool = info.implementations[0].tool
    if tool.returns is not None:
        return (ctx.label(tool, "declared here", tool.returns),)
    operation = info.implementations[0].target.operation
    return (ctx.label(operation, "the capability's result", operation.result),)


def _check_effect(ctx: Context, action: n.Effect, found: Type, info: ToolInfo) -> None:
    reason = assignable(found, info.returns)
    if reason is not None:
        ctx.report(
            "E0403",
            action,
            f"this gives {describe(found)}, and the tool returns {describe(info.returns)}",
            secondary=_promise(ctx, info),
            notes=() if "is not a" in reason else (reason,),
            help="use a block, and `return` something else",
        )


def _check_fail(ctx: Context, action: n.Fail, scope: Scope, info: ToolInfo) -> None:
    seen: dict[str, n.Assign] = {}
    for detail in action.details:
        ex.infer(ctx, detail.value, scope)
        first = seen.setdefault(detail.name.text, detail)
        if first is not detail:
            secondary = [Label(ctx.at(first.name), "first given here")]
            ctx.report(
                "E0205", detail.name, f"`{detail.name.text}` is given twice", secondary=secondary, help="remove one"
            )
    targets = [implementation.target for implementation in info.implementations]
    declared = [name.text for target in targets for name in target.operation.fails]
    code = action.code.value
    if code in declared or code in BUILTIN_CODES or not targets:
        return
    place = targets[0].operation.fails[-1] if targets[0].operation.fails else targets[0].operation.result
    word = n.Name(Span(action.code.span.start + 1, action.code.span.end - 1), code)
    ctx.unknown(
        word,
        "error",
        (*declared, *BUILTIN_CODES),
        code="E0406",
        message=f'`{title(targets[0])}` does not declare the error "{code}"',
        secondary=[
            ctx.label(targets[0].operation, f"add `{'' if targets[0].operation.fails else 'fails '}{code}` here", place)
        ],
    )


# ---------------------------------------------------------------------------------------------------------- coverage


def check_coverage(ctx: Context, tool: n.ToolDecl | n.FunctionDecl, *, sound: bool) -> None:
    """No call falls through, no rule is out of reach. Without `sound` types only the plain cases are judged."""
    translator = Translator(ctx.tables.refs, ctx.tables.of, ctx.tables.types)
    earlier: list[tuple[n.Rule, Formula]] = []
    for rule in tool.rules:
        last = earlier[-1] if earlier else None
        if last is not None and last[0].when is None:
            _unreachable(ctx, rule, last[0], "`otherwise` already takes every call")
            continue
        formula = None if rule.when is None else translator.formula(rule.when)
        if sound and not _reachable(formula, earlier, translator):
            _explain_unreachable(ctx, rule, formula, earlier, translator)
        earlier.append((rule, _always() if formula is None else formula))
    if all(rule.when is not None for rule in tool.rules):
        left = satisfiable([], [formula for _, formula in earlier], translator.domains)
        if left is not None:
            _falls_through(ctx, tool, left)


def _always() -> Formula:
    return Among("", frozenset({None}))


def _reachable(formula: Formula | None, earlier: list[tuple[n.Rule, Formula]], translator: Translator) -> bool:
    wanted = [] if formula is None else [formula]
    return satisfiable(wanted, [other for _, other in earlier], translator.domains) is not None


def _explain_unreachable(
    ctx: Context,
    rule: n.Rule,
    formula: Formula | None,
    earlier: list[tuple[n.Rule, Formula]],
    translator: Translator,
) -> None:
    wanted = [] if formula is None else [formula]
    if formula is not None and satisfiable(wanted, [], translator.domains) is None:
        ctx.report(
            "E0402", rule.when or rule, "this condition can never hold", help="remove the rule, or mend its condition"
        )
        return
    for other, covering in earlier:
        if satisfiable(wanted, [covering], translator.domains) is None:
            _unreachable(ctx, rule, other, "this rule already takes every such call")
            return
    ctx.report("E0402", rule, "no call gets here: the rules above take them all", help="remove the rule")


def _unreachable(ctx: Context, rule: n.Rule, other: n.Rule, text: str) -> None:
    where = rule.when or rule
    label = Label(ctx.at(other.when or other), text)
    ctx.report("E0402", where, "this rule can never be reached", secondary=[label], help="remove it, or move it up")


def _falls_through(ctx: Context, tool: n.ToolDecl | n.FunctionDecl, left: dict[str, Value]) -> None:
    if not all(rule.when is None or ctx.sound(rule.when) for rule in tool.rules):
        return  # what is wrong there may be the case that is missing
    known = [(name[1:], value) for name, value in left.items() if name.startswith("$")]
    shown = ", ".join(f"{name}: {_shown(value)}" for name, value in known)
    notes = (f"for example, none takes a call with {shown}",) if shown else ()
    ctx.report(
        "E0401",
        tool.rules[-1].when or tool.rules[-1],
        f"some calls of `{tool.name.text}` match no rule",
        "the last rule still has a condition",
        notes=notes,
        help="end with `otherwise => ...`, or cover the values that are left",
    )


def _shown(value: Value) -> str:
    if value is None:
        return "absent"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


# ---------------------------------------------------------------------------------------------------------- the rest


def _least(ctx: Context, tool: n.ToolDecl) -> int:
    """How many items a successful result has at the least, as the capability sees it."""
    counts = [_count(ctx, tool.result, rule.action) for rule in tool.rules if not isinstance(rule.action, n.Fail)]
    return min(counts, default=0)


def _count(ctx: Context, mapping: n.Expr | None, action: n.Action) -> int:
    result = action.result if isinstance(action, n.Block) else action
    match mapping, result:
        case None | n.Reference(name="it"), _:
            found: Type = strip(ctx.tables.of.get(result, PoisonType()))
            return found.min if isinstance(found, ListType) else 0
        case n.Member(value=n.Reference(name="it"), name=name), n.RecordLit(body=body) | (n.RecordBody() as body):
            given = next((assign.value for assign in body.assigns if assign.name.text == name.text), None)
            return 0 if given is None else _count(ctx, None, given)
        case _:
            return 0


def _check_partitions(ctx: Context, tool: n.ToolDecl, visited: list[tuple[n.Node, n.TableDecl]]) -> None:
    """A table that is split by a kind of key can only be used where there is such a key."""
    info = ctx.tables.tools[tool]
    kinds = _kinds(ctx, tool, info)
    seen: set[n.TableDecl] = set()
    for place, table in visited:
        if table.per is None or table.per.text in kinds or table in seen:
            continue
        seen.add(table)
        ctx.report(
            "E0411",
            place,
            f"`{table.name.text}` is kept per {table.per.text}, and `{tool.name.text}` has none",
            secondary=[ctx.label(table, "split here", table.per)],
            help="put the tool `on` a platform"
            if table.per.text == "platform"
            else f"give its platform a {table.per.text}",
        )


def _kinds(ctx: Context, tool: n.ToolDecl, info: ToolInfo) -> set[str]:
    kinds = {port.key_of.text for i in info.implementations for port in i.target.operation.ports if port.key_of}
    if tool.platform is not None:
        kinds.add("platform")
        target = ctx.tables.refs.get(tool.platform)
        if isinstance(target, PlatformRef):
            kinds.update(attribute.name.text for attribute in target.platform.attributes)
        else:
            kinds.update(ctx.tables.brand_kinds)  # an unknown platform has been reported
    return kinds
