"""Declared functions: rules that only compute, cover every call, and end."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.declared import type_of
from agentalign.check.effects import enter_block
from agentalign.check.functions import FUNCTIONS
from agentalign.check.model import Expansion
from agentalign.check.recode import recoded
from agentalign.check.rules.chains import RESERVED
from agentalign.check.rules.declared_types import distinct
from agentalign.check.rules.tool_simulation import check_coverage, taken
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import FunctionRef, ToolParam
from agentalign.diagnostics import Label
from agentalign.syntax import nodes as n
from agentalign.syntax.limits import MAX_DEPTH
from agentalign.types import PoisonType

MAX_NODES: Final = 10_000
"""How much a function may come to. Calls are replaced by what they compute, so doubling twenty times must not pass."""

_EFFECTS = (n.Fail, n.Insert, n.Update, n.Delete, n.Invent)


def declare_function(ctx: Context, function: n.FunctionDecl) -> None:
    """Types of the parameters and the result; names that mean something else."""
    for param in function.params:
        ctx.tables.types[param] = type_of(ctx, param.type)
    ctx.tables.types[function] = type_of(ctx, function.result)
    distinct(ctx, "parameter", (param.name for param in function.params))
    if function.name.text in FUNCTIONS:
        message = f"`{function.name.text}` is a function of the language itself"
        ctx.report("E0111", function.name, message, help="choose another name")
    for name in (function.name, *(param.name for param in function.params)):
        if name.text in RESERVED:
            ctx.report("E0111", name, f"`{name.text}` has a meaning of its own", help="choose another name")


def check_function(ctx: Context, function: n.FunctionDecl) -> None:
    """The rules: what they compute, and that they cover every call."""
    if not function.rules:
        message = f"`{function.name.text}` does not say what it gives"
        ctx.report("E0401", function.name, message, help="add `otherwise => ...`")
        return
    ctx.tables.subject = function
    before = len(ctx.tables.diagnostics)
    for action, scope in taken(ctx, function.rules, _scope(ctx, function)):
        _check_action(ctx, function, action, scope)
    sound = len(ctx.tables.diagnostics) == before and ctx.sound(function)
    check_coverage(ctx, function, sound=sound)
    for param in function.params:
        if sound and (function, param.name.text) not in ctx.tables.words:
            ctx.report("W0104", param.name, f"`{param.name.text}` is never used", help="use it in a rule, or remove it")
    ctx.tables.subject = None


def _scope(ctx: Context, function: n.FunctionDecl) -> Scope:
    names = {p.name.text: Binding(ctx.tables.types[p], ToolParam(p), p) for p in function.params}
    return Scope(names=MappingProxyType(names), account=True, clock=True, new=True, functions=True)


def _check_action(ctx: Context, function: n.FunctionDecl, action: n.Action, scope: Scope) -> None:
    match action:
        case n.Block(result=result):
            effects = [
                found
                for statement in action.statements
                if isinstance(found := statement.value if isinstance(statement, n.LetValue) else statement, _EFFECTS)
            ]
            for effect in effects:
                _report_effect(ctx, effect)
            if not effects:
                _check_action(ctx, function, result, enter_block(ctx, action, scope))
        case n.Fail() | n.Insert() | n.Update() | n.Delete() | n.Invent():
            _report_effect(ctx, action)
        case _:
            promise = ctx.label(function, "declared here", function.result)
            with recoded(ctx, {"E0201", "E0213"}, "E0403", action):
                ex.fits(ctx, action, scope, ctx.tables.types.get(function, PoisonType()), (promise,))


def _report_effect(ctx: Context, effect: n.Effect | n.Fail) -> None:
    ctx.report(
        "E0413",
        effect,
        "a function only computes a value",
        "this fails the call" if isinstance(effect, n.Fail) else "this makes rows",
        help="do it in the tool, and leave to the function what is to be computed",
    )


# --------------------------------------------------------------------------------------------------------- expansion


def check_recursion(ctx: Context, function: n.FunctionDecl) -> None:
    """Report the shortest way back to a function, once for all that lie on it."""
    if function in ctx.tables.reported:
        return
    ways: list[tuple[n.FunctionDecl, tuple[n.Call, ...]]] = [(function, ())]
    seen: set[n.FunctionDecl] = set()
    for here, way in ways:
        for call, _ in _calls(ctx, here):
            called = _called(ctx, call)
            if called is function:
                _report_circle(ctx, function, (*way, call))
                return
            if called is not None and called not in seen:
                seen.add(called)
                ways.append((called, (*way, call)))


def _report_circle(ctx: Context, function: n.FunctionDecl, way: tuple[n.Call, ...]) -> None:
    ring = [function]
    labels: list[Label] = []
    for call in way:
        where = ctx.within(ring[-1]).at(call)
        called = _called(ctx, call)
        assert called is not None  # for the type checker: the way goes over calls of functions
        labels.append(Label(where, f"`{ring[-1].name.text}` calls `{called.name.text}` here"))
        ring.append(called)
    ctx.tables.reported.update(ring)
    shown = " -> ".join(found.name.text for found in ring)
    alone = len(way) == 1
    ctx.report(
        "E0414",
        labels[0].location,
        f"the function `{function.name.text}` calls itself"
        if alone
        else f"functions call each other in a circle: {shown}",
        "here it comes round again" if alone else labels[0].text,
        secondary=labels[1:],
        help="a function computes its value from what it is given, in so many steps as its rules have",
    )


def check_size(ctx: Context, function: n.FunctionDecl) -> None:
    """With all that it calls, a function stays within bounds; what calls itself has been reported."""
    _expand(ctx, function)


def check_depth(ctx: Context, tool: n.ToolDecl) -> None:
    """What a tool calls does not nest too deep where it is put in."""
    for call, level in _calls(ctx, tool):
        called = _called(ctx, call)
        if called is not None and level + _expand(ctx, called).levels > MAX_DEPTH:
            _too_large(ctx, call, f"nests deeper than {MAX_DEPTH} levels")


def _expand(ctx: Context, function: n.FunctionDecl) -> Expansion:
    """What a function comes to; nothing where that has been reported."""
    known = ctx.tables.expansions
    stack = [function]
    while stack:
        here = stack[-1]
        missing = [c for c in _callees(ctx, here) if c not in known and c not in ctx.tables.reported]
        if here in known or here in ctx.tables.reported:
            known.setdefault(here, Expansion())
            stack.pop()
        elif missing:
            stack += missing
        else:
            known[here] = _measure(ctx, here)
            stack.pop()
    return known[function]


def _measure(ctx: Context, function: n.FunctionDecl) -> Expansion:
    if any(called in ctx.tables.reported for called in _callees(ctx, function)):
        ctx.tables.reported.add(function)  # nothing is known of what it comes to, and that is no second mistake
        return Expansion()
    nodes, levels = 0, 0
    for node, level in _levels(function):
        called = _called(ctx, node)
        inner = Expansion() if called is None else ctx.tables.expansions.get(called, Expansion())
        nodes, levels = nodes + 1 + inner.nodes, max(levels, level + inner.levels)
    if nodes <= MAX_NODES and levels <= MAX_DEPTH:
        return Expansion(nodes, levels)
    ctx.tables.reported.add(function)
    much = (
        f"comes to more than {MAX_NODES:,} expressions"
        if nodes > MAX_NODES
        else f"nests deeper than {MAX_DEPTH} levels"
    )
    _too_large(ctx.within(function), function.name, much)
    return Expansion()


def _too_large(ctx: Context, where: n.Node, much: str) -> None:
    message = f"with the functions it calls, this {much}"
    ctx.report("E0415", where, message, help="compute what it needs twice once, with `let`, and pass it on")


def _callees(ctx: Context, function: n.FunctionDecl) -> list[n.FunctionDecl]:
    return [called for call, _ in _calls(ctx, function) if (called := _called(ctx, call)) is not None]


def _calls(ctx: Context, caller: n.Node) -> tuple[tuple[n.Call, int], ...]:
    """The calls of functions in a declaration, with how deep they lie."""
    known = ctx.tables.calls
    if caller not in known:
        found = (pair for pair in _levels(caller) if isinstance(pair[0], n.Call) and _called(ctx, pair[0]) is not None)
        known[caller] = tuple(found)  # type: ignore[arg-type]  # a pair with a call
    return known[caller]


def _called(ctx: Context, node: n.Node) -> n.FunctionDecl | None:
    target = ctx.tables.refs.get(node)
    return target.function if isinstance(target, FunctionRef) else None


def _levels(root: n.Node) -> Iterator[tuple[n.Node, int]]:
    """All nodes below, with how deep they lie."""
    stack = [(root, 0)]
    while stack:
        node, level = stack.pop()
        yield node, level
        stack += [(child, level + 1) for child in reversed(n.children(node))]
