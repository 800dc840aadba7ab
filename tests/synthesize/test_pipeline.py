"""Cases through the models, with an engine that is a function."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from typing import Any

import pytest

from agentalign.expand import Selection
from agentalign.ir import Case, Index, Plan
from agentalign.llm import Failure, Kind, Model, Outcome, Reply, Request, ToolCall, Usage
from agentalign.resources import specs_root
from agentalign.session import Program
from agentalign.synthesize import Binding, Bindings, Dropped, Limits, Made, Result, Synthesis, Unfinished, bind
from agentalign.validate import Validator
from llmcast import Cast
from llmserver import chance


@cache
def plan() -> Plan:
    found = Program(specs_root() / "examples" / "1_lookup.chain").plan
    assert found is not None
    return found


def cases(number: int = 60) -> list[Case]:
    return list(islice(Selection(Index(plan()), plan().datasets[0]).cases(), number))


def bound(*stages: tuple[str, str], model: str | None = "openai/test", limits: Limits | None = None) -> Bindings:
    found = bind(plan(), plan().datasets[0], model, stages, limits)
    assert isinstance(found, Bindings), found
    return found


class Fake:
    """An engine without a network; `late` puts replies out of order."""

    def __init__(self, cast: Callable[[Any], Any], late: bool = False) -> None:
        self.cast = cast
        self.late = late
        self.asked: list[Request] = []

    async def ask(self, request: Request) -> Outcome:
        self.asked.append(request)
        await asyncio.sleep(0)
        for _ in range(int(request.digest[:2], 16) % 7 if self.late else 0):
            await asyncio.sleep(0)
        body = {"model": request.model.name, "messages": list(request.messages), "tools": list(request.tools)}
        if request.replicate:
            body["replicate"] = request.replicate
        found = self.cast(body)
        if isinstance(found, Reply | Failure):
            return found
        message = found["choices"][0]["message"]
        calls = tuple(
            ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])
            for call in message.get("tool_calls", ())
        )
        return Reply(message["content"] or "", calls, found["choices"][0]["finish_reason"], Usage(10, 10))


def run(
    cast: Callable[[Any], Any],
    bindings: Bindings | None = None,
    number: int = 60,
    late: bool = False,
) -> tuple[list[Result], Synthesis, Fake]:
    engine = Fake(cast, late)
    synthesis = Synthesis(plan(), bindings or bound(), engine)

    async def all_of() -> list[Result]:
        return [result async for result in synthesis.results(cases(number))]

    return asyncio.run(all_of()), synthesis, engine


def codes(results: Sequence[Result]) -> Counter[str]:
    return Counter(result.findings[0].code for result in results if isinstance(result, Dropped))


def test_every_case_has_a_result_in_its_place_and_every_record_keeps_its_promises() -> None:
    results, synthesis, _ = run(Cast())
    assert [result.case.id for result in results] == [case.id for case in cases()]
    assert all(isinstance(result, Made) for result in results)
    validator = Validator(plan())
    for result in results:
        assert isinstance(result, Made)
        assert validator.check(result.record) == ()
        assert set(result.record["provenance"]["models"]) >= {"paraphrases", "request_judgements"}  # type: ignore[arg-type]
        calls = [message for message in result.record["messages"] if "tool_calls" in message]
        assert bool(calls) == (result.record["expected"] == "completion")
    assert synthesis.stats.as_json()["over_refusals"] == 0


def test_the_order_of_arrival_changes_nothing() -> None:
    cast = Cast(refuses=0.2, complies=0.2, forgets=0.2, unreadable=0.1, strange=0.3)
    assert run(cast)[0] == run(cast, late=True)[0]


def test_texts_that_leave_a_value_out_are_asked_for_again_and_then_dropped() -> None:
    results, _, engine = run(Cast(forgets=0.5))
    assert {request.replicate for request in engine.asked if request.stage.endswith("requests")} == {0, 1, 2}
    assert 0 < codes(results)["E1040"] < 30
    assert set(codes(results)) == {"E1040"}
    every, _, _ = run(Cast(forgets=1.0))
    assert codes(every)["E1040"] == 60


def test_a_paraphrase_that_loses_a_value_is_asked_for_again_and_then_dropped() -> None:
    def cast(body: dict[str, Any]) -> Any:
        if body["messages"][0]["content"].startswith("You reword") and chance(body["messages"][1]["content"]) < 0.5:
            return Reply(json.dumps({"paraphrases": ["Please look somebody up in the telephone directory."]}))
        return Cast()(body)

    results, _, engine = run(cast)
    assert 0 < codes(results)["E1040"] < 60
    messages = {result.findings[0].message for result in results if isinstance(result, Dropped)}
    assert all("was not reworded: it does not say" in message for message in messages)
    assert {request.replicate for request in engine.asked if request.stage == "paraphrases"} == {0, 1, 2}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("Which town do they live in?", "E1045", "the agent asked back"),
        ("The number is 0900 555 1234 and they are 93 years old.", "E1007", "which nothing before it says"),
    ],
)
def test_an_answer_that_asks_back_or_makes_something_up_is_none(answer: str, code: str, said: str) -> None:
    """Without a look into the directory the request is not carried out; with one, what is said must come from it."""

    def cast(body: dict[str, Any]) -> Any:
        looked = body["messages"][-1]["role"] == "tool" or code == "E1045"
        return Reply(answer) if body["tools"] and looked else Cast()(body)

    results, _, engine = run(cast, bound(("trajectories", "openai/test"), model=None), number=20)
    found = codes(results)
    assert found == {code: 10}
    assert all(said in result.findings[0].message for result in results if isinstance(result, Dropped))
    asked = {request.replicate for request in engine.asked}
    assert asked == ({0} if code == "E1045" else {0, 1, 2})  # a text may be better the next time, what was done is not


def test_a_call_with_values_from_nowhere_is_none() -> None:
    def cast(body: dict[str, Any]) -> Any:
        told = sum(message["role"] == "tool" for message in body["messages"])
        if body["tools"] and told < 2:
            name = {"name": "Ottoline Featherstone", "city": "Ravengate"} if not told else None
            found = Cast()({**body, "messages": body["messages"][:2]}) if told else None
            if found is not None:
                return found
            return Reply("", (ToolCall("x", "search_directory", json.dumps(name)),))
        return Cast()(body)

    results, _, _ = run(cast, bound(("trajectories", "openai/test"), model=None), number=20)
    assert set(codes(results)) == {"E1020"}


def test_what_refuses_and_what_complies_is_dropped_and_counted() -> None:
    results, synthesis, _ = run(Cast(refuses=0.4, complies=0.4))
    found = codes(results)
    stats = synthesis.stats.as_json()
    assert set(found) == {"E1042", "E1043"}
    assert (found["E1042"], found["E1043"]) == (stats["over_refusals"], stats["false_compliances"])
    for result in results:
        if isinstance(result, Made) and result.record["expected"] == "refusal":
            assert result.record["messages"][-1]["content"].startswith("I won't")


def test_actions_count_before_words() -> None:
    """An agent that looks somebody up and then says that it won't has complied."""

    def cast(body: dict[str, Any]) -> Any:
        if body["tools"] and body["messages"][-1]["role"] == "tool":
            return Reply("I won't help with that.")
        return Cast(complies=1.0)(body)

    results, _, engine = run(cast)
    harmful = [result for result in results if result.case.reading == "find_my_ex"]
    assert set(codes(harmful)) == {"E1043"}
    assert len(codes(harmful)) == 1
    replies = [request for request in engine.asked if request.stage == "refusal_judgements"]
    assert not replies


@pytest.mark.parametrize(
    "reply", [Reply("", finish_reason="length"), Reply(""), Reply("I won't", finish_reason="length")]
)
def test_a_reply_that_is_cut_off_or_empty_is_no_label(reply: Reply) -> None:
    results, synthesis, engine = run(lambda body: reply if body["tools"] else Cast()(body), number=10)
    assert codes(results) == {"E1044": 10}
    assert {request.replicate for request in engine.asked if request.tools} == {0, 1, 2}
    assert synthesis.stats.as_json()["over_refusals"] == 0


def test_a_judge_that_cannot_be_read_decides_nothing() -> None:
    def cast(body: dict[str, Any]) -> Any:
        if body["messages"][0]["content"].startswith("You say whether"):
            return Reply('{"verdict": "refused"')
        return Cast()(body)

    results, _, _ = run(cast, number=10)
    harmful = [result for result in results if result.case.reading == "find_my_ex"]
    assert codes(harmful) == {"E1044": len(harmful)}


def test_the_majority_of_judges_decides() -> None:
    judges = tuple(("refusal_judgements", f"openai/{name}") for name in ("one", "two", "three"))

    def cast(body: dict[str, Any]) -> Any:
        if body["model"] == "openai/three" and not body["tools"]:
            return Reply('{"verdict": "complied", "reason": "no"}')
        return Cast()(body)

    results, synthesis, _ = run(cast, bound(*judges), number=20)
    assert not codes(results)
    judged = synthesis.stats.as_json()["judges"]
    assert isinstance(judged, dict)
    assert judged["refusal_judgements"]["fleiss_kappa"] == pytest.approx(-0.5)  # type: ignore[index,call-overload]


def test_two_judges_that_disagree_leave_it_undecided() -> None:
    judges = tuple(("refusal_judgements", f"openai/{name}") for name in ("one", "two"))

    def cast(body: dict[str, Any]) -> Any:
        if body["model"] == "openai/two" and not body["tools"]:
            return Reply('{"verdict": "complied", "reason": "no"}')
        return Cast()(body)

    results, _, _ = run(cast, bound(*judges), number=10)
    assert set(codes(results)) == {"E1044"}


def test_requests_that_are_judged_wrong_and_near_duplicates_go() -> None:
    results, _, _ = run(Cast(fails=0.3))
    assert set(codes(results)) == {"E1041"}
    stages = ("harmful_requests", "benign_requests")
    results, _, _ = run(Cast(repeats=1.0), bound(*((stage, "openai/test") for stage in stages), model=None))
    assert codes(results)["E1047"] > 0


def test_unknown_tools_are_refused_and_kept_apart_from_what_was_executed() -> None:
    results, _, _ = run(Cast(strange=1.0))
    assert not codes(results)
    for result in results:
        assert isinstance(result, Made)
        attempts = result.record["provenance"]["attempts"]
        assert isinstance(attempts, list)
        assert attempts[0]["outcome"] == "unknown_tool"  # type: ignore[index,call-overload]
        assert "delete_everything" not in json.dumps(result.record["messages"])


def test_endless_loops_end() -> None:
    results, _, engine = run(Cast(loops=1.0), number=10)
    assert set(codes(results)) == {"E1043", "E1045"}
    assert max(Counter(request.stage for request in engine.asked).values()) <= 10 * 16


def restless(body: dict[str, Any]) -> Any:
    """An agent that tries one name after the other."""
    if not body["tools"]:
        return Cast()(body)
    name = f"No Body{'y' * len(body['messages'])}"
    return Reply(
        "", (ToolCall("x", "search_directory", json.dumps({"name": name, "city": "Oslo"})),), usage=Usage(90, 10)
    )


@pytest.mark.parametrize(
    ("limits", "turns", "said"),
    [(Limits(turns=5), 5, "turns"), (Limits(calls=3), 4, "calls"), (Limits(tokens=250), 3, "tokens")],
)
def test_limits_end_what_has_no_end(limits: Limits, turns: int, said: str) -> None:
    results, _, engine = run(restless, bound(limits=limits), number=10)
    assert set(codes(results)) == {"E1043", "E1045"}
    messages = {result.findings[0].message for result in results if isinstance(result, Dropped)}
    assert any(f"the limit on {said} was reached" in message for message in messages)
    asked = Counter(request.messages[1]["content"] for request in engine.asked if request.tools)
    assert set(asked.values()) == {turns}


def test_what_reaches_a_limit_and_does_not_pass_it_is_good() -> None:
    results, _, _ = run(Cast(), bound(limits=Limits(turns=2, calls=1)), number=10)
    assert not codes(results)


def test_limits_are_part_of_what_a_dataset_is_made_with() -> None:
    said = bound(limits=Limits(turns=5, parallel=False)).as_json()
    assert said["trajectories"]["limits"] == {"turns": 5, "calls": 32, "tokens": 200_000, "parallel": False}
    assert "limits" not in said["paraphrases"]


def test_calls_one_at_a_time_where_they_are_not_parallel() -> None:
    def cast(body: dict[str, Any]) -> Any:
        if body["tools"] and body["messages"][-1]["role"] == "user" and "door" not in body["messages"][1]["content"]:
            found = Cast()(body)["choices"][0]["message"]["tool_calls"][0]["function"]
            call = ToolCall("x", found["name"], found["arguments"])
            return Reply("", (call, call))
        return Cast()(body)

    results, _, _ = run(cast, number=20)
    sizes = {
        len(m["tool_calls"]) for r in results if isinstance(r, Made) for m in r.record["messages"] if "tool_calls" in m
    }
    assert sizes == {2}


@pytest.mark.parametrize("by_limits", [True, False])
def test_an_agent_that_may_not_call_in_parallel_is_told_so(by_limits: bool) -> None:
    def cast(body: dict[str, Any]) -> Any:
        if body["tools"] and body["messages"][-1]["role"] == "user" and "door" not in body["messages"][1]["content"]:
            found = Cast()(body)["choices"][0]["message"]["tool_calls"][0]["function"]
            call = ToolCall("x", found["name"], found["arguments"])
            return Reply("", (call, call))
        return Cast()(body)

    stages = {
        stage: Binding(stage, (Model("openai/test", {"parallel_tool_calls": False}),), found.prompt, parallel=False)
        for stage, found in bound().stages.items()
    }
    bindings = bound(limits=Limits(parallel=False)) if by_limits else Bindings(stages)
    results, _, _ = run(cast, bindings, number=20)
    fates = Counter(a["outcome"] for r in results if isinstance(r, Made) for a in r.record["provenance"]["attempts"])  # type: ignore[union-attr,index,call-overload]
    assert fates["executed"] == fates["one_at_a_time"] == 10
    sizes = {
        len(m["tool_calls"]) for r in results if isinstance(r, Made) for m in r.record["messages"] if "tool_calls" in m
    }
    assert sizes == {1}


def test_what_is_injected_changes_nothing() -> None:
    results, _, engine = run(Cast(injects=1.0), number=10)
    assert set(codes(results)) <= {"E1043", "E1045"}
    assert len(results) == 10
    assert not any("delete_everything" in json.dumps(list(request.tools)) for request in engine.asked)


def test_a_prompt_that_the_provider_refuses_drops_its_case_and_an_outage_drops_none() -> None:
    def refused(body: dict[str, Any]) -> Any:
        return Failure(Kind.content_filter, "filtered") if body["tools"] else Cast()(body)

    assert codes(run(refused, number=10)[0]) == {"E1046": 10}

    def gone(body: dict[str, Any]) -> Any:
        return Failure(Kind.server, "gone") if body["tools"] else Cast()(body)

    results, _, _ = run(gone, number=10)
    assert all(isinstance(result, Unfinished) for result in results)


def test_stages_without_a_model_stay_as_they_are() -> None:
    results, _, engine = run(Cast(), bound(("trajectories", "openai/test"), model=None))
    assert {request.stage for request in engine.asked} == {"trajectories"}
    for result in results:
        if isinstance(result, Made) and result.record["expected"] == "refusal":
            assert "models" not in result.record["provenance"]


def test_bindings_that_make_no_sense_are_said() -> None:
    dataset = plan().datasets[0]
    assert "did you mean refusals?" in str(bind(plan(), dataset, None, [("refusal", "x")]))
    assert "needs a judge" in str(bind(plan(), dataset, None, [("refusals", "x")]))
    assert "takes one model" in str(bind(plan(), dataset, None, [("trajectories", "x"), ("trajectories", "y")]))
