"""Steps, compiled: from the values at hand to the arguments of a call of the tool chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from agentalign import ir
from agentalign.ir import Json, Param, Reading, Step
from agentalign.simulate.expressions import Expressions, Fn, wording
from agentalign.simulate.state import Record, Scope, State
from agentalign.types import is_nullable

Details: TypeAlias = Mapping[tuple[str, str], Json]


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter with what gives its value. A value of null, or equal to the default, may leave the argument out."""

    name: str
    value: Fn
    null_is_absent: bool
    default: Json

    def put(self, arguments: Record, v: Scope, w: State) -> None:
        """Add the argument unless it goes without saying."""
        found = self.value(v, w)
        if found is None:
            if not self.null_is_absent:
                arguments[self.name] = None
        elif found != self.default or isinstance(found, bool) != isinstance(self.default, bool):
            arguments[self.name] = found


@dataclass(frozen=True, slots=True)
class Binder:
    """Makes the arguments of one step's calls of one tool."""

    given: tuple[Given, ...]
    asked: tuple[tuple[str, str], ...]
    order: tuple[str, ...]

    def arguments(self, v: Scope, w: State, details: Details) -> Record:
        """Return the arguments in the order the tool declares its parameters."""
        made: Record = {}
        for given in self.given:
            given.put(made, v, w)
        if not self.asked:
            return made
        for key in self.asked:
            if key in details:
                made[key[1]] = details[key]
        return {name: made[name] for name in self.order if name in made}


class StepBinders:
    """One step of one reading; a binder is made for each tool when it is first chosen."""

    def __init__(self, step: Step, reading: Reading, index: ir.Index, expressions: Expressions) -> None:
        self._step = step
        self._index = index
        self._expressions = expressions
        self._binders: dict[str, Binder] = {}
        operation = index.operation(step)
        self._ports = {port.name: port.default for port in operation.ports if port.default is not None}
        self._ports |= {slot.field: slot.value for slot in step.arguments}
        self._texts = {
            port: [wording(c.template) for c in reading.compositions if (c.step, c.port) == (step.name, port)]
            for port in step.briefed
        }

    @property
    def unwritten(self) -> str | None:
        """The first briefed port nobody composed a text for."""
        return next((port for port, texts in self._texts.items() if not texts), None)

    def binder(self, tool: str) -> Binder:
        """Return what makes the arguments for a tool."""
        known = self._binders.get(tool)
        if known is None:
            known = self._binders[tool] = self._bind(self._index.tools[tool])
        return known

    def _bind(self, tool: ir.Tool) -> Binder:
        given: list[Given] = []
        asked: list[tuple[str, str]] = []
        for param in tool.params:
            if isinstance(param.source, ir.FromRequest):
                asked.append((self._step.name, param.name))
            elif (value := self._value(param)) is not None:
                given.append(_given(param, value))
        return Binder(tuple(given), tuple(asked), tuple(param.name for param in tool.params))

    def _value(self, param: Param) -> Fn | None:
        match param.source:
            case ir.FromPort(port=port):
                return self._port(port, param)
            case ir.FromAccount(field=field):
                return self._expressions.compile(ir.Account(field))
            case ir.FromOperation():
                operation = self._step.operation
                return lambda _v, _w: operation
            case ir.FromRequest() | ir.Unset():
                return None
            case _:
                assert_never(param.source)

    def _port(self, port: str, param: Param) -> Fn | None:
        texts = self._texts.get(port)
        if texts is not None:
            return texts[0] if len(texts) == 1 else (lambda v, w: w.stream.pick(texts)(v, w))
        if port not in self._ports:
            return None
        return self._expressions.tables.coerced(self._ports[port], param.type)


def _given(param: Param, value: Fn) -> Given:
    null_is_absent = (param.optional or param.has_default) and not is_nullable(param.type)
    return Given(param.name, value, null_is_absent, param.default if param.has_default else None)
