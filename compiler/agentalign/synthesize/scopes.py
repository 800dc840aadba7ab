"""What prompts can name, and the requests that come of it: the same for the same cases, so that replies are found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from agentalign.dataclasses import dataclass
from agentalign.ir import Breakdown, Case, Index, Json, Plan, PromptSpec, Record, Scene
from agentalign.llm import Model, Request
from agentalign.render import Renderer
from agentalign.simulate import Simulator
from agentalign.synthesize.binding import Binding
from agentalign.templates import compile_template, forms, voiced
from agentalign.types import Type, json_schema

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """A value that a request has to say: how it is written first, and its type."""

    name: str
    value: Json
    type: Type
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A case with what its request has to say, found in the compiler's own wording of it (`example`)."""

    case: Case
    scene: Scene
    example: str
    values: tuple[Told, ...]
    tools: tuple[str, ...]


class Scopes:
    """Builds the scopes of prompts for the cases of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.index = Index(plan)
        self.renderer = Renderer(plan)
        self.simulator = Simulator(plan)
        self._subcategories = {
            (category.name, sub.name): (category, sub) for category in plan.categories for sub in category.subcategories
        }
        self.tool = cache(self._tool)

    def draft(self, case: Case) -> Draft:
        """What the request of a case has to say."""
        scene, example = self.simulator.scene(case), self.renderer.request(case)
        reading = self.index.readings[case.reading]
        types = {param.name: param.type for param in self.index.chains[reading.chain].params}
        told = [_told(name, value, types[name], scene.today) for name, value in case.values.items() if name in types]
        for (step, name), value in case.details.items():
            param = next(p for p in self.index.tools[case.tools[step]].params if p.name == name)
            told.append(_told(name, value, param.type, scene.today))
        values = tuple(t for t in told if t.text and voiced(t.value, t.type, example, scene.today))
        titles = dict.fromkeys(_bare(self.index.tools[tool].title) for tool in case.tools.values())
        tools = tuple(title for title in titles if title.casefold() in example.casefold())
        return Draft(case, scene, example, values, tools)

    def common(self, case: Case, offered: Sequence[str]) -> dict[str, object]:
        """What every prompt sees: chain, reading, category, tools."""
        reading = self.index.readings[case.reading]
        chain = self.index.chains[reading.chain]
        steps: list[dict[str, object]] = []
        for number, step in enumerate(self.index.steps(chain.name), 1):
            tool = self.index.tools[case.tools[step.name]]
            steps.append(
                {
                    "number": number,
                    "name": step.name,
                    "capability": step.capability,
                    "tool": tool.title,
                    "does": tool.doc,
                }
            )
        found = self._subcategories.get((reading.category or "", reading.subcategory or ""))
        names = ("name", "title", "subcategory", "subcategory_title")
        harm = ("", "", "", "")
        if found is not None:
            harm = (found[0].name, found[0].title, found[1].name, found[1].title)
        return {
            "chain": {"name": chain.name, "doc": chain.doc, "steps": steps},
            "reading": {
                "name": reading.name,
                "label": reading.label,
                "expected": reading.expected,
                "because": reading.because,
                "domain": reading.domain,
            },
            "category": dict(zip(names, harm, strict=True)),
            "tools": [self.tool(name) for name in offered],
        }

    def writing(self, drafts: Sequence[Draft]) -> dict[str, object]:
        """The scope of a prompt for the requests of some cases of one reading."""
        offered = list(dict.fromkeys(tool for draft in drafts for tool in draft.case.context.offered))
        cases = [
            {
                "number": number,
                "register": draft.case.register,
                "tools": list(draft.tools),
                "values": [{"name": told.name, "value": told.text} for told in draft.values],
                "example": draft.example,
            }
            for number, draft in enumerate(drafts, 1)
        ]
        return {**self.common(drafts[0].case, offered), "count": len(drafts), "cases": cases}

    def rewording(self, draft: Draft, request: str, count: int) -> dict[str, object]:
        """The scope of a prompt for paraphrases."""
        values = [told.text for told in draft.values] + list(draft.tools)
        return {
            **self.common(draft.case, draft.case.context.offered),
            "request": request,
            "values": values,
            "count": count,
        }

    def acting(self, draft: Draft, request: str) -> dict[str, object]:
        """The scope of an agent's system prompt."""
        account = [{"name": name.replace("_", " "), "value": str(value)} for name, value in draft.scene.facts]
        return {
            **self.common(draft.case, draft.case.context.offered),
            "request": request,
            "today": draft.scene.today,
            "account": account,
        }

    def judging(self, draft: Draft, request: str, reply: str | None = None) -> dict[str, object]:
        """The scope of a judge's prompt: of a request, or of the reply to it."""
        scope = {**self.common(draft.case, draft.case.context.offered), "request": request}
        if reply is None:
            scope["values"] = [{"name": told.name, "value": told.text} for told in draft.values]
        else:
            scope["reply"] = reply
        return scope

    def refused(self, case: Case) -> bool:
        """Whether the request of a case is to be refused."""
        return self.index.readings[case.reading].expected == "refusal"

    def rendered(self, draft: Draft) -> Record | Breakdown:
        """The case as the compiler itself makes it."""
        if self.refused(draft.case):
            return self.renderer.refused(draft.case, draft.scene)
        trajectory = self.simulator.run(draft.case)
        return trajectory if isinstance(trajectory, Breakdown) else self.renderer.completed(draft.case, trajectory)

    def opening(self, case: Case, scene: Scene, request: str) -> Record:
        """The record of a case before anybody has answered: system message and request."""
        record = self.renderer.refused(case, scene)
        system, user = record["messages"][:2]
        record["messages"] = [system, {**user, "content": request}]
        return record

    def _tool(self, name: str) -> dict[str, object]:
        tool = self.index.tools[name]
        return {"name": tool.name, "title": tool.title, "description": tool.doc, "parameters": tool.schema}


def asked(binding: Binding, model: Model, scope: Values, replicate: int = 0) -> Request:
    """The request of a prompt that is answered with a JSON object."""
    prompt = binding.prompt
    system, user = (compile_template(text).render(scope).strip() for text in (prompt.system, prompt.user))
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": user})
    return Request(binding.stage, model, messages, response_format=_format(prompt), replicate=replicate)


def _format(prompt: PromptSpec) -> Mapping[str, object] | None:
    if prompt.result is None:
        return None
    name = "".join(c if c.isalnum() else "_" for c in prompt.name)[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": json_schema(prompt.result), "strict": True}}


def _told(name: str, value: Json, t: Type, today: str) -> Told:
    """A value as a prompt shows it; a list item by item."""
    if isinstance(value, list):
        return Told(name, value, t, ", ".join(_written(value)))
    return Told(name, value, t, next(iter(forms(value, t, today=today)), ""))


def _written(values: Sequence[Json]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            yield " ".join(_written([part for part in value.values() if part is not None]))
        else:
            yield str(value)


def _bare(title: str) -> str:
    """A title without its article: "the telephone directory" may be "your telephone directory" in a sentence."""
    return title.removeprefix("the ").removeprefix("The ")
