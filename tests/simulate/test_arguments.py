"""The checker of arguments and the tool's JSON Schema agree, both ways; and calls that fit always get an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agentalign.ir import Index, Json, Tool
from agentalign.simulate import Simulator
from agentalign.strategies import near_misses, strategy
from agentalign.types import Field, RecordType, conforms
from simulate.plans import PLAN, TOOLS

SIMULATOR = Simulator(PLAN)
BUILTIN = {"rate_limited", "service_unavailable"}


def parameters(tool: Tool) -> RecordType:
    return RecordType(
        tool.name, tuple(Field(p.name, p.type, optional=p.optional or p.has_default) for p in tool.params)
    )


def calls(tool: Tool) -> st.SearchStrategy[Json]:
    """Arguments on both sides of the schema."""
    kind = parameters(tool)
    return strategy(kind) | near_misses(kind, structural=True)


def schema_takes(tool: Tool, arguments: Json) -> bool:
    return bool(Draft202012Validator(json.loads(tool.schema)).is_valid(arguments))


def error_code(result: Json) -> str | None:
    error: Any = result.get("error") if isinstance(result, dict) else None
    return error["code"] if isinstance(error, dict) else None


def ends_in_newline(value: Json) -> bool:
    """Python's `$` admits a final newline, which JSON Schema's does not."""
    match value:
        case str():
            return value.endswith("\n")
        case dict():
            return any(map(ends_in_newline, value.values()))
        case list():
            return any(map(ends_in_newline, value))
        case _:
            return False


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_checker_and_schema_agree(tool: Tool, data: st.DataObject) -> None:
    arguments = data.draw(calls(tool))
    assume(isinstance(arguments, dict) and not ends_in_newline(arguments))
    assert isinstance(arguments, dict)
    rejected = error_code(SIMULATOR.empty("k").call(tool.name, arguments)) == "invalid_arguments"
    assert rejected is not schema_takes(tool, arguments)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_call_that_fits_gets_its_result_or_a_declared_error(tool: Tool, data: st.DataObject) -> None:
    arguments = data.draw(strategy(parameters(tool)))
    assume(schema_takes(tool, arguments))
    assert isinstance(arguments, dict)
    result = SIMULATOR.empty(data.draw(st.text(max_size=3))).call(tool.name, arguments)
    code = error_code(result)
    if code is None:
        assert conforms(result, tool.returns) is None
    else:
        assert code in {*tool.fails, *BUILTIN}
        assert result["error"]["message"]  # type: ignore[call-overload,index]


def send(**arguments: Json) -> Json:
    return SIMULATOR.empty("k").call("outlook_send", {"recipient": "a@example.org", "message": "x"} | arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "`sender` is missing"),
        ({"sender": "nobody"}, "sender: not a valid e-mail address"),
        ({"sender": "b@example.org", "bcc": "c@example.org"}, "`bcc` is unknown"),
        ({"sender": "b@example.org", "priority": "high"}, "`reason` is missing"),
        ({"sender": "b@example.org", "priority": "urgent"}, "priority: "),
    ],
)
def test_the_message_says_what_is_wrong(arguments: dict[str, Json], message: str) -> None:
    error: Any = send(**arguments)
    assert error["error"]["code"] == "invalid_arguments"
    assert error["error"]["message"].startswith(message)


def test_a_default_counts_in_conditions() -> None:
    assert error_code(send(sender="b@example.org")) == "recipient_not_found"
    assert error_code(send(sender="b@example.org", priority="high", reason="late")) == "recipient_not_found"


def test_a_tool_nobody_declared() -> None:
    assert error_code(SIMULATOR.empty("k").call("no_tool", {})) == "unknown_tool"


def test_every_tool_is_tested() -> None:
    assert {tool.name for tool in TOOLS} == set(Index(PLAN).tools)
