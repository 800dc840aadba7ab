"""How a record came about, from a written folder alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from agentalign.ir import Index, Plan, Reading, Record, read_plan

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

    Raises OSError if the folder cannot be read and ValueError if it holds no dataset.
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
    reading: Reading = index.readings[record["reading"]]
    chain = index.chains[reading.chain]
    yield Origin("chain", chain.name, chain.at)
    yield Origin("reading", f"{reading.label} {reading.name}", reading.at)
    bindings = record["provenance"]["bindings"]
    for name, value in (bindings if isinstance(bindings, dict) else {}).items():
        yield Origin("binding", f"{name} = {orjson.dumps(value).decode()}", reading.at)
    tools = record["provenance"]["tools"]
    chosen = tools if isinstance(tools, dict) else {}
    for step in index.steps(chain.name):
        tool = index.tools[str(chosen[step.name])]
        yield Origin("step", f"{step.name}: {step.capability} with {tool.name}", step.at)
        yield Origin("tool", tool.name, tool.at)
    for ask in reading.asks:
        if ask.register == record["provenance"]["register"]:
            yield Origin("request", f"[{ask.register}] {ask.template}", ask.at)
    outcome = record["provenance"]["outcome"]
    for item in reading.outcomes:
        if outcome == f"{item.step}: {item.error} then {item.mode}":
            yield Origin("upset", str(outcome), item.at)
    wordings = reading.refusals if reading.expected == "refusal" else reading.answers
    for wording in wordings:
        yield Origin("response", wording.template, wording.at)
