"""Calls against their tools: arguments and results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agentalign.types import conforms, describe
from agentalign.validate.facts import Facts, ToolFacts
from agentalign.validate.finding import Finding
from agentalign.validate.schema import complaint
from agentalign.validate.turns import BAD, Exchange, loads


class Executed(NamedTuple):
    """A call with its arguments and result read; `failed` is the code of an error."""

    exchange: Exchange
    tool: ToolFacts
    arguments: Mapping[str, object]
    result: object
    failed: str | None


def executed(facts: Facts, exchange: Exchange) -> Executed | Finding:
    """Read one call; what cannot be read is a finding."""
    tool = facts.tool(exchange.tool)
    if tool is None:
        path = exchange.arguments_at.removesuffix("arguments") + "name"
        return Finding("E1010", f"no tool of the plan is called `{exchange.tool}`", path=path)
    arguments = loads(exchange.arguments)
    if not isinstance(arguments, dict):
        what = "not JSON" if arguments is BAD else "not an object"
        return Finding("E1002", f"the arguments of `{exchange.tool}` are {what}", tool.tool.at, exchange.arguments_at)
    result = loads(exchange.content)
    if result is BAD:
        return Finding("E1003", f"the result of `{exchange.tool}` is not JSON", tool.tool.at, exchange.result_at)
    return Executed(exchange, tool, arguments, result, _error(result))


def check_call(call: Executed) -> list[Finding]:
    """Arguments against the tool's schema and types, the result against the declared type or errors."""
    tool, exchange, arguments = call.tool, call.exchange, call.arguments
    found: list[Finding] = []
    if not tool.accepts(arguments):
        path, reason = complaint(tool.schema, arguments)
        message = f"`{exchange.tool}` does not take {path or 'this'}: {reason}"
        found.append(Finding("E1002", message, tool.tool.at, exchange.arguments_at))
    else:
        for name, test in tool.values:
            if name in arguments and (wrong := test(arguments[name])):
                message = f"`{name}` of `{exchange.tool}`{_tail(wrong)}"
                found.append(Finding("E1017", message, tool.tool.at, exchange.arguments_at))
    if (odd := _result(call)) is not None:
        found.append(odd)
    return found


def _result(call: Executed) -> Finding | None:
    tool, exchange = call.tool, call.exchange
    if call.failed is not None:
        if call.failed in tool.errors:
            return None
        message = f"`{exchange.tool}` gives the error `{call.failed}`, which it does not declare"
        return Finding("E1015", message, tool.tool.at, exchange.result_at)
    wrong = None if tool.returns(call.result) else conforms(call.result, tool.tool.returns) or ": its schema refuses it"
    if wrong is None and tool.deep_result is not None:
        wrong = tool.deep_result(call.result)
    if wrong is None:
        return None
    message = f"the result of `{exchange.tool}` is not a value of {describe(tool.tool.returns)}{_tail(wrong)}"
    return Finding("E1003", message, tool.tool.at, exchange.result_at)


def _error(result: object) -> str | None:
    """The code of an error object: `{"error": {"code", "message", details}}`."""
    if not isinstance(result, dict) or len(result) != 1:
        return None
    error = result.get("error")
    if isinstance(error, dict) and isinstance(error.get("message"), str) and isinstance(error.get("code"), str):
        return str(error["code"])
    return None


def _tail(reason: str) -> str:
    """Append a reason that begins with a JSON pointer: `/0/url: ...`, or `: ...` for the value itself."""
    return reason if reason.startswith(":") else f" at {reason}"
