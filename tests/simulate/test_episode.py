"""Worlds that an agent acts in: what the chain plants later is there when it is due."""

from __future__ import annotations

from functools import cache

import pytest

from agentalign.ir import Plan, Trajectory
from agentalign.resources import specs_root
from agentalign.session import Program
from agentalign.simulate import Simulator
from compiling import cases_of, small_plan


@cache
def plan(name: str) -> Plan:
    if name == "small":
        return small_plan()
    found = Program(specs_root() / "examples" / f"{name}.chain").plan
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["small", "1_lookup", "2_shopping", "3_helpdesk"])
def test_an_agent_that_does_what_the_chain_says_gets_to_its_end(name: str) -> None:
    simulator, reached = Simulator(plan(name)), 0
    expected = {reading.name: reading.expected for reading in plan(name).readings}
    for case in cases_of(plan(name), 60):
        plain = case._replace(response=case.response._replace(outcome=None))
        if expected[case.reading] == "refusal":
            continue
        trajectory = simulator.run(plain)
        assert isinstance(trajectory, Trajectory)
        episode, again = simulator.episode(plain), simulator.episode(plain)
        fresh = {}  # what the run found and this world calls otherwise
        for call in trajectory.calls:
            arguments = {key: fresh.get(str(value), value) for key, value in call.arguments.items()}
            answer = episode.answer(call.tool, arguments)
            assert again.answer(call.tool, arguments) == answer
            if answer.failed is not None:
                break
            fresh |= renamed(call.result, answer.result)
        else:
            assert episode.steps_left == ()
            assert not episode.lost
            reached += 1
    assert reached > 10


def renamed(old: object, new: object) -> dict[str, object]:
    """What stands in one result where another has something else."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: value for name in old.keys() & new.keys() for key, value in renamed(old[name], new[name]).items()}
    if isinstance(old, list) and isinstance(new, list):
        return {key: value for a, b in zip(old, new, strict=False) for key, value in renamed(a, b).items()}
    return {str(old): new} if isinstance(old, str) and isinstance(new, str) else {}


def test_calls_that_belong_to_no_step_lead_nowhere() -> None:
    simulator = Simulator(plan("1_lookup"))
    case = next(case for case in cases_of(plan("1_lookup"), 60) if case.reading == "return_a_wallet")
    episode = simulator.episode(case)
    assert episode.check("search_directory", {"name": "Nobody Known"}) == "`city` is missing"
    assert episode.answer("search_directory", {"name": "Nobody Known", "city": "Oslo"}).failed == "not_listed"
    assert episode.answer("no_such_tool", {}).failed == "unknown_tool"
    assert episode.steps_left == ("entry",)
    who, town = case.values["who"], case.values["town"]
    assert episode.answer("search_directory", {"name": who, "city": town}).failed is None
    assert episode.steps_left == ()
