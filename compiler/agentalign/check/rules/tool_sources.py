"""Where the parameters of a tool get their values, for every operation it implements."""

from __future__ import annotations

from types import MappingProxyType

from agentalign.check.context import Context
from agentalign.check.declared import type_of
from agentalign.check.model import (
    FromAccount,
    FromAsk,
    FromDefault,
    FromOperation,
    FromPort,
    Implementation,
    LeftOut,
    ParamSource,
    ToolInfo,
)
from agentalign.check.operations import find_operation, title
from agentalign.check.operators import overlapping
from agentalign.check.places import account_type
from agentalign.check.rules.capabilities import check_default
from agentalign.check.rules.declared_types import distinct
from agentalign.check.scope import Binding, Scope, optional_type
from agentalign.check.targets import AccountRef, OperationRef, PlatformRef, ToolParam
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import (
    BrandedType,
    EnumType,
    NamedType,
    NullableType,
    PoisonType,
    Type,
    assignable,
    describe,
    strip,
)

_NAME_LIMIT = 64


def declare_tool(ctx: Context, tool: n.ToolDecl) -> None:
    """Types of parameters and result; what the tool implements; its platform."""
    for param in tool.params:
        ctx.tables.types[param] = type_of(ctx, param.type)
    if tool.platform is not None:
        platform = ctx.find(Kind.PLATFORM, tool.platform, code="E0308")
        if isinstance(platform, n.PlatformDecl):
            ctx.tables.refs[tool.platform] = PlatformRef(platform)
    targets = _targets(ctx, tool)
    for target in targets:
        ctx.tables.implementers.setdefault(target.operation, []).append(tool)
    returns = _returns(ctx, tool, targets)
    ctx.tables.tools[tool] = ToolInfo(
        tuple(Implementation(tool, target, MappingProxyType(_sources(ctx, tool, target))) for target in targets),
        returns,
    )


def check_tool(ctx: Context, tool: n.ToolDecl) -> None:
    """What can be said of a tool without looking at how it behaves."""
    distinct(ctx, "parameter", (param.name for param in tool.params))
    if len(tool.name.text) > _NAME_LIMIT:
        message = f"a tool's name has at most {_NAME_LIMIT} characters"
        ctx.report("E0311", tool.name, message, help="model providers refuse longer ones")
    if tool.platform is None and tool.title is None:
        message = f"nothing says how people name `{tool.name.text}`"
        ctx.report("E0015", tool.name, message, help='put it `on` a platform, or give it a `title "..."`')
    if tool.doc is None:
        message = f"`{tool.name.text}` has no doc comment"
        ctx.report("W0302", tool.name, message, help="models read it: write `/// what it does` above")
    for param in tool.params:
        if param.doc is None:
            message = f"the parameter `{param.name.text}` has no doc comment"
            ctx.report("W0302", param.name, message, help="models read it: write `/// what it is` above")
        if param.default is not None:
            check_default(ctx, param, param.default, ctx.tables.types.get(param, PoisonType()), param.type)
    info = ctx.tables.tools[tool]
    for implementation in info.implementations:
        _check_ports(ctx, implementation)
    _check_distinct_calls(ctx, tool, info)


def _targets(ctx: Context, tool: n.ToolDecl) -> tuple[OperationRef, ...]:
    found: dict[n.OperationDecl, OperationRef] = {}
    for path in tool.implements:
        target = find_operation(ctx, path)
        if target is None:
            continue
        if target.operation in found:
            ctx.report("E0105", path, f"`{path.text}` is listed twice", help="remove one")
        found.setdefault(target.operation, target)
    return tuple(found.values())


def _returns(ctx: Context, tool: n.ToolDecl, targets: tuple[OperationRef, ...]) -> Type:
    if tool.returns is not None:
        return type_of(ctx, tool.returns)
    results = [ctx.tables.types.get(target.operation, PoisonType()) for target in targets]
    if len(set(results)) > 1:
        ctx.report(
            "E0015",
            tool.name,
            f"`{tool.name.text}` implements operations with different results and does not say what it returns",
            help="write `returns RECORD`, and `result ...` to make each capability's result of it",
        )
        return PoisonType()
    return results[0] if results else PoisonType()


def _sources(ctx: Context, tool: n.ToolDecl, target: OperationRef) -> dict[n.ParamDecl, ParamSource]:
    found: dict[n.ParamDecl, ParamSource] = {}
    for param in tool.params:
        source = _source(ctx, tool, param, target)
        if source is not None:
            found[param] = source
    return found


def _source(ctx: Context, tool: n.ToolDecl, param: n.ParamDecl, target: OperationRef) -> ParamSource | None:
    ports = {port.name.text: port for port in target.operation.ports}
    if param.source is not None:
        explicit = _explicit(ctx, tool, param, param.source, target)
        if explicit is not None:
            return explicit
        if param.source in ctx.tables.reported:
            return None
    elif param.name.text in ports:
        port = ports[param.name.text]
        _check_type(ctx, param, ctx.tables.types.get(port, PoisonType()), port, param.name)
        return FromPort(port)
    if param.ask is not None:
        return FromAsk(param.default is not None or param.optional)
    if param.default is not None:
        return FromDefault()
    if param.optional:
        return LeftOut()
    ctx.report(
        "E0302",
        param.name,
        f"nothing gives `{param.name.text}` a value for `{title(target)}`",
        secondary=[ctx.label(target.operation, "its ports", _signature(target))],
        help=f"take it `from` a port, `ask` for it, give it a default, or make it optional (`{param.name.text}?`)",
    )
    return None


def _signature(target: OperationRef) -> n.Node:
    return target.operation.name or target.capability.name


def _explicit(
    ctx: Context, tool: n.ToolDecl, param: n.ParamDecl, source: n.Path, target: OperationRef
) -> ParamSource | None:
    """The stated source; None if this operation lacks the port (or it is wrong: then marked as reported)."""
    ports = {port.name.text: port for port in target.operation.ports}
    match [name.text for name in source.names]:
        case ["operation"]:
            return _from_operation(ctx, param, source, target)
        case ["account", _]:
            found = account_type(ctx, source, source.names[0], source.names[1])
            account = ctx.tables.refs.get(source)
            if isinstance(account, AccountRef):
                _check_type(ctx, param, found, account.field, source)
                return FromAccount(account.field)
            ctx.tables.reported.add(source)
            return None
        case [name] if name in ports:
            _check_type(ctx, param, ctx.tables.types.get(ports[name], PoisonType()), ports[name], source)
            return FromPort(ports[name])
        case _:
            _unknown_port(ctx, tool, source, target)
            return None


def _unknown_port(ctx: Context, tool: n.ToolDecl, source: n.Path, target: OperationRef) -> None:
    """A port that no operation of the tool has; one that only others have is merely left out here."""
    if source in ctx.tables.reported:
        return
    every = [t for path in tool.implements if isinstance(t := ctx.tables.refs.get(path), OperationRef)]
    names = [port.name.text for t in every for port in t.operation.ports]
    if len(source.names) == 1 and source.names[0].text in names:
        return
    ctx.tables.reported.add(source)
    name = source.names[0] if len(source.names) == 1 else n.Name(source.span, source.text)
    secondary = [ctx.label(target.operation, "its ports", _signature(target))]
    message = f"`{title(target)}` has no port `{source.text}`"
    ctx.unknown(name, "port", names, code="E0303", message=message, secondary=secondary)


def _from_operation(ctx: Context, param: n.ParamDecl, source: n.Path, target: OperationRef) -> ParamSource | None:
    core = strip(ctx.tables.types.get(param, PoisonType()))
    name = target.operation.name
    if isinstance(core, PoisonType):
        ctx.tables.reported.add(source)
        return None
    if name is None or not isinstance(core, EnumType) or all(value.name != name.text for value in core.values):
        called = target.capability.name.text if name is None else name.text
        ctx.tables.reported.add(source)
        ctx.report(
            "E0208",
            param.type,
            f'"{called}" is not a value of `{param.name.text}`',
            secondary=[ctx.label(target.operation, "this operation", _signature(target))],
            help=f'`from operation` passes the operation\'s name: add "{called}" to the enum',
        )
        return None
    return FromOperation(name.text)


def _check_type(ctx: Context, param: n.ParamDecl, given: Type, origin: n.Node, where: n.Node) -> None:
    wanted = ctx.tables.types.get(param, PoisonType())
    if param.optional and isinstance(given, NullableType):
        given = given.inner  # null: the parameter is left out
    if isinstance(origin, n.FieldDecl) and origin.optional:
        given = optional_type(given, optional=not param.optional)
    reason = assignable(given, wanted)
    if reason is None or _narrowed(given, wanted):
        return
    kind = "field" if isinstance(origin, n.FieldDecl) else "port"
    ctx.report(
        "E0201",
        where,
        f"{describe(given)} does not fit {describe(wanted)}",
        f"`{param.name.text}` is {describe(wanted)}",
        secondary=[ctx.label(origin, f"the {kind} is {describe(given)}", getattr(origin, "type", None))],
        notes=() if "is not a" in reason else (reason,),
    )


def _narrowed(given: Type, wanted: Type) -> bool:
    """A tool may take fewer numbers than the port; what chains give is checked against each tool."""
    nominal = isinstance(wanted, NamedType | BrandedType | NullableType)
    return not nominal and not isinstance(given, NullableType) and overlapping(given, wanted)


def _check_ports(ctx: Context, implementation: Implementation) -> None:
    tool, target = implementation.tool, implementation.target
    taken = {source.port for source in implementation.sources.values() if isinstance(source, FromPort)}
    for port in target.operation.ports:
        if port not in taken and port.default is None and len(implementation.sources) == len(tool.params):
            ctx.report(
                "E0304",
                tool.name,
                f"`{tool.name.text}` ignores the port `{port.name.text}` of `{title(target)}`",
                secondary=[ctx.label(port, "this port", port.name)],
                help=f"add a parameter `{port.name.text}`, or one that takes it `from {port.name.text}`",
            )


def _check_distinct_calls(ctx: Context, tool: n.ToolDecl, info: ToolInfo) -> None:
    """Operations of one capability must differ in a call, or the tool cannot tell what to do."""
    seen: dict[tuple[object, ...], OperationRef] = {}
    for implementation in info.implementations:
        said = tuple(_said(ctx, source) for source in implementation.sources.values())
        result = ctx.tables.types.get(implementation.target.operation, PoisonType())
        first = seen.setdefault((implementation.target.capability, result, *said), implementation.target)
        if first is not implementation.target and len(implementation.sources) == len(tool.params):
            ctx.report(
                "E0307",
                tool.name,
                f"a call of `{tool.name.text}` means `{title(first)}` as well as `{title(implementation.target)}`",
                help="add an enum parameter `from operation`",
            )
            return


def _said(ctx: Context, source: ParamSource) -> str:
    """What a parameter tells about the operation: its name, or by being there."""
    match source:
        case FromOperation(value):
            return f"={value}"
        case FromPort(port):
            return describe(ctx.tables.types.get(port, PoisonType()))
        case _:
            return type(source).__name__


def param_scope(ctx: Context, tool: n.ToolDecl) -> Scope:
    """The tool's parameters; an optional one without a default may be null."""
    names = {
        param.name.text: Binding(
            optional_type(ctx.tables.types[param], optional=param.optional and param.default is None),
            ToolParam(param),
            param,
        )
        for param in tool.params
    }
    return Scope(names=MappingProxyType(names))
