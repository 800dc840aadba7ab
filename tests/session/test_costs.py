"""What a run with models is said to cost, against what it takes."""

from __future__ import annotations

import json
from collections import Counter

import orjson
import pytest

from agentalign.cli import main
from agentalign.ir import STAGES, Dataset, Plan
from agentalign.llm import BatchWriter, Reply, Request, Store, count_request
from agentalign.llm.wire import read_completion
from agentalign.resources import specs_root
from agentalign.session import Program, estimate, next_requests, with_options
from agentalign.synthesize import Bindings, bind
from llmcast import Cast

SPEC = specs_root() / "examples" / "1_lookup.chain"


def small(size: int = 20) -> tuple[Plan, Dataset]:
    plan = Program(SPEC).plan
    assert plan is not None
    return plan, with_options(plan.datasets[0], size, None)


def bound(plan: Plan, dataset: Dataset, *stages: tuple[str, str], model: str | None = None) -> Bindings:
    bindings = bind(plan, dataset, model, stages)
    assert isinstance(bindings, Bindings)
    return bindings


def taken(plan: Plan, dataset: Dataset, bindings: Bindings) -> tuple[Counter[str], Counter[str]]:
    """Calls and prompt tokens by stage, of models that do all as they should."""
    calls, read = Counter[str](), Counter[str]()
    writer, cast = BatchWriter(), Cast()
    with Store() as store:
        while True:
            asked: list[Request] = []
            next_requests(plan, dataset, bindings, asked.append, store)
            if not asked:
                return calls, read
            for request in asked:
                line = writer.line(request)
                assert isinstance(line, bytes)
                reply = read_completion(cast(orjson.loads(line)["body"]), 0)
                assert isinstance(reply, Reply)
                store.put([(request.digest, reply)])
                calls[request.stage] += 1
                read[request.stage] += count_request(request).count


def test_the_estimate_is_what_a_run_without_mishaps_takes() -> None:
    plan, dataset = small()
    bindings = bound(plan, dataset, model="openai/test")
    calls, read = taken(plan, dataset, bindings)
    found = {cost.stage: cost for cost in estimate(plan, dataset, bindings)}
    assert list(found) == [stage for stage in STAGES if calls[stage]]
    assert {stage: cost.calls for stage, cost in found.items()} == dict(calls)
    for stage, cost in found.items():
        assert cost.read == pytest.approx(read[stage], rel=0.2), stage
        assert cost.written > 0


def test_several_judges_are_counted_each() -> None:
    plan, dataset = small()
    stages = [("benign_requests", "openai/test"), *(("request_judgements", f"openai/{name}") for name in "abc")]
    found = estimate(plan, dataset, bound(plan, dataset, *stages), 0)
    assert [(cost.stage, cost.model, cost.calls) for cost in found] == [
        ("benign_requests", "openai/test", 2),
        ("request_judgements", "openai/a", 10),
        ("request_judgements", "openai/b", 10),
        ("request_judgements", "openai/c", 10),
    ]


def test_a_stage_that_has_nothing_to_do_costs_nothing() -> None:
    plan, dataset = small()
    stages = [("borderline_requests", "openai/test"), ("request_judgements", "openai/test")]
    assert estimate(plan, dataset, bound(plan, dataset, *stages), 0) == ()
    assert estimate(plan, dataset, Bindings()) == ()


def test_a_larger_dataset_is_counted_on_a_sample() -> None:
    plan, dataset = small(1_000)
    (cost,) = estimate(plan, dataset, bound(plan, dataset, ("paraphrases", "openai/gpt-4o-mini")))
    assert cost.calls == 1_000
    (few,) = estimate(plan, small(100)[1], bound(plan, dataset, ("paraphrases", "openai/gpt-4o-mini")))
    assert cost.read == pytest.approx(10 * few.read, rel=0.05)
    assert cost.cost is not None
    assert few.cost is not None
    assert cost.cost == pytest.approx(10 * few.cost, rel=0.05)


def test_the_command_shows_it_and_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plan", str(SPEC), "--llm", "-n", "20"]
    assert main([*words, "--model", "openai/gpt-4o-mini", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [stage["stage"] for stage in found["stages"]] == [s for s in STAGES if s != "borderline_requests"]
    assert found["total"]["calls"] == sum(stage["calls"] for stage in found["stages"])
    assert found["total"]["cost"] == pytest.approx(sum(stage["cost"] for stage in found["stages"]), abs=1e-4)
    assert main([*words, "--model", "hosted_vllm/mine", "--stage", "refusals"]) == 0
    shown = capsys.readouterr().out
    assert "hosted_vllm/mine" in shown
    assert "paraphrases" not in shown
    assert "no price is known" in shown
    assert main(words) == 2
    assert "no model is bound" in capsys.readouterr().err
