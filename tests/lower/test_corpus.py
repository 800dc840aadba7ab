"""Small specs with the plan they lower to, as printed; what each file is about is in its second line."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from agentalign.diagnostics import render
from agentalign.ir import Plan, print_plan, read_plan
from compiling import lowered
from golden import Golden

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted((CORPUS / "lower").glob("*.chain"))
_ALWAYS = {"edition", "name", "digest"}


def plan_of_file(path: Path) -> Plan:
    result, found = lowered(**{path.stem: path.read_text()})
    assert result.plan is not None
    assert render(found, "full") == ""
    return result.plan


def only(plan: Plan, tables: set[str]) -> Plan:
    """The plan with the named tables alone."""
    empty = {f.name: () if f.name != "account" else None for f in fields(plan) if f.name not in tables | _ALWAYS}
    return replace(plan, digest="", **empty)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_spec_lowers_to_the_plan_of_its_golden_file(path: Path, golden: Golden) -> None:
    plan = plan_of_file(path)
    shown = path.read_text().splitlines()[2].removeprefix("// shows: ").split()
    assert set(shown) <= {f.name for f in fields(plan)}
    golden(path.with_suffix(".plan"), print_plan(only(plan, set(shown))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_plan_reads_back_as_it_was_printed(path: Path) -> None:
    plan = plan_of_file(path)
    assert read_plan(print_plan(plan)) == plan
    assert print_plan(read_plan(print_plan(plan))) == print_plan(plan)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lowering_twice_gives_the_same_plan(path: Path) -> None:
    assert plan_of_file(path) == plan_of_file(path)


def test_the_corpus_is_there() -> None:
    assert len(FILES) >= 11
