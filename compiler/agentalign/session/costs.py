"""What the models of a dataset would cost, before anything is sent.

Calls are counted over the cases of the dataset. Tokens are counted on a sample, in the prompts that would really be sent
but for what depends on replies: in place of a model's text stands the compiler's own of the same case. What comes on top
(texts asked for again, rows made up for dropped ones, loops of agents) is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from agentalign.dataclasses import dataclass
from agentalign.expand import Selection
from agentalign.ir import STAGES, Breakdown, Case, Dataset, Plan, Record
from agentalign.llm import Model, Request, count_request, count_text, price_of
from agentalign.session.asks import measuring_requests
from agentalign.synthesize import BLOCK, Binding, Bindings, Draft, Scopes, asked, batches
from agentalign.templates import compile_template

_VERDICT = 60  # tokens of a reason of one sentence with its verdict, as JSON
_JSON = 12  # tokens of what stands around texts in a reply


@dataclass(frozen=True, slots=True)
class StageCost:
    """What a stage would take of a model: calls, tokens read and written, US dollars (None: no price is known)."""

    stage: str
    model: str
    calls: int
    read: int
    written: int
    cost: float | None

    def as_json(self) -> dict[str, Any]:
        """The form for machines."""
        return {
            "stage": self.stage,
            "model": self.model,
            "calls": self.calls,
            "prompt_tokens": self.read,
            "completion_tokens": self.written,
            "cost": None if self.cost is None else round(self.cost, 6),
        }


@dataclass(frozen=True, slots=True)
class _Use:
    """Calls and tokens of some cases."""

    calls: int = 0
    read: int = 0
    written: int = 0

    def __add__(self, other: _Use) -> _Use:
        return _Use(self.calls + other.calls, self.read + other.read, self.written + other.written)


def estimate(plan: Plan, dataset: Dataset, bindings: Bindings, least_kappa: float = 1.0) -> tuple[StageCost, ...]:
    """The cost of every stage and model, in the order the stages run; stages that have nothing to do are left out.

    With `least_kappa` 0 no judge is measured.
    """
    if not bindings.stages:
        return ()
    costs = _Costs(plan, bindings)
    cases = tuple(islice(Selection(costs.scopes.index, dataset).cases(), dataset.size))
    sample = cases[:BLOCK]
    used = costs.used([costs.scopes.draft(case) for case in sample])
    measured = _measuring(bindings, least_kappa)
    found = []
    for stage in STAGES:
        binding = bindings.get(stage)
        for model in binding.models if binding is not None else ():
            use = _scaled(used.get((stage, model.name), _Use()), costs.count(stage, sample), costs.count(stage, cases))
            use += measured.get((stage, model.name), _Use())
            if use.calls:
                found.append(_priced(stage, model, use))
    return tuple(found)


def _scaled(use: _Use, sampled: int, cases: int) -> _Use:
    """Usage of all cases, by that of the sampled ones."""
    if not sampled:
        return _Use()
    return _Use(*(round(part * cases / sampled) for part in (use.calls, use.read, use.written)))


def _priced(stage: str, model: Model, use: _Use) -> StageCost:
    price = price_of(model)
    cost = None if price is None else price.of(use.read, use.written)
    return StageCost(stage, model.name, use.calls, use.read, use.written, cost)


def _measuring(bindings: Bindings, least_kappa: float) -> Mapping[tuple[str, str], _Use]:
    """What measuring the judges takes, by stage and model."""
    found: dict[tuple[str, str], _Use] = {}
    for request in measuring_requests(bindings, least_kappa):
        key = (request.stage, request.model.name)
        found[key] = found.get(key, _Use()) + _Use(1, count_request(request).count, _VERDICT)
    return found


class _Costs:
    """Counting for one plan."""

    def __init__(self, plan: Plan, bindings: Bindings) -> None:
        self.scopes = Scopes(plan)
        self._bindings = bindings
        self._used: dict[tuple[str, str], _Use] = {}

    def count(self, stage: str, cases: Sequence[Case]) -> int:
        """How many of these cases a stage has to do with."""
        return sum(self._concerns(stage, case) for case in cases)

    def _concerns(self, stage: str, case: Case) -> bool:
        return self._bindings.concern(stage, self.scopes.index.readings[case.reading])

    def used(self, drafts: Sequence[Draft]) -> Mapping[tuple[str, str], _Use]:
        """What the sampled cases take, by stage and model."""
        for batch in batches(drafts):
            label = self.scopes.index.readings[batch[0].case.reading].label
            self._writing(f"{label}_requests", batch)
        for draft in drafts:
            self._case(draft)
        return self._used

    def _add(self, stage: str, model: Model, request: Request, written: int) -> None:
        limit = model.parameters.get("max_tokens", model.parameters.get("max_completion_tokens"))
        written = min(written, limit) if isinstance(limit, int) else written
        key = (stage, model.name)
        self._used[key] = self._used.get(key, _Use()) + _Use(1, count_request(request).count, written)

    def _writing(self, stage: str, batch: Sequence[Draft]) -> None:
        binding = self._bindings.get(stage)
        if binding is not None:
            (model,) = binding.models
            written = sum(count_text(draft.example, model.name).count + 2 for draft in batch) + _JSON
            self._add(stage, model, asked(binding, model, self.scopes.writing(batch)), written)

    def _case(self, draft: Draft) -> None:
        concerned = {
            stage: binding for stage, binding in self._bindings.stages.items() if self._concerns(stage, draft.case)
        }
        if (binding := concerned.get("paraphrases")) is not None:
            (model,) = binding.models
            written = count_text(draft.example, model.name).count + _JSON
            self._add(
                "paraphrases", model, asked(binding, model, self.scopes.rewording(draft, draft.example, 1)), written
            )
        if (binding := concerned.get("request_judgements")) is not None:
            self._judged(binding, self.scopes.judging(draft, draft.example))
        agents = [binding for stage, binding in concerned.items() if stage in {"trajectories", "refusals"}]
        record = self.scopes.rendered(draft) if agents else None
        if record is None or isinstance(record, Breakdown):
            return
        for binding in agents:
            self._acted(binding, draft, record)
        if (binding := concerned.get("refusal_judgements")) is not None:
            self._judged(binding, self.scopes.judging(draft, draft.example, str(record["messages"][-1]["content"])))

    def _judged(self, binding: Binding, scope: Mapping[str, object]) -> None:
        for model in binding.models:
            self._add(binding.stage, model, asked(binding, model, scope), _VERDICT)

    def _acted(self, binding: Binding, draft: Draft, record: Record) -> None:
        (model,) = binding.models
        system = compile_template(binding.prompt.system).render(self.scopes.acting(draft, draft.example)).strip()
        first, *rest = record["messages"]
        messages = [{**first, "content": f"{system}\n\n{first['content']}"}, *rest]
        for turn, said in _turns(messages):
            request = Request(binding.stage, model, turn, record["tools"])
            calls = "".join(str(call["function"]) for call in said.get("tool_calls", ()))
            self._add(
                binding.stage, model, request, count_text(f"{said.get('content') or ''}{calls}", model.name).count
            )


def _turns(messages: Sequence[dict[str, Any]]) -> Iterator[tuple[Sequence[dict[str, Any]], dict[str, Any]]]:
    """What the agent has heard before each of its turns, and what it then says."""
    for at, message in enumerate(messages):
        if message["role"] == "assistant":
            yield messages[:at], message
