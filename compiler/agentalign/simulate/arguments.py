"""Checking a call's arguments, as its tool's JSON Schema would.

Only what the schema says is checked: a checksum that no schema can express is the rules' business, so that a call
that fits its schema always reaches them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from agentalign.ir import Json, Param, Tool
from agentalign.simulate.functions import truth
from agentalign.simulate.state import Scope
from agentalign.types import (
    AnyType,
    BrandedType,
    DomainType,
    Field,
    ListType,
    NamedType,
    NullableType,
    RecordType,
    Type,
    checker,
    describe,
    domains,
)

ArgumentCheck: TypeAlias = Callable[[Mapping[str, Json]], str | None]
"""Gives None for arguments that fit, else why they do not."""

Condition: TypeAlias = Callable[[Scope], Json]

_Check: TypeAlias = Callable[[object], str | None]
"""Gives None for a value that fits, else `"<JSON pointer>: <reason>"` of the first part that does not."""


def defaults(tool: Tool) -> Scope:
    """Return what each parameter is when a call leaves it out: its default, else null."""
    return {param.name: param.default if param.has_default else None for param in tool.params}


def argument_check(tool: Tool, conditions: tuple[Condition, ...]) -> ArgumentCheck:
    """Return the check of a tool's calls; `conditions` are those of its requirements, over parameters and defaults.

    A parameter that a condition names and the call leaves out counts as its default, without one as null.
    """
    record = RecordType(tool.name, tuple(_field(param) for param in tool.params))
    whole, unset = _check(record), defaults(tool)
    required = tuple((item.param, when) for item, when in zip(tool.requirements, conditions, strict=True))

    def check(arguments: Mapping[str, Json]) -> str | None:
        reason = whole(arguments)
        if reason is not None:
            return reason.removeprefix(":").removeprefix("/").strip()
        for name, when in required:
            if name not in arguments and truth(when({**unset, **arguments})):
                return f"`{name}` is missing"
        return None

    return check


def _field(param: Param) -> Field:
    return Field(param.name, param.type, optional=param.optional or param.has_default)


def _check(t: Type) -> _Check:
    if not _has_domain(t):
        return checker(t)
    match t:
        case DomainType():
            return _domain(t)
        case NullableType(inner=inner):
            check = _check(inner)
            return lambda value: None if value is None else check(value)
        case NamedType(base=base) | BrandedType(base=base) if base is not None:
            return _check(base)
        case BrandedType(variants=variants):
            return _either(t, tuple(_check(shape) for _, shape in variants))
        case ListType(item=item, min=low, max=high):
            return _list(checker(ListType(AnyType(), low, high)), _check(item))
        case RecordType():
            return _record(t)
        case _:
            raise AssertionError(t)


def _has_domain(t: Type) -> bool:
    match t:
        case DomainType():
            return True
        case NullableType(inner=inner) | ListType(item=inner) | NamedType(base=inner):
            return _has_domain(inner)
        case BrandedType(base=base, variants=variants):
            return _has_domain(base) if base is not None else any(_has_domain(shape) for _, shape in variants)
        case RecordType(fields=members):
            return any(_has_domain(member.type) for member in members)
        case _:
            return False


def _domain(t: DomainType) -> _Check:
    known = domains[t.domain]
    matches, most, reason = re.compile(known.pattern).fullmatch, known.max_length, f": not a valid {known.title}"

    def check(value: object) -> str | None:
        fits = isinstance(value, str) and (most is None or len(value) <= most) and matches(value)
        return None if fits else reason

    return check


def _list(whole: _Check, item: _Check) -> _Check:
    def check(value: object) -> str | None:
        reason = whole(value)
        if reason is not None or not isinstance(value, (list, tuple)):
            return reason
        found = ((index, item(member)) for index, member in enumerate(value))
        return next((f"/{index}{reason}" for index, reason in found if reason is not None), None)

    return check


def _record(t: RecordType) -> _Check:
    members = {field.name: _check(field.type) for field in t.fields}
    required = tuple(field.name for field in t.fields if not field.optional)

    def check(value: object) -> str | None:
        if not isinstance(value, (dict, Mapping)):  # nearly always the first
            return ": not an object"
        for name in required:
            if name not in value:
                return f": `{name}` is missing"
        for name, member in value.items():
            known = members.get(name)
            if known is None:
                return f": `{name}` is unknown"
            reason = known(member)
            if reason is not None:
                return f"/{name}{reason}"
        return None

    return check


def _either(t: Type, options: tuple[_Check, ...]) -> _Check:
    reason = f": not a valid {describe(t)}"
    return lambda value: None if any(option(value) is None for option in options) else reason
