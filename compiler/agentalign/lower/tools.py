"""Tools: parameters, where their values come from, JSON Schema, behaviour."""

from __future__ import annotations

import json
from collections.abc import Mapping

from agentalign.check import FromAccount as CheckedAccount
from agentalign.check import FromAsk, FromDefault, Implementation, LeftOut, ParamSource, ToolInfo
from agentalign.check import FromOperation as CheckedOperation
from agentalign.check import FromPort as CheckedPort
from agentalign.dataclasses import replace
from agentalign.ir import (
    Feed,
    FromAccount,
    FromOperation,
    FromPort,
    FromRequest,
    Json,
    Param,
    Requirement,
    Rule,
    Source,
    Tool,
    Unset,
)
from agentalign.ir import Implementation as Implements
from agentalign.lower.context import Lowering
from agentalign.lower.expressions import Expressions
from agentalign.lower.schema import parameters_schema
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import BoolType, BrandedType, EnumType, ListType, NullableType, Type, size, strip, value_at

_MOST_VALUES = 64  # of a setting the request may ask for: people name a few, not 65,536


def tool(expressions: Expressions, node: n.ToolDecl) -> Tool:
    """Lower a tool."""
    low = expressions.low
    info: ToolInfo = low.checked.tools[node]
    platform = _platform(low, node)
    params = tuple(_param(low, param, platform) for param in node.params)
    requirements = tuple(Requirement(r.param.text, expressions.condition(r.when)) for r in node.requires)
    return Tool(
        name=low.name(node),
        title=_title(node, platform),
        doc=node.doc or "",
        platform=low.name(platform) if platform else None,
        implements=tuple(_implementation(low, implementation) for implementation in info.implementations),
        params=params,
        requirements=requirements,
        schema=json.dumps(parameters_schema(params, requirements), ensure_ascii=False, separators=(",", ":")),
        returns=info.returns,
        result=None if node.result is None else expressions.expr(node.result),
        rules=tuple(_rule(expressions, node, rule) for rule in node.rules),
        fails=_fails(info),
        at=low.at(node),
    )


def _fails(info: ToolInfo) -> tuple[str, ...]:
    """What it can fail with: what its rules say, and what the operations it implements declare (for upsets)."""
    declared = (code.text for item in info.implementations for code in item.target.operation.fails)
    return tuple(dict.fromkeys((*info.codes, *declared)))


def _platform(low: Lowering, node: n.ToolDecl) -> n.PlatformDecl | None:
    if node.platform is None:
        return None
    module = low.checked.names.owner(node).name
    found = low.checked.names.lookup(module, Kind.PLATFORM, node.platform.text)
    assert isinstance(found, n.PlatformDecl)
    return found


def _title(node: n.ToolDecl, platform: n.PlatformDecl | None) -> str:
    if node.title:
        return node.title.value
    title = platform.title if platform else None
    return node.name.text.replace("_", " ") if title is None else title


def _param(low: Lowering, node: n.ParamDecl, platform: n.PlatformDecl | None) -> Param:
    default: Json = None if node.default is None else low.checked.values[node]
    type_ = _here(low.type(node), platform.keys if platform else {})
    return Param(node.name.text, type_, node.doc or "", node.optional, node.default is not None, default)


def _here(type_: Type, keys: Mapping[str, str]) -> Type:
    """A parameter's type on the tool's own platform: an identifier has the one shape it has there."""
    match type_:
        case BrandedType(kind=kind, variants=variants) if keys.get(kind) in dict(variants):
            return replace(type_, base=dict(variants)[keys[kind]], variants=())
        case ListType(item=item):
            return replace(type_, item=_here(item, keys))
        case NullableType(inner=inner):
            return NullableType(_here(inner, keys))
        case _:
            return type_


def _implementation(low: Lowering, node: Implementation) -> Implements:
    feeds = tuple(
        Feed(param.name.text, _source(low, param, node.sources.get(param, LeftOut()))) for param in node.tool.params
    )
    operation = node.target.operation.name
    return Implements(node.target.capability.path.text, operation.text if operation else "", feeds)


def _source(low: Lowering, param: n.ParamDecl, source: ParamSource) -> Source:
    match source:
        case CheckedPort(port=port):
            return FromPort(port.name.text)
        case CheckedAccount(field=field):
            return FromAccount(field.name.text)
        case CheckedOperation(value=value):
            return FromOperation(value)
        case FromAsk():
            assert param.ask is not None
            return FromRequest(low.desugared(param.ask), _values(low, param))
        case FromDefault() | LeftOut():
            return Unset()


def _values(low: Lowering, param: n.ParamDecl) -> tuple[Json, ...]:
    """What a request may ask for; the default is not among it, since asking for it changes nothing."""
    type_: Type = strip(low.type(param))
    match type_:
        case EnumType(values=values):
            options: tuple[Json, ...] = tuple(value.name for value in values)
        case BoolType():
            options = (True, False)
        case _:
            options = tuple(value_at(type_, i) for i in range(min(size(type_), _MOST_VALUES)))
    default = None if param.default is None else low.checked.values[param]
    return options if param.default is None else tuple(option for option in options if option != default)


def _rule(expressions: Expressions, owner: n.ToolDecl, node: n.Rule) -> Rule:
    when = None if node.when is None else expressions.condition(node.when)
    return Rule(when, expressions.action(node.action), expressions.low.at(owner, node))
