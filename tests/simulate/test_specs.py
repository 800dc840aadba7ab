"""Every tool we ship: its schema and its simulation agree, and a call that fits gets its result or a declared error."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agentalign.ir import Plan, Tool
from agentalign.resources import specs_root
from agentalign.session.program import Program
from agentalign.simulate import Simulator
from agentalign.strategies import near_misses, strategy
from agentalign.types import Field, RecordType, conforms
from simulate.test_arguments import ends_in_newline


@cache
def plan() -> Plan:
    program = Program(specs_root() / "agentalign")
    assert program.plan is not None, program.diagnostics
    return program.plan


@cache
def simulator() -> Simulator:
    return Simulator(plan())


def parameters(tool: Tool) -> RecordType:
    return RecordType(
        tool.name, tuple(Field(p.name, p.type, optional=p.optional or p.has_default) for p in tool.params)
    )


PLATFORMS = 8


@pytest.mark.parametrize("part", range(PLATFORMS))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_schemas_and_simulations_agree(part: int, data: st.DataObject) -> None:
    tool = data.draw(st.sampled_from(plan().tools[part::PLATFORMS]))
    kind = parameters(tool)
    arguments = data.draw(strategy(kind) | near_misses(kind, structural=True))
    if not isinstance(arguments, dict) or ends_in_newline(arguments):
        return
    answer = simulator().empty(data.draw(st.text(max_size=2))).answer(tool.name, arguments)
    fits = Draft202012Validator(json.loads(tool.schema)).is_valid(arguments)
    assert (answer.failed != "invalid_arguments") is fits
    if answer.failed is None:
        json.dumps(answer.result, allow_nan=False)
        if conforms(arguments, kind) is None:
            assert conforms(answer.result, tool.returns) is None
    elif fits:
        assert answer.failed in tool.fails
