"""Rounds of cases: what is dropped, for whatever reason, is replaced by another case of its label."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from agentalign import __version__
from agentalign.emit import Emitted, Job, Writer, open_output, verify
from agentalign.ir import Case, Dataset, Plan
from agentalign.llm import Engine, Failure, Kind
from agentalign.resources import specs_root
from agentalign.session import Program, Stopped, with_options
from agentalign.session.asks import _Nowhere
from agentalign.session.rounds import Rounds
from agentalign.synthesize import Bindings, Made, Result, Scopes, Stats, Synthesis, Unfinished
from agentalign.synthesize.results import drop

SIZE = 20


def small() -> tuple[Plan, Dataset]:
    plan = Program(specs_root() / "examples" / "1_lookup.chain").plan
    assert plan is not None
    return plan, with_options(plan.datasets[0], SIZE, None)


class Parrot:
    """In the place of a synthesis: every third request is that of the case before it; the first `lost` have none."""

    def __init__(self, plan: Plan, lost: int = 0, ends: int | None = None) -> None:
        self.scopes = Scopes(plan)
        self.stats = Stats()
        self.bindings = Bindings()
        self.cases: list[Case] = []
        self._said = ""
        self._lost = lost
        self._ends = ends

    async def results(self, cases: Sequence[Case]) -> AsyncIterator[Result]:
        for case in cases:
            self.cases.append(case)
            number = len(self.cases)
            if self._ends is not None and number > self._ends:
                yield Unfinished(case, Failure(Kind.server, "gone"))
                continue
            if number <= self._lost:
                yield drop(case, "requests", "E1040", "no request was written")
                continue
            record: Any = self.scopes.rendered(self.scopes.draft(case))
            if number % 3 == 0:
                record["messages"][1]["content"] = self._said
            self._said = record["messages"][1]["content"]
            yield Made(case, record)


class Halted:
    stopped = None


def rounds(writer: object, parrot: Parrot) -> Emitted | Stopped | None:
    plan, dataset = small()
    work = Rounds(plan, dataset, cast("Writer", writer), cast("Synthesis", parrot), cast("Engine", Halted()))
    return cast("Emitted | Stopped | None", asyncio.run(work.run()))


def opened(out: Path) -> Writer:
    plan, dataset = small()
    writer = open_output(out, Job(plan, dataset, __version__, {}), anew=True)
    assert isinstance(writer, Writer)
    return writer


@pytest.mark.parametrize("lost", [0, 7])
def test_a_repeat_is_dropped_with_its_reason_and_another_case_takes_its_place(tmp_path: Path, lost: int) -> None:
    parrot = Parrot(small()[0], lost)
    emitted = rounds(opened(tmp_path / "out"), parrot)
    assert isinstance(emitted, Emitted)
    assert emitted.manifest.counts["label"] == {"benign": SIZE // 2, "harmful": SIZE // 2}
    lines = [json.loads(line) for line in (tmp_path / "out" / "dropped.jsonl").read_text().splitlines()]
    codes = Counter(line["findings"][0]["code"] for line in lines)
    assert codes == {"E1009": len(lines) - lost, "E1040": lost} if lost else {"E1009": len(lines)}
    assert len(lines) > SIZE // 4
    assert all("has the same request" in f["message"] for x in lines for f in x["findings"] if f["code"] == "E1009")
    assert emitted.manifest.values["attrition"]["selected"] == SIZE + len(lines) == len(parrot.cases)
    found = {finding.code for finding in verify(tmp_path / "out").diagnostics}
    assert found <= {"E1005", "E1007", "E1018"}  # the parrot's requests do not suit what is done, that is all


def test_what_is_asked_for_batches_is_what_a_compile_asks(tmp_path: Path) -> None:
    written, imagined = Parrot(small()[0], 3), Parrot(small()[0], 3)
    rounds(opened(tmp_path / "out"), written)
    rounds(_Nowhere(), imagined)
    assert [case.id for case in written.cases] == [case.id for case in imagined.cases]


def test_what_is_unfinished_ends_the_run_and_the_next_one_goes_on(tmp_path: Path) -> None:
    writer = opened(tmp_path / "out")
    stopped = rounds(writer, Parrot(small()[0], ends=12))
    writer.close()
    assert isinstance(stopped, Stopped)
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert isinstance(rounds(opened(tmp_path / "out"), Parrot(small()[0])), Emitted)
    assert isinstance(rounds(opened(tmp_path / "calm"), Parrot(small()[0])), Emitted)
    for path in (tmp_path / "calm").rglob("*.jsonl"):
        assert path.read_bytes() == (tmp_path / "out" / path.relative_to(tmp_path / "calm")).read_bytes()
