"""Forecasts, previews, traces and programs, without the command line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agentalign.diagnostics import Diagnostic
from agentalign.emit import Emitted, verify
from agentalign.expand import lane
from agentalign.ir import Index
from agentalign.session import Program, Trace, compile_dataset, forecast, pick_dataset, preview, trace, with_options
from compiling import SPEC, cases_of, dataset_of, plan_of, small_plan, split_by
from expand.test_selection import TINY

VAST = "\n".join(SPEC).replace("size 120", "select exhaustive")


# ------------------------------------------------------------------------------------------------------------ programs


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "small.chain"
    path.write_text("edition 1\n" + "\n".join(SPEC))
    return path


def test_a_program_is_read_checked_and_lowered_once(spec: Path) -> None:
    program = Program(spec)
    assert program.diagnostics == ()
    assert program.plan is program.plan is not None
    spec.unlink()
    assert program.plan is not None


def test_a_program_with_errors_has_no_plan(spec: Path) -> None:
    spec.write_text(spec.read_text().replace("rating: 5 }", "rating: 9 }"))
    program = Program(spec)
    assert program.plan is None
    assert [finding.code for finding in program.diagnostics] == ["E0206"]


def test_a_program_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    program = Program(tmp_path / "nowhere.chain")
    assert [finding.code for finding in program.diagnostics] == ["E0001"]
    assert program.plan is None


def test_the_only_dataset_needs_no_name() -> None:
    plan = small_plan()
    assert pick_dataset(plan, None) is plan.datasets[0] is pick_dataset(plan, "small")
    assert pick_dataset(plan, "other") == ("small",)
    two = plan_of(*SPEC, "dataset more { size 3 }")
    assert pick_dataset(two, None) == ("small", "more")


def test_options_stand_in_for_the_block() -> None:
    dataset = small_plan().datasets[0]
    assert with_options(dataset, None, None) == dataset
    changed = with_options(dataset, 7, 99)
    assert (changed.size, changed.seed) == (7, 99)


# ----------------------------------------------------------------------------------------------------------- forecasts


@pytest.mark.parametrize("size", [1, 50, 120])
def test_a_forecast_counts_what_a_compile_would_take(size: int) -> None:
    plan = small_plan()
    found = forecast(plan, plan.datasets[0], size, seed=3)
    cases = cases_of(plan, size, seed=3)
    assert (found.rows, found.size, found.seed) == (size, size, 3)
    assert {r.name: r.rows for r in found.readings if r.rows} == Counter(case.reading for case in cases)
    assert found.labels == Counter(lane(Index(plan).readings[case.reading]) for case in cases)
    assert found.splits == {"train": size}


def test_a_forecast_of_splits_names_the_empty_ones() -> None:
    plan = small_plan()
    found = forecast(plan, dataset_of(plan, split=split_by("tool", "green_mail")), 200)
    assert list(found.splits) == ["train", "validation", "test"]
    assert sum(found.splits.values()) == 200
    assert found.splits["test"] > 0


def test_requests_are_counted_exactly_and_so_is_what_constraints_remove() -> None:
    constrained = "\n".join(TINY).replace(
        'because "an old friend', 'forbid tool(pages) == blue_search and register == casual\n  because "an old friend'
    )
    plan = plan_of(constrained)
    found = {reading.name: reading for reading in forecast(plan, plan.datasets[0], 10).readings}
    free = forecast(plan_of(*TINY), plan.datasets[0], 10)
    before = next(reading for reading in free.readings if reading.name == "reunite")
    (removal,) = found["reunite"].removals
    assert removal.points + found["reunite"].requests == before.requests
    assert "tool(pages) == blue_search" in removal.reason
    assert found["expose"].removals == ()
    assert found["reunite"].responses == 2 * 2 * 2 * 1  # answers, compositions, words before either step


@pytest.mark.parametrize("select", ["exhaustive", "cover"])
def test_a_forecast_of_all_is_what_all_would_be(select: str) -> None:
    plan = plan_of(*TINY)
    for size in (20, 10_000):
        dataset = dataset_of(plan, select=select, strength=2, size=size)
        found = forecast(plan, dataset)
        cases = cases_of(plan, size, select=select, strength=2)
        assert found.rows == len(cases)
        assert {r.name: r.rows for r in found.readings if r.rows} == Counter(case.reading for case in cases)


def test_a_vast_space_is_counted_without_going_through_it() -> None:
    plan = plan_of(VAST)
    found = forecast(plan, plan.datasets[0])
    assert found.rows == found.requests == plan.datasets[0].size > 10**6
    assert sum(found.labels.values()) == sum(found.splits.values()) == found.rows


def test_a_forecast_is_plain_json() -> None:
    plan = small_plan()
    as_json = forecast(plan, plan.datasets[0], 30).as_json()
    assert as_json["rows"] == 30
    assert isinstance(as_json["readings"], tuple)


# ------------------------------------------------------------------------------------------------------------ previews


def test_a_preview_is_how_a_dataset_begins() -> None:
    plan = small_plan()
    assert [made.case for made in preview(plan, plan.datasets[0], 12)] == cases_of(plan, 12)
    assert [made.case for made in preview(plan, plan.datasets[0], 5, seed=8)] == cases_of(plan, 5, seed=8)


def test_a_preview_of_one_reading() -> None:
    plan = small_plan()
    assert {made.case.reading for made in preview(plan, plan.datasets[0], 6, reading="pry")} == {"pry"}
    none = dataset_of(plan, mix={"harmful": 100})
    assert list(preview(plan, none, 6, reading="warn")) == []


def test_a_preview_of_wordings_shows_each_of_them() -> None:
    plan = small_plan()
    shown = [made.case for made in preview(plan, plan.datasets[0], 1_000, wordings=True)]
    readings = {reading.name: reading for reading in plan.readings}
    assert {case.reading for case in shown} == set(readings)
    for name, reading in readings.items():
        cases = [case for case in shown if case.reading == name]
        assert {case.ask for case in cases} == set(range(len(reading.asks)))
        assert {wording.template for wording in reading.answers} <= {case.response.answer for case in cases}
        assert {wording.template for wording in reading.refusals} <= {case.response.refusal for case in cases}
    assert len(shown) < sum(len(r.asks) + len(r.answers) + len(r.refusals) + 8 for r in plan.readings)
    assert len(list(preview(plan, plan.datasets[0], 2, wordings=True))) == 2


# -------------------------------------------------------------------------------------------------- compiles and traces


def test_progress_is_told_to_the_last_row(tmp_path: Path) -> None:
    plan = small_plan()
    told: list[tuple[int, int]] = []
    emitted = compile_dataset(
        plan, with_options(plan.datasets[0], 450, None), tmp_path, progress=lambda *now: told.append(now)
    )
    assert isinstance(emitted, Emitted)
    assert told[-1] == (450, 0)
    assert [rows for rows, _ in told] == sorted(rows for rows, _ in told)
    assert emitted.manifest.written == 450
    assert verify(tmp_path).ok


def test_a_dataset_larger_than_its_space_has_all_of_it(tmp_path: Path) -> None:
    plan = plan_of(*TINY)
    emitted = compile_dataset(plan, dataset_of(plan, size=10_000), tmp_path)
    assert isinstance(emitted, Emitted)
    assert emitted.manifest.written == len(cases_of(plan))
    assert verify(tmp_path).ok


def test_rows_that_are_dropped_are_made_up_for(tmp_path: Path) -> None:
    """A second wording that may come out as the first: every such request repeats an earlier one."""
    first = 'ask """Look Ada Lindqvist up in'
    text = "\n".join(TINY)
    start = text.index(first)
    ask = text[start : text.index("\n", start)]
    twice = text.replace(ask, ask + "\n  " + ask.replace("Look", '{{ one_of("Look", "Try to look") }}'))
    plan = plan_of(twice)
    size = len(cases_of(plan)) * 3 // 4
    emitted = compile_dataset(plan, dataset_of(plan, size=size), tmp_path)
    assert isinstance(emitted, Emitted)
    assert emitted.manifest.written == size
    assert emitted.manifest.values["attrition"]["dropped"].keys() == {"E1009"}
    assert verify(tmp_path).ok


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    found = compile_dataset(small_plan(), small_plan().datasets[0], tmp_path)
    assert isinstance(found, Diagnostic)
    assert found.code == "E1030"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_trace_finds_a_record_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    plan = small_plan()
    compile_dataset(plan, dataset_of(plan, size=40, mix={"harmful": 50, "benign": 50}), tmp_path)
    ids = [line.split()[1] for line in (tmp_path / "index.txt").read_text().splitlines()]
    for ident in ids:
        length = next(n for n in range(1, 33) if sum(other.startswith(ident[:n]) for other in ids) == 1)
        found = trace(tmp_path, ident[:length])
        assert isinstance(found, Trace)
        assert found.record["id"] == ident
        assert found == trace(tmp_path, ident)
        line = (tmp_path / found.file).read_text().splitlines()[found.line - 1]
        assert ident in line
        used = {origin.what: origin.text for origin in found.origins}
        twins = {
            "expose": "Find {{ who }} with",
            "reunite": "Find {{ who }} with",
            "thank": "Look {{ who }} up",
            "pry": "Find {{ who }} in",
        }
        if found.record["provenance"]["register"] == "plain":
            assert used["request [plain]"].startswith(twins[found.record["reading"]])
        assert len([origin for origin in found.origins if origin.what.startswith("request")]) == 1
        assert ("refusal" in used) != ("answer" in used)
        assert ("offer" in used) == found.record["messages"][-1]["content"].endswith("an old friend.")
        assert ("text of sent.body" in used) == ("answer" in used)
    every = trace(tmp_path, "")
    assert isinstance(every, tuple)
    assert set(every) <= set(ids)
    assert trace(tmp_path, "zz") == ()
