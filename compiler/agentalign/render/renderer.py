"""From a case (and, where it is carried out, its trajectory) to a record."""

from __future__ import annotations

from functools import cache

import orjson

from agentalign.ir import Case, Index, Json, Plan, Record, Scene, Trajectory
from agentalign.render.messages import Message, call_ids, exchange, system_message
from agentalign.render.scope import Scopes
from agentalign.templates import compile_template


class Renderer:
    """Renders the cases of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._index = Index(plan)
        self._scopes = Scopes(self._index)
        self.schema = cache(self._schema)
        self.pattern = cache(self._pattern)

    def request(self, case: Case) -> str:
        """What the user says."""
        ask = self._index.readings[case.reading].asks[case.ask]
        return compile_template(ask.template).render(self._scopes.scope(case, case.values), case.choices)

    def refused(self, case: Case, scene: Scene) -> Record:
        """The record of a case that ends in a refusal."""
        scope = self._scopes.scope(case, case.values)
        parts = (case.response.refusal, case.response.offer)
        text = " ".join(compile_template(part).render(scope) for part in parts if part)
        return self._record(case, [*self._opening(case, scene), {"role": "assistant", "content": text}])

    def completed(self, case: Case, trajectory: Trajectory) -> Record:
        """The record of a case that was carried out."""
        scope = self._scopes.scope(case, trajectory.values)
        messages = [*self._opening(case, trajectory.scene)]
        narrated: set[str] = set()
        for call, call_id in zip(trajectory.calls, call_ids(case), strict=False):
            template = "" if call.step in narrated else case.response.narrations.get(call.step, "")
            narrated.add(call.step)
            messages += exchange(call, call_id, compile_template(template).render(scope) if template else "")
        answer = compile_template(case.response.answer or "").render(scope)
        messages.append({"role": "assistant", "content": answer})
        return self._record(case, messages)

    def _opening(self, case: Case, scene: Scene) -> tuple[Message, Message]:
        user = {"role": "user", "content": self.request(case)}
        return system_message(_prompt(case.context.system, scene), scene), user

    def _record(self, case: Case, messages: list[Message]) -> Record:
        reading = self._index.readings[case.reading]
        return {
            "id": case.id,
            "label": reading.label,
            "expected": reading.expected,
            "category": reading.category,
            "subcategory": reading.subcategory,
            "chain": reading.chain,
            "reading": reading.name,
            "pattern": self.pattern(reading.chain),
            "messages": messages,
            "tools": [self.schema(name) for name in case.context.offered],
            "split": case.split,
            "provenance": _provenance(case),
        }

    def _pattern(self, chain: str) -> list[str]:
        return [step.capability for step in self._index.steps(chain)]

    def _schema(self, name: str) -> dict[str, object]:
        tool = self._index.tools[name]
        function = {"name": tool.name, "description": tool.doc, "parameters": orjson.loads(tool.schema)}
        return {"type": "function", "function": function}


def _prompt(prompt: str, scene: Scene) -> str:
    """A system prompt; one that prints something sees the account and the clock."""
    if "{{" not in prompt and "{%" not in prompt:
        return prompt
    clock = {"now": scene.now, "today": scene.today}
    return compile_template(prompt).render({"account": scene.account, "clock": clock})


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
