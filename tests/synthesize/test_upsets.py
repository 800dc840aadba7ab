"""What goes wrong on purpose goes wrong for agents too: with the first call of its step, as often as it should."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from agentalign.ir import Case, Plan, Trajectory
from agentalign.llm import Outcome, Reply, Request, ToolCall
from agentalign.render import Renderer
from agentalign.resources import specs_root
from agentalign.session import Program, with_options
from agentalign.simulate import Simulator
from agentalign.synthesize import Bindings, Dropped, Made, Result, Synthesis, bind
from agentalign.validate import Validator
from compiling import cases_of


@cache
def plan() -> Plan:
    found = Program(specs_root() / "examples" / "3_helpdesk.chain").plan
    assert found is not None
    return found


@cache
def upset_cases() -> tuple[Case, ...]:
    return tuple(case for case in cases_of(plan(), 400) if case.response.outcome is not None)


class Player:
    """An agent that does what the compiler would do, with what this world calls things."""

    def __init__(self, cases: tuple[Case, ...], *, stubborn: bool = False, rash: bool = False) -> None:
        renderer, simulator = Renderer(plan()), Simulator(plan())
        self.stubborn = stubborn
        self.rash = rash
        self.parts = {}
        for case in cases:
            trajectory = simulator.run(case)
            assert isinstance(trajectory, Trajectory)
            answer = renderer.completed(case, trajectory)["messages"][-1]["content"]
            self.parts[renderer.request(case)] = trajectory.calls, answer

    async def ask(self, request: Request) -> Outcome:
        messages: list[dict[str, Any]] = [dict(message) for message in request.messages]
        calls, answer = self.parts[messages[1]["content"]]
        told = [json.loads(message["content"]) for message in messages if message["role"] == "tool"]
        fresh = dict(pair for call, result in zip(calls, told, strict=False) for pair in renamed(call.result, result))
        if self.stubborn and told and len(told) < 3:  # the same again, whatever came of it
            return Reply("", (self.call(calls[0].tool, calls[0].arguments, fresh),))
        if self.rash and told and calls[len(told) - 1].failed:
            return Reply(answer_of(answer, fresh))
        if len(told) < len(calls):
            return Reply("", (self.call(calls[len(told)].tool, calls[len(told)].arguments, fresh),))
        return Reply(answer_of(answer, fresh))

    @staticmethod
    def call(tool: str, arguments: object, fresh: dict[str, str]) -> ToolCall:
        return ToolCall("x", tool, answer_of(json.dumps(arguments), fresh))


def answer_of(text: str, fresh: dict[str, str]) -> str:
    for old, new in fresh.items():
        text = text.replace(old, new)
    return text


def renamed(old: object, new: object) -> Iterator[tuple[str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() & new.keys():
            yield from renamed(old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from renamed(one, other)
    elif isinstance(old, str | int | float) and old != new and len(str(old)) > 3:
        yield str(old), str(new)


def run(player: Player, cases: tuple[Case, ...]) -> list[Result]:
    bindings = bind(plan(), with_options(plan().datasets[0], 10, None), None, [("trajectories", "openai/test")])
    assert isinstance(bindings, Bindings)

    async def results() -> list[Result]:
        return [result async for result in Synthesis(plan(), bindings, player).results(cases)]

    return asyncio.run(results())


def test_agents_meet_them_and_the_records_say_so() -> None:
    cases = upset_cases()
    modes = Counter(case.response.outcome.mode for case in cases if case.response.outcome)
    assert set(modes) == {"retry", "report", "alternative"}
    validator = Validator(plan())
    for result in run(Player(cases), cases):
        assert isinstance(result, Made), result
        record, outcome = result.record, result.case.response.outcome
        assert outcome is not None
        assert record["provenance"]["outcome"] == f"{outcome.step}: {outcome.error} then {outcome.mode}"
        assert validator.check(record) == ()  # from the folder alone, too
        results = [json.loads(message["content"]) for message in record["messages"] if message["role"] == "tool"]
        errors = [found["error"]["code"] for found in results if isinstance(found, dict) and "error" in found]
        assert errors == ([] if outcome.error == "empty" else [outcome.error])
        attempts = record["provenance"]["attempts"]
        assert isinstance(attempts, list)
        assert Counter(attempt["outcome"] for attempt in attempts)["failed"] == len(errors)  # type: ignore[index,call-overload]


def test_an_agent_that_gives_up_too_soon_has_not_carried_it_out() -> None:
    for result in run(Player(upset_cases(), rash=True), upset_cases()):
        assert result.case.response.outcome is not None
        if result.case.response.outcome.mode == "report" or result.case.response.outcome.error == "empty":
            continue
        assert isinstance(result, Dropped)
        assert result.findings[0].code == "E1045"


@pytest.mark.parametrize("mode", ["retry", "alternative", "report"])
def test_the_same_call_again(mode: str) -> None:
    """It goes well where it is to be tried again, and never where something else is to be tried or said."""
    simulator, seen = Simulator(plan()), 0
    for case in upset_cases():
        outcome = case.response.outcome
        assert outcome is not None
        if outcome.mode != mode or outcome.error == "empty":
            continue
        trajectory = simulator.run(case)
        assert isinstance(trajectory, Trajectory)
        episode, fresh = simulator.episode(case), dict[str, str]()
        for call in trajectory.calls:
            assert episode.steps_left
            arguments = json.loads(answer_of(json.dumps(call.arguments), fresh))
            answer = episode.answer(call.tool, arguments)
            assert answer.failed == call.failed
            fresh |= renamed(call.result, answer.result)
            if answer.failed is not None:
                again = [episode.answer(call.tool, arguments).failed for _ in range(3)]
                assert again == ([None] * 3 if mode == "retry" else [outcome.error] * 3)
                if mode == "report":
                    assert episode.steps_left == ()
                elif mode == "alternative":
                    assert episode.steps_left[0] == outcome.step
                seen += 1
                break
    assert seen


def test_a_stubborn_agent_comes_to_an_end() -> None:
    results = run(Player(upset_cases(), stubborn=True), upset_cases())
    assert len(results) == len(upset_cases())
    codes = Counter(result.findings[0].code if isinstance(result, Dropped) else "" for result in results)
    assert codes["E1045"] > 0


def test_a_record_that_claims_one_has_it() -> None:
    cases = upset_cases()
    validator = Validator(plan())
    for result in run(Player(cases), cases):
        assert isinstance(result, Made)
        messages = result.record["messages"]
        (failed,) = [at for at, said in enumerate(messages) if said["role"] == "tool" and '{"error"' in said["content"]]
        result.record["messages"] = messages[: failed - 1] + messages[failed + 1 :]
        assert "E1018" in {finding.code for finding in validator.check(result.record)}
