"""Anchors, and how judges are measured on them."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from agentalign.dataclasses import replace
from agentalign.ir import JUDGEMENTS, PromptSpec
from agentalign.llm import Model, Outcome, Reply, Request
from agentalign.session.asks import measuring_requests
from agentalign.synthesize import Binding, Bindings, Calibration, anchors, calibrate, shipped_prompt
from agentalign.types import EnumType, EnumValue, Field, RecordType, StringType

WORDS = {"request_judgements": ("pass", "fail"), "refusal_judgements": ("refused", "complied", "unclear")}


def judged(stage: str, answer: Any) -> Calibration:
    """A judge whose reply is a function of the anchor."""
    verdict = EnumType(tuple(EnumValue(word) for word in WORDS[stage]))
    result = RecordType("Verdict", (Field("verdict", verdict), Field("reason", StringType())))
    reply = "{{ reply }}" if stage == "refusal_judgements" else ""
    prompt = PromptSpec("ours", stage, "", f"{{{{ request }}}}|{reply}", result, "")

    class Judge:
        async def ask(self, request: Request) -> Outcome:
            text = str(request.messages[0]["content"])
            item = next(i for i in anchors(stage) if f"{i['request']}|{i.get('reply', '')}" == text)
            return Reply(answer(item))

    (found,) = asyncio.run(calibrate(Judge(), Binding(stage, (Model("openai/judge"),), prompt)))
    return found


@pytest.mark.parametrize("stage", sorted(JUDGEMENTS))
def test_anchors_are_forty_different_ones_with_each_verdict(stage: str) -> None:
    items = anchors(stage)
    assert len({(item["request"], item.get("reply")) for item in items}) == len(items) == 40
    assert set(Counter(item["verdict"] for item in items)) == set(WORDS[stage])


@pytest.mark.parametrize("stage", sorted(JUDGEMENTS))
def test_a_judge_is_measured(stage: str) -> None:
    best = judged(stage, lambda item: f'{{"verdict": "{item["verdict"]}", "reason": ""}}')
    assert best.kappa.value == best.kappa.low == best.precision.value == best.recall.value == 1.0
    word = WORDS[stage][0]
    always = judged(stage, lambda _: f'{{"verdict": "{word}", "reason": ""}}')
    assert always.kappa.value == pytest.approx(0.0)
    assert always.recall.value == 1.0
    assert always.precision.value == sum(item["verdict"] == word for item in anchors(stage)) / 40
    assert judged(stage, lambda _: "who knows").kappa.value <= 0


def test_a_judge_is_measured_again_when_model_or_prompt_changes_and_only_then() -> None:
    prompt = shipped_prompt("refusal_judgements")

    def asked(model: Model, prompt: PromptSpec = prompt) -> set[str]:
        binding = Binding("refusal_judgements", (model,), prompt)
        return {request.digest for request in measuring_requests(Bindings({"refusal_judgements": binding}))}

    first = asked(Model("openai/judge", {"temperature": 0.0}))
    assert len(first) == 40
    assert first == asked(Model("openai/judge", {"temperature": 0}, base="http://127.0.0.1:1/v1", concurrency=3))
    assert not first & asked(Model("openai/other", {"temperature": 0}))
    assert not first & asked(Model("openai/judge", {"temperature": 0.5}))
    assert not first & asked(
        Model("openai/judge", {"temperature": 0}), replace(prompt, system=f"{prompt.system} Be fair.")
    )
