"""Small specs with the records they compile to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentalign.emit import Emitted, verify
from agentalign.ir import print_plan, read_plan
from agentalign.session import Program, compile_dataset
from compiling import made_of
from golden import Golden

FILES = sorted((Path(__file__).parent.parent / "corpus" / "compile").glob("*.chain"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_spec_compiles_to_the_records_of_its_golden_file(path: Path, golden: Golden) -> None:
    program = Program(path)
    assert program.diagnostics == ()
    assert program.plan is not None
    made = list(made_of(program.plan, program.plan.datasets[0].size))
    assert [finding for one in made for finding in one.findings] == []
    golden(path.with_suffix(".jsonl"), "".join(f"{json.dumps(one.record, ensure_ascii=False)}\n" for one in made))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_plan_that_was_written_down_compiles_to_the_same(path: Path, tmp_path: Path) -> None:
    plan = Program(path).plan
    assert plan is not None
    folders = tmp_path / "one", tmp_path / "two"
    for folder, made in zip(folders, (plan, read_plan(print_plan(plan))), strict=True):
        assert isinstance(compile_dataset(made, made.datasets[0], folder), Emitted)
        assert verify(folder).ok
    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert one == two


def test_the_corpus_is_there() -> None:
    assert len(FILES) >= 3
