"""Tools, compiled: what a call's arguments must be, what it does to the world and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from agentalign import ir
from agentalign.dataclasses import dataclass
from agentalign.ir import Expr, Json, Tool
from agentalign.simulate import clock
from agentalign.simulate.arguments import ArgumentCheck, argument_check, defaults
from agentalign.simulate.brands import CallKeys, call_keys
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.functions import truth
from agentalign.simulate.state import Fn, Record, Scope, State
from agentalign.types import IntType, ListType, RecordType, Stream, Type, strip

BUILTIN: Mapping[str, str] = {
    "rate_limited": "Too many requests. Please try again later.",
    "service_unavailable": "The service is temporarily unavailable.",
    "invalid_arguments": "The arguments are not valid.",
}
"""The errors every tool may give without declaring them, with their messages."""

EMPTY = "empty"
"""The code of an upset in which a search finds nothing: a result, not an error."""

_COUNTERS = frozenset({"count", "found", "matches", "number", "total", "total_count", "total_results"})


class Answer(NamedTuple):
    """What a call gave. `failed` is the error's code, `at` the rule that decided."""

    result: Json
    failed: str | None
    at: str


Action: TypeAlias = Callable[[Scope, State], Answer]


@dataclass(frozen=True, slots=True)
class CompiledTool:
    """A tool ready to be called."""

    tool: Tool
    check: ArgumentCheck
    unset: Scope
    keys: CallKeys
    rules: tuple[tuple[Fn | None, Action], ...]
    details: Mapping[str, Callable[[Scope, State], Record]]
    mapped: Fn | None

    def call(self, arguments: Mapping[str, Json], state: State, stream: Stream) -> Answer:
        """Check the arguments and apply the first rule that holds, drawing from `stream`; the clock moves on."""
        self._start(state, stream)
        reason = self.check(arguments)
        if reason is not None:
            return Answer(error("invalid_arguments", {}, reason), "invalid_arguments", self.tool.at)
        scope = self.scope(arguments)
        for when, action in self.rules:
            if when is None or truth(when(scope, state)):
                return action(scope, state)
        raise AssertionError(f"no rule of `{self.tool.name}` holds")

    def scope(self, arguments: Mapping[str, Json]) -> Scope:
        """Return what expressions see of a call: every parameter, and its brand keys."""
        return {**self.keys(arguments), **self.unset, **arguments}

    def upset(self, code: str, arguments: Mapping[str, Json], state: State, stream: Stream) -> Answer:
        """Let a call that would go well go wrong: with an error, or by finding nothing."""
        if code == EMPTY:
            return self.find_nothing(arguments, state, stream)
        return self.fail(code, arguments, state, stream)

    def fail(self, code: str, arguments: Mapping[str, Json], state: State, stream: Stream) -> Answer:
        """Give an error although no rule demands it; the world stays as it is, but for the clock."""
        self._start(state, stream)
        details = self.details.get(code)
        known = {} if details is None else details(self.scope(arguments), state)
        return Answer(error(code, known), code, self.tool.at)

    def find_nothing(self, arguments: Mapping[str, Json], state: State, stream: Stream) -> Answer:
        """Answer a search with an empty list, in the tool's own shape."""
        returns = strip(self.tool.returns)
        if isinstance(returns, ListType):
            self._start(state, stream)
            return Answer([], None, self.tool.at)
        answer = self.call(arguments, state, stream)
        if answer.failed is not None or not isinstance(returns, RecordType) or not isinstance(answer.result, dict):
            return answer
        return Answer(_emptied(answer.result, returns), None, answer.at)

    def to_result(self, arguments: Mapping[str, Json], raw: Json, state: State) -> Json:
        """Return the capability's result for the tool's own."""
        return raw if self.mapped is None else self.mapped({**self.scope(arguments), "it": raw}, state)

    @staticmethod
    def _start(state: State, stream: Stream) -> None:
        state.stream = stream
        state.seconds += clock.pause(stream)


def compile_tool(tool: Tool, index: ir.Index, expressions: Expressions) -> CompiledTool:
    """Compile a tool's requirements, rules and result."""
    compiled = [expressions.compile(requirement.when) for requirement in tool.requirements]
    return CompiledTool(
        tool,
        argument_check(tool, tuple(_condition(when) for when in compiled)),
        defaults(tool),
        call_keys(tool, index),
        tuple(_rule(rule, expressions) for rule in tool.rules),
        _details(tool, expressions),
        None if tool.result is None else expressions.compile(tool.result),
    )


def error(code: str, details: Mapping[str, Json], message: str | None = None) -> Json:
    """Return the result of a call that failed."""
    said = message or BUILTIN.get(code) or f"{code.replace('_', ' ').capitalize()}."
    known = {name: value for name, value in details.items() if value is not None}
    return {"error": {"code": code, "message": said, **known}}


def _condition(when: Fn) -> Callable[[Scope], Json]:
    nothing = State(Stream(b""), 0, {})
    return lambda scope: when(scope, nothing)


def _rule(rule: ir.Rule, expressions: Expressions) -> tuple[Fn | None, Action]:
    when = None if rule.when is None else expressions.compile(rule.when)
    if isinstance(rule.action, ir.Failure):
        return when, _failure(rule.action, rule.at, expressions)
    return when, _success(rule.action, rule.at, expressions)


def _failure(failure: ir.Failure, at: str, expressions: Expressions) -> Action:
    code, details = failure.code, expressions.tables.filled(failure.details, {})
    return lambda v, w: Answer(error(code, details(v, w)), code, at)


def _success(action: Expr, at: str, expressions: Expressions) -> Action:
    value = expressions.compile(action)
    return lambda v, w: Answer(value(v, w), None, at)


def _details(tool: Tool, expressions: Expressions) -> dict[str, Callable[[Scope, State], Record]]:
    failures = [rule.action for rule in reversed(tool.rules) if isinstance(rule.action, ir.Failure)]
    return {failure.code: expressions.tables.filled(failure.details, {}) for failure in failures}


def _is_open_list(t: Type) -> bool:
    core = strip(t)
    return isinstance(core, ListType) and core.min == 0


def _emptied(result: Record, returns: RecordType) -> Record:
    """Empty a record's lists and reset what counts them."""
    empty: Record = {field.name: [] for field in returns.fields if _is_open_list(field.type)}
    counts = [f.name for f in returns.fields if f.name in _COUNTERS and isinstance(strip(f.type), IntType)]
    return result | {name: value for name, value in empty.items() if name in result} | dict.fromkeys(counts, 0)
