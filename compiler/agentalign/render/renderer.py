"""From a case (and, where it is carried out, its trajectory) to a record."""

from __future__ import annotations

from functools import cache

import orjson

from agentalign.ir import Call, Case, Index, Json, Plan, Record, Scene, Trajectory
from agentalign.render.messages import Message, call_ids, exchange, system_message
from agentalign.render.say import say
from agentalign.render.scope import Scopes, surroundings
from agentalign.templates import compile_template


class Renderer:
    """Renders the cases of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._index = Index(plan)
        self._scopes = Scopes(self._index)
        self.schema = cache(self._schema)
        self.pattern = cache(self._pattern)
        self._loops = cache(self._loop_variables)

    def request(self, case: Case) -> str:
        """What the user says."""
        return self._request(case, self._scopes.scope(case))

    def _request(self, case: Case, names: dict[str, object]) -> str:
        reading = self._index.readings[case.reading]
        if case.request is not None:
            shared = self._index.chains[reading.chain].requests[case.request]
            names = {**names, "request": compile_template(shared.template).render(names, case.request_choices)}
        return compile_template(reading.asks[case.ask].template).render(names, case.choices)

    def refused(self, case: Case, scene: Scene) -> Record:
        """The record of a case that ends in a refusal."""
        around, known = surroundings(scene), self._scopes.scope(case)
        names = {**around, **known}
        parts = (("refusal", case.response.refusal), ("offer", case.response.offer))
        text = " ".join([say(part, names, case.id, place) for place, part in parts if part])
        opening = self._opening(case, scene, around, known)
        return self._record(case, [*opening, {"role": "assistant", "content": text}])

    def completed(self, case: Case, trajectory: Trajectory) -> Record:
        """The record of a case that was carried out."""
        around, known = surroundings(trajectory.scene), self._scopes.scope(case)
        names, said = {**around, **known, **trajectory.values}, ""
        messages = [*self._opening(case, trajectory.scene, around, known)]
        for call, call_id in zip(trajectory.calls, call_ids(case), strict=False):
            narration = self._narration(case, call, names)
            messages += exchange(call, call_id, "" if narration == said else narration)
            said = narration
        answer = say(case.response.answer or "", names, case.id, "answer")
        messages.append({"role": "assistant", "content": answer})
        return self._record(case, messages)

    def _narration(self, case: Case, call: Call, names: dict[str, object]) -> str:
        """What is said before a call; the same for the calls of a repeated step, unless it speaks of the item."""
        template = case.response.narrations.get(call.step, "")
        if not template:
            return ""
        loop = self._loops(case.reading).get(call.step)
        return say(template, names if loop is None else {**names, loop: call.item}, case.id, f"narrate {call.step}")

    def _loop_variables(self, reading: str) -> dict[str, str]:
        steps = self._index.steps(self._index.readings[reading].chain)
        return {step.name: step.loop.variable for step in steps if step.loop is not None}

    def _opening(
        self, case: Case, scene: Scene, around: dict[str, object], known: dict[str, object]
    ) -> tuple[Message, Message]:
        prompt = compile_template(case.context.system).render(around)
        return system_message(prompt, scene), {"role": "user", "content": self._request(case, known)}

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


def _provenance(case: Case) -> dict[str, Json]:
    """Where the row came from: bindings, tools, register and twin group."""
    details = {f"{step}.{param}": value for (step, param), value in case.details.items()} if case.details else {}
    outcome = case.response.outcome
    return {
        "twin_group": case.context.key,
        "register": case.register,
        "bindings": dict(case.values),
        "tools": dict(case.tools),
        "details": details,
        "outcome": f"{outcome.step}: {outcome.error} then {outcome.mode}" if outcome else None,
    }
