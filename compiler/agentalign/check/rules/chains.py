"""Chains: steps call capabilities rightly, in order, with values that are there."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.flow import facts
from agentalign.check.literals import check_literal, is_literal
from agentalign.check.model import ChainInfo, FromPort, StepInfo
from agentalign.check.operations import find_operation, title
from agentalign.check.rules.capabilities import check_ports, declare_port
from agentalign.check.rules.givens import planted_facts
from agentalign.check.rules.requests import requests
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import ChainParam, ChainRef, LetRef, LoopItem, OperationRef, StepResult
from agentalign.check.templating import check_wording
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import (
    DecimalType,
    IntType,
    ListType,
    NullableType,
    PoisonType,
    Type,
    assignable,
    describe,
    strip,
)

RESERVED = frozenset({"world", "clock", "account", "new", "it", "tool", "details", "one_of", "loop", "request"})
"""Words that mean something of their own in expressions and templates."""

NARRATION = frozenset({"one_of", "tool"})
"""Functions that what an agent says may call."""


def declare_chain(ctx: Context, chain: n.ChainDecl) -> None:
    """The types of its parameters."""
    for param in chain.params:
        declare_port(ctx, param)


def declare_reading(ctx: Context, reading: n.ReadingDecl) -> None:
    """Which chain it reads."""
    chain = ctx.find(Kind.CHAIN, reading.chain)
    if isinstance(chain, n.ChainDecl):
        ctx.tables.refs[reading.chain] = ChainRef(chain)
        ctx.tables.readings.setdefault(chain, []).append(reading)
        return
    for node in n.walk(reading):  # it cannot be checked, and what it names is not unused for that
        if isinstance(node, n.Name):
            for kind in Kind:
                ctx.peek(kind, node.text)


def check_chain(ctx: Context, chain: n.ChainDecl) -> None:
    """Steps, lets and their order; what a chain knows at its end."""
    ctx.tables.subject = chain
    check_ports(ctx, chain.params, "parameter")
    _check_names(ctx, chain)
    start = _start(ctx, chain)
    walk = _Walk(ctx, chain, start)
    for item in chain.items:
        match item:
            case n.Step():
                walk.step(item)
            case n.Let():
                walk.let(item)
            case _:
                pass
    if not walk.steps and not any(isinstance(item, n.Step) for item in chain.items):
        ctx.report(
            "E0508", chain.name, f"the chain `{chain.name.text}` has no steps", help="add `step x = capability(...)`"
        )
    readings = tuple(ctx.tables.readings.get(chain, ()))
    info = ChainInfo(chain, start, walk.scope, MappingProxyType(walk.steps), readings, requests(chain))
    ctx.tables.chains[chain] = info
    ctx.tables.homes.update(dict.fromkeys(readings, info))
    ctx.tables.subject = None
    if not readings and ctx.whole():
        message = f"the chain `{chain.name.text}` has no readings, so nothing is made of it"
        ctx.report("W0102", chain.name, message, help=f"add `reading benign NAME of {chain.name.text} {{ ... }}`")


def _check_names(ctx: Context, chain: n.ChainDecl) -> None:
    seen: dict[str, n.Name] = {param.name.text: param.name for param in reversed(chain.params)}
    for name in (*(param.name for param in chain.params), *_bound(chain)):
        if name.text in RESERVED:
            ctx.report("E0111", name, f"`{name.text}` has a meaning of its own", help="choose another name")
    for name in _bound(chain):
        first = seen.setdefault(name.text, name)
        if first is not name:
            ctx.report(
                "E0105",
                name,
                f"`{name.text}` is bound twice",
                "bound again here",
                secondary=[Label(ctx.at(first), "first bound here")],
                help="rename one of them",
            )


def _bound(chain: n.ChainDecl) -> Iterator[n.Name]:
    for item in chain.items:
        if isinstance(item, n.Step | n.Let):
            yield item.name


def _start(ctx: Context, chain: n.ChainDecl) -> Scope:
    names = {
        param.name.text: Binding(ctx.tables.types.get(param, PoisonType()), ChainParam(param), param)
        for param in reversed(chain.params)
    }
    later = {item.name.text: item for item in reversed(chain.items) if isinstance(item, n.Step | n.Let)}
    return Scope(
        names=MappingProxyType(names),
        later=MappingProxyType({name: node for name, node in later.items() if name not in names}),
        account=True,
        clock=True,
    )


class _Walk:
    """Goes through a chain in order; `scope` grows."""

    def __init__(self, ctx: Context, chain: n.ChainDecl, start: Scope) -> None:
        self.ctx = ctx
        self.chain = chain
        self.scope = start
        self.steps: dict[n.Step, StepInfo] = {}

    def step(self, step: n.Step) -> None:
        """Check a step and bind its result."""
        target = find_operation(self.ctx, step.capability)
        inner = self.scope if step.repeat is None else self._enter(step.repeat)
        for narration in step.narrations:
            check_wording(self.ctx, narration.template, inner, steps=self._all_steps(), functions=NARRATION)
        if target is None:
            for argument in step.arguments:
                ex.infer(self.ctx, argument.value, inner)
            self.scope = self.scope.bind(step.name.text, Binding(PoisonType(), StepResult(step), step))
            return
        arguments = check_arguments(self.ctx, step, target, inner)
        result: Type = self.ctx.tables.types.get(target.operation, PoisonType())
        if step.repeat is not None:
            result = ListType(result, 0, max(int(step.repeat.limit.value), 1))
        tools = tuple(self.ctx.tables.implementers.get(target.operation, ()))
        if not tools:
            self._no_tool(step, target)
        info = StepInfo(step, target, tools, MappingProxyType(arguments), result, inner)
        self.steps[step] = info
        known = planted_facts(self.ctx, self.chain, info)
        self.scope = self.scope.bind(step.name.text, Binding(result, StepResult(step), step), known)

    def _all_steps(self) -> list[str]:
        return [item.name.text for item in self.chain.items if isinstance(item, n.Step)]

    def _no_tool(self, step: n.Step, target: OperationRef) -> None:
        if not self.ctx.whole() or any(
            len(self.ctx.tables.tools[tool].implementations) < len(tool.implements)
            for tool in self.ctx.names.every(n.ToolDecl)
        ):
            return  # a tool that is not read, or implements something unknown, may be the one
        self.ctx.report(
            "E0301",
            step.capability,
            f"no tool implements `{title(target)}`",
            secondary=[
                self.ctx.label(target.operation, "declared here", target.operation.name or target.capability.name)
            ],
            help=f"declare or import the module of a `tool ... implements {title(target)}`",
        )

    def _enter(self, repeat: n.Repeat) -> Scope:
        """The scope inside `for item in list max n`."""
        source = ex.infer(self.ctx, repeat.source, self.scope)
        item: Type = PoisonType()
        core = strip(source)
        if isinstance(core, ListType) and not isinstance(source, NullableType):
            item = core.item
        elif not isinstance(core, PoisonType):
            message = f"only lists are repeated over, and this is {describe(source)}"
            self.ctx.report("E0215", repeat.source, message, help="name a list")
        if repeat.limit.value < 1 or repeat.limit.value % 1:
            self.ctx.report("E0506", repeat.limit, "a step is repeated at least once", help="write a number from 1")
        name = repeat.name.text
        if self.scope.find(name) is not None or name in self.scope.later or name in RESERVED:
            message = f"`{name}` already means something here"
            self.ctx.report("E0106", repeat.name, message, help="give the item another name")
            item = PoisonType()
        known = item_facts(repeat.source, self.scope)
        return self.scope.bind(name, Binding(item, LoopItem(repeat)), (f"{name}.{fact}" for fact in known))

    def let(self, let: n.Let) -> None:
        """Check a let and bind it."""
        found = ex.infer(self.ctx, let.value, self.scope)
        self.ctx.tables.types[let] = found
        known = item_facts(let.value, self.scope)
        single = not isinstance(strip(found), ListType)
        binding = Binding(found, LetRef(let), let, frozenset() if single else known)
        name = let.name.text
        self.scope = self.scope.bind(name, binding, (f"{name}.{fact}" for fact in known) if single else ())


def item_facts(source: n.Expr, scope: Scope) -> frozenset[str]:
    """What is known to be there in each item of a list (or in the one selected), relative to the item."""
    match source:
        case n.Reference(name=name):
            binding = scope.find(name)
            return frozenset() if binding is None else binding.item_facts
        case n.Selection(source=inner, where=where):
            own = frozenset() if where is None else facts(where, holds=True)
            return own | item_facts(inner, scope)
        case _:
            return frozenset()


def check_arguments(ctx: Context, step: n.Step, target: OperationRef, scope: Scope) -> dict[n.PortDecl, n.Expr]:
    """Arguments by port; unknown, repeated, missing and misfitting ones are reported."""
    ports = {port.name.text: port for port in target.operation.ports}
    signature = ctx.label(target.operation, "declared here", target.operation.name or target.capability.name)
    given: dict[n.PortDecl, n.Assign] = {}
    for argument in step.arguments:
        port = ports.get(argument.name.text)
        if port is None:
            message = f"`{title(target)}` has no port `{argument.name.text}`"
            ctx.unknown(argument.name, "port", ports, code="E0204", message=message, secondary=[signature])
            ex.infer(ctx, argument.value, scope)
            continue
        first = given.setdefault(port, argument)
        if first is not argument:
            secondary = [Label(ctx.at(first.name), "first given here")]
            message = f"`{argument.name.text}` is given twice"
            ctx.report("E0205", argument.name, message, secondary=secondary, help="remove one")
        label = ctx.label(port, f"`{port.name.text}` is declared here", port.type)
        before = len(ctx.tables.diagnostics)
        ex.fits(ctx, argument.value, scope, ctx.tables.types.get(port, PoisonType()), (label,))
        if len(ctx.tables.diagnostics) == before:
            _check_tools(ctx, argument.value, port, target)
    lost = [port for port in target.operation.ports if port not in given and port.default is None]
    if lost and all(
        argument.name.text in ports for argument in step.arguments
    ):  # a misnamed one may be the missing one
        listed = ", ".join(f"`{port.name.text}`" for port in lost)
        message = f"`{title(target)}` also needs {listed}"
        types = [f"`{port.name.text}: ...` ({describe(ctx.tables.types.get(port, PoisonType()))})" for port in lost]
        ctx.report("E0203", step.capability, message, secondary=[signature], help=f"add {', '.join(types)}")
    return {port: argument.value for port, argument in given.items()}


def _check_tools(ctx: Context, value: n.Expr, port: n.PortDecl, target: OperationRef) -> None:
    """A constant or a chain parameter must also suit the bounds that each tool sets to what the port takes."""
    for tool in ctx.tables.implementers.get(target.operation, ()):
        for param in _taking(ctx, tool, port):
            wanted = ctx.tables.types.get(param, PoisonType())
            label = ctx.label(param, f"`{tool.name.text}` takes it as {describe(wanted)}", param.type)
            before = len(ctx.tables.diagnostics)
            if is_literal(value):
                check_literal(ctx, value, wanted, (label,))
            elif isinstance(ctx.tables.refs.get(value), ChainParam):
                _check_bounds(ctx, value, wanted, label)
            if len(ctx.tables.diagnostics) > before:
                return


def _taking(ctx: Context, tool: n.ToolDecl, port: n.PortDecl) -> Iterator[n.ParamDecl]:
    for implementation in ctx.tables.tools[tool].implementations:
        for param, source in implementation.sources.items():
            if isinstance(source, FromPort) and source.port is port:
                yield param


def _check_bounds(ctx: Context, value: n.Expr, wanted: Type, label: Label) -> None:
    given = ctx.tables.of.get(value, PoisonType())
    numbers = isinstance(strip(given), IntType | DecimalType) and isinstance(strip(wanted), IntType | DecimalType)
    reason = assignable(strip(given), strip(wanted)) if numbers else None
    if reason is not None:
        ctx.report(
            "E0201",
            value,
            f"{describe(given)} does not fit every tool of this step",
            reason,
            secondary=[label],
            help="give the chain's parameter bounds that all tools take",
        )
