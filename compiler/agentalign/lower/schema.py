"""The JSON Schema of a tool's parameters, conditional requirements included (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentalign.ir import Apply, Const, Expr, Json, MakeList, Param, Requirement, Var
from agentalign.types import json_schema


def parameters_schema(params: Sequence[Param], requirements: Sequence[Requirement]) -> dict[str, Any]:
    """An object schema; `require p when C` becomes `if C then required: [p]`."""
    properties: dict[str, Any] = {}
    for param in params:
        properties[param.name] = dict(json_schema(param.type, doc=param.doc or None))
        if param.has_default:
            properties[param.name]["default"] = param.default
    required = [param.name for param in params if not param.optional and not param.has_default]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    defaults = {param.name: param.default for param in params if param.has_default}
    conditions = [
        {"if": _condition(requirement.when, defaults), "then": {"required": [requirement.param]}}
        for requirement in requirements
    ]
    if len(conditions) == 1:
        schema |= conditions[0]
    elif conditions:
        schema["allOf"] = conditions
    return schema


def _condition(when: Expr, defaults: Mapping[str, Json]) -> dict[str, Any]:
    match when:
        case Apply(function="and", arguments=arguments):
            return {"allOf": [_condition(argument, defaults) for argument in arguments]}
        case Apply(function="or", arguments=arguments):
            return {"anyOf": [_condition(argument, defaults) for argument in arguments]}
        case Apply(function="not", arguments=(argument,)):
            return {"not": _condition(argument, defaults)}
        case Apply(function="eq", arguments=(Var(name=name), Const(value=value))):
            return _is(name, [value], defaults)
        case Apply(function="ne", arguments=(Var(name=name), Const(value=value))):
            return {"not": _is(name, [value], defaults)}
        case Apply(function="in", arguments=(Var(name=name), MakeList(items=items))):
            return _is(name, [item.value for item in items if isinstance(item, Const)], defaults)
        case Apply(function="not_in", arguments=(Var(name=name), MakeList(items=items))):
            return {"not": _is(name, [item.value for item in items if isinstance(item, Const)], defaults)}
        case Apply(function="present", arguments=(Var(name=name),)):
            return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}
        case Var(name=name):
            return _is(name, [True], defaults)
        case _:
            raise AssertionError(when)  # `check` admits no other condition


def _is(name: str, values: list[Json], defaults: Mapping[str, Json]) -> dict[str, Any]:
    """The parameter has one of the values; left out, it has its default."""
    allowed = {"const": values[0]} if len(values) == 1 else {"enum": values}
    test: dict[str, Any] = {"properties": {name: allowed}}
    if name not in defaults or defaults[name] not in values:
        test["required"] = [name]
    return test
