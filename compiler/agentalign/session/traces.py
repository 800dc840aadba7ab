"""How a record came about, from a written folder alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from agentalign.dataclasses import dataclass
from agentalign.ir import Index, Json, Outcome, Plan, Reading, Record, Wording, read_plan
from agentalign.templates import fixed

_ENOUGH = 10  # candidates worth listing


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing a record was made of: what it is, what it says, and where the spec declares it."""

    what: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A record and its way here, from the spec inwards."""

    record: Record
    file: str
    line: int
    origins: tuple[Origin, ...]


def trace(folder: Path, prefix: str) -> Trace | tuple[str, ...]:
    """The trace of the record whose id begins with `prefix`; the ids that do, where that is not exactly one.

    Raises OSError if the folder cannot be read, ValueError or KeyError if its files are not what a compile writes.
    """
    found = []
    for file, line, text in _lines(folder):
        if text.startswith(b'{"id":"' + prefix.encode()):
            found.append((file, line, orjson.loads(text)))
            if len(found) >= _ENOUGH:
                break
    if len(found) != 1:
        return tuple(record["id"] for _, _, record in found)
    file, line, record = found[0]
    plan = read_plan((folder / "plan.txt").read_text(encoding="utf-8"))
    return Trace(record, file, line, tuple(_origins(plan, record)))


def _lines(folder: Path) -> Iterator[tuple[str, int, bytes]]:
    for path in sorted((folder / "data").glob("*.jsonl")):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                yield f"data/{path.name}", number, line


def _origins(plan: Plan, record: Record) -> Iterator[Origin]:
    index = Index(plan)
    reading = index.readings[record["reading"]]
    chain = index.chains[reading.chain]
    yield Origin("chain", chain.name, chain.at)
    yield Origin("reading", f"{reading.label} {reading.name}", reading.at)
    if reading.category is not None:
        yield Origin("category", f"{reading.category}.{reading.subcategory}", reading.at)
    for name, value in _told(record, "bindings"):
        yield Origin("binding", f"{name} = {_json(value)}", reading.at)
    chosen = {step: index.tools[str(tool)] for step, tool in _told(record, "tools")}
    for step in index.steps(chain.name):
        tool = chosen[step.name]
        yield Origin("step", f"{step.name}: {step.capability} with {tool.name}", step.at)
        yield Origin("tool", f"{tool.name}: {tool.doc}", tool.at)
        for name, value in _told(record, "details"):
            if name.startswith(f"{step.name}."):
                yield Origin("setting", f"{name} = {_json(value)}", tool.at)
    yield from _wordings(index, reading, record)


def _told(record: Record, what: str) -> tuple[tuple[str, Json], ...]:
    told = record["provenance"][what]
    return tuple(told.items()) if isinstance(told, dict) else ()


def _json(value: Json) -> str:
    return orjson.dumps(value).decode()


# ------------------------------------------------------------------------------------------------------------ wordings


def _wordings(index: Index, reading: Reading, record: Record) -> Iterator[Origin]:
    """The wordings that were used, in the order of the messages."""
    messages = record["messages"]
    provenance = record["provenance"]
    asks = [Wording(ask.template, ask.at) for ask in reading.asks if ask.register == provenance["register"]]
    shared = [
        Wording(r.template, r.at) for r in index.chains[reading.chain].requests if r.register == provenance["register"]
    ]
    found = list(_found(f"request [{provenance['register']}]", asks, messages[1]["content"]))
    yield from found
    if any("{{ request }}" in origin.text for origin in found):
        yield from _found("the chain's request", shared, messages[1]["content"], whole=False)
    event = provenance["outcome"]
    outcome = next((o for o in reading.outcomes if event == f"{o.step}: {o.error} then {o.mode}"), None)
    if outcome is not None:
        yield Origin("upset", str(event), outcome.at)
    spoken = [Wording(text, step.at) for step in index.steps(reading.chain) for text in step.narrations]
    spoken += [Wording(narration.template, narration.at) for narration in reading.narrations]
    composed: dict[str, list[Wording]] = {}
    for item in reading.compositions:
        composed.setdefault(f"{item.step}.{item.port}", []).append(Wording(item.template, item.at))
    for message in messages[2:-1]:
        if message["content"] and message["role"] == "assistant":
            yield from _found("narration", spoken, message["content"])
        for text in _argument_texts(message):
            for slot, options in composed.items():
                yield from _found(f"text of {slot}", options, text)
    yield from _last(index, reading, messages[-1]["content"], outcome)


def _last(index: Index, reading: Reading, text: str, outcome: Outcome | None) -> Iterator[Origin]:
    """What the agent says in the end."""
    if reading.expected == "completion":
        own = [Wording(answer, outcome.at) for answer in outcome.answers] if outcome else []
        yield from _found("answer", own or reading.answers, text)
        return
    shared = index.subcategories.get((reading.category or "", reading.subcategory or ""))
    general = [Wording(refusal, "") for refusal in shared.refusals] if shared else []
    yield from _found("refusal", [*reading.refusals, *general], text, whole=False)
    twins = (twin for twin in index.plan.readings if twin.chain == reading.chain and twin.label == "benign")
    for twin in twins:
        yield from (Origin("offer", o.template, o.at) for o in twin.offers if _says(o.template, text, whole=False))


def _argument_texts(message: Mapping[str, Any]) -> Iterator[str]:
    for call in message.get("tool_calls", ()):
        yield from (value for value in orjson.loads(call["function"]["arguments"]).values() if isinstance(value, str))


def _found(what: str, options: Sequence[Wording], text: str, *, whole: bool = True) -> Iterator[Origin]:
    """The wording that a text came from: of those that can have made it, the one that has most of it."""
    possible = [option for option in options if _says(option.template, text, whole=whole)]
    if possible:
        best = max(possible, key=lambda option: sum(map(len, fixed(option.template))))
        yield Origin(what, best.template, best.at)


def _says(template: str, text: str, *, whole: bool) -> bool:
    """Whether a template can have made a text (or, not `whole`, a part of it): it has what the template always says."""
    at = 0
    for piece in fixed(template):
        found = text.find(piece, at)
        if found < 0 or (whole and not at and template.startswith(piece) and found):
            return False
        at = found + len(piece)
    return True
