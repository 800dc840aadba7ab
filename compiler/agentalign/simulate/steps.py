"""Steps, compiled: from the values at hand to the arguments of a call of the tool chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from agentalign import ir
from agentalign.dataclasses import dataclass
from agentalign.ir import Feed, Json, Param, Step
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.state import Fn, Record, Scope, State
from agentalign.types import is_nullable

Details: TypeAlias = Mapping[tuple[str, str], Json]
Compositions: TypeAlias = Mapping[tuple[str, str], str]
Compose: TypeAlias = Callable[[tuple[str, str]], str]


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter with what gives its value. A value of null, or equal to the default, may leave the argument out."""

    name: str
    value: Fn
    null_is_absent: bool
    default: Json

    def is_said(self, found: Json) -> bool:
        """Tell whether a value does not go without saying."""
        if found is None:
            return not self.null_is_absent
        return found != self.default or isinstance(found, bool) != isinstance(self.default, bool)


@dataclass(frozen=True, slots=True)
class Composed:
    """A parameter whose text the reading composes for a port."""

    name: str
    slot: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter that the request may set."""

    name: str
    slot: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Binder:
    """Makes the arguments of one step's calls of one tool, in the order the tool declares its parameters."""

    sources: tuple[Given | Composed | Asked, ...]
    composed: tuple[tuple[str, str], ...]

    def unwritten(self, compositions: Compositions) -> str | None:
        """Return the first `step.port` that waits for a text nobody composed."""
        for slot in self.composed:
            if slot not in compositions:
                return ".".join(slot)
        return None

    def arguments(self, v: Scope, w: State, details: Details, compose: Compose) -> Record:
        """Return the arguments; `compose` writes the text of a step's port."""
        made: Record = {}
        for source in self.sources:
            if isinstance(source, Given):
                found = source.value(v, w)
                if source.is_said(found):
                    made[source.name] = found
            elif isinstance(source, Composed):
                made[source.name] = compose(source.slot)
            elif source.slot in details:
                made[source.name] = details[source.slot]
        return made


class StepBinders:
    """One step of a chain; a binder is made for each tool when it is first chosen."""

    def __init__(self, step: Step, index: ir.Index, expressions: Expressions) -> None:
        self._step = step
        self._index = index
        self._expressions = expressions
        self._binders: dict[str, Binder] = {}
        self._ports = {port.name: port.default for port in index.operation(step).ports if port.default is not None}
        self._ports |= {slot.field: slot.value for slot in step.arguments}

    def binder(self, tool: str) -> Binder:
        """Return what makes the arguments for a tool."""
        known = self._binders.get(tool)
        if known is None:
            known = self._binders[tool] = self._bind(self._index.tools[tool])
        return known

    def _bind(self, tool: ir.Tool) -> Binder:
        wanted = (self._step.capability, self._step.operation)
        used = next(item for item in tool.implements if (item.capability, item.operation) == wanted)
        params = {param.name: param for param in tool.params}
        found = (self._source(feed, params[feed.param]) for feed in used.feeds)
        sources = tuple(source for source in found if source is not None)
        return Binder(sources, tuple(source.slot for source in sources if isinstance(source, Composed)))

    def _source(self, feed: Feed, param: Param) -> Given | Composed | Asked | None:
        match feed.source:
            case ir.FromPort(port=port) if port in self._step.briefed:
                return Composed(param.name, (self._step.name, port))
            case ir.FromPort(port=port):
                if port not in self._ports:
                    return None
                return _given(param, self._expressions.compile(self._ports[port]))
            case ir.FromAccount(field=field):
                return _given(param, self._expressions.compile(ir.Account(field)))
            case ir.FromOperation(value=value):
                return _given(param, self._expressions.compile(ir.Const(value)))
            case ir.FromRequest():
                return Asked(param.name, (self._step.name, param.name))
            case ir.Unset():
                return None
            case _:
                assert_never(feed.source)


def _given(param: Param, value: Fn) -> Given:
    null_is_absent = (param.optional or param.has_default) and not is_nullable(param.type)
    return Given(param.name, value, null_is_absent, param.default if param.has_default else None)
