"""Brand keys: the names `@platform`, `@network`, ... under which expressions find whose identifiers and rows are meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from agentalign import ir
from agentalign.expand import platform_keys
from agentalign.ir import Index, Json, Step, Tool
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.state import Scope, State

Tools: TypeAlias = Mapping[str, str]
"""The tool of each step."""

StepKeys: TypeAlias = Callable[[Scope, State, Tools], Scope]
CallKeys: TypeAlias = Callable[[Mapping[str, Json]], Scope]


def call_keys(tool: Tool, index: Index) -> CallKeys:
    """Return what gives the keys of a call by its arguments: those its tool has, or those an argument itself is."""
    static = {f"@{kind}": key for kind, key in platform_keys(tool, index).items()}
    own = [_own_keys(implementation, index) for implementation in tool.implements]
    if not any(keys for _, keys in own):
        return lambda _: static

    def keys(arguments: Mapping[str, Json]) -> Scope:
        meant = next((k for told, k in own if all(arguments.get(p) == value for p, value in told.items())), own[0][1])
        return static | {kind: arguments.get(param) for kind, param in meant.items()}

    return keys


def _own_keys(used: ir.Implementation, index: Index) -> tuple[dict[str, str], dict[str, str]]:
    """What tells that a call is for this operation (parameter and value), and the parameter that is each kind's key."""
    operations = index.capabilities[used.capability].operations
    operation = next(item for item in operations if item.name == used.operation)
    of_port = {port.name: f"@{port.key_of}" for port in operation.ports if port.key_of is not None}
    told = {feed.param: feed.source.value for feed in used.feeds if isinstance(feed.source, ir.FromOperation)}
    keys = {
        of_port[feed.source.port]: feed.param
        for feed in used.feeds
        if isinstance(feed.source, ir.FromPort) and feed.source.port in of_port
    }
    return told, keys


def step_keys(step: Step, index: Index, expressions: Expressions) -> StepKeys:
    """Return what gives a step's keys before its call: by its arguments, else by its tool."""
    stated = [(f"@{kind}", expressions.compile(key)) for kind, key in step.keys]
    by_tool: dict[str, Scope] = {}
    name = step.name

    def keys(v: Scope, w: State, tools: Tools) -> Scope:
        tool = tools[name]
        if tool not in by_tool:
            by_tool[tool] = {f"@{kind}": key for kind, key in platform_keys(index.tools[tool], index).items()}
        return by_tool[tool] | {kind: key(v, w) for kind, key in stated}

    return keys
