"""From a case (and, where it is carried out, its trajectory) to a record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

import orjson

from agentalign.ir import Case, FromAccount, Index, Json, Plan, Reading, Record, Trajectory
from agentalign.render.messages import Message, call_ids, exchange, system_message
from agentalign.render.scope import Scopes
from agentalign.templates import compile_template


class Renderer:
    """Renders the cases of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._index = Index(plan)
        self._scopes = Scopes(self._index)
        self.facts = cache(self._facts)
        self.schema = cache(self._schema)

    def request(self, case: Case) -> str:
        """What the user says."""
        ask = self._index.readings[case.reading].asks[case.ask]
        return compile_template(ask.template).render(self._scopes.scope(case, case.values), case.choices)

    def refused(self, case: Case, today: str, account: Mapping[str, Json]) -> Record:
        """The record of a case that ends in a refusal."""
        scope = self._scopes.scope(case, case.values)
        parts = (case.response.refusal, case.response.offer)
        text = " ".join(compile_template(part).render(scope, {}) for part in parts if part)
        messages = [*self._opening(case, today, account), {"role": "assistant", "content": text}]
        return self._record(case, messages)

    def completed(self, case: Case, trajectory: Trajectory, account: Mapping[str, Json]) -> Record:
        """The record of a case that was carried out."""
        scope = self._scopes.scope(case, trajectory.values)
        messages = list(self._opening(case, trajectory.today, account))
        narrated: set[str] = set()
        for call, call_id in zip(trajectory.calls, call_ids(case), strict=False):
            template = case.response.narrations.get(call.step, "") if call.step not in narrated else ""
            narrated.add(call.step)
            narration = compile_template(template).render(scope, {}) if template else ""
            messages += exchange(call, call_id, narration)
        answer = compile_template(case.response.answer or "").render(scope, {})
        messages.append({"role": "assistant", "content": answer})
        return self._record(case, messages)

    def _opening(self, case: Case, today: str, account: Mapping[str, Json]) -> tuple[Message, Message]:
        used = self.facts(tuple(case.tools.values()))
        facts = {name: account[name] for name in used if name in account}
        return (
            system_message(case.context.system, today, facts),
            {"role": "user", "content": self.request(case)},
        )

    def _record(self, case: Case, messages: list[Message]) -> Record:
        head = self._heads[case.reading]
        return {
            "id": case.id,
            **head,
            "messages": messages,
            "tools": [self.schema(name) for name in case.context.offered],
            "split": case.split,
            "provenance": _provenance(case),
        }  # type: ignore[typeddict-item]  # the head holds what is the same for all rows of a reading

    @cached_property
    def _heads(self) -> Mapping[str, Mapping[str, object]]:
        return {reading.name: self._head(reading) for reading in self._index.plan.readings}

    def _head(self, reading: Reading) -> Mapping[str, object]:
        return {
            "label": reading.label,
            "expected": reading.expected,
            "category": reading.category,
            "subcategory": reading.subcategory,
            "chain": reading.chain,
            "reading": reading.name,
            "pattern": [step.capability for step in self._index.steps(reading.chain)],
        }

    def _facts(self, tools: tuple[str, ...]) -> tuple[str, ...]:
        """The account fields that the tools of a case take from the world: the agent has to be told them."""
        fields = (
            feed.source.field
            for name in tools
            for implementation in self._index.tools[name].implements
            for feed in implementation.feeds
            if isinstance(feed.source, FromAccount)
        )
        return tuple(dict.fromkeys(fields))

    def _schema(self, name: str) -> dict[str, object]:
        tool = self._index.tools[name]
        function = {"name": tool.name, "description": tool.doc, "parameters": orjson.loads(tool.schema)}
        return {"type": "function", "function": function}


def _provenance(case: Case) -> dict[str, Json]:
    """Where the row came from: bindings, tools, register and twin group."""
    details: dict[str, Json] = {f"{step}.{param}": value for (step, param), value in case.details.items()}
    outcome = case.response.outcome
    return {
        "twin_group": case.context.key,
        "register": case.register,
        "bindings": dict(case.values),
        "tools": dict(case.tools),
        "details": details,
        "outcome": f"{outcome.step}: {outcome.error} then {outcome.mode}" if outcome else None,
    }
