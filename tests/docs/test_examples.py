"""The three examples: clean, laid out, and every record good."""

from __future__ import annotations

from pathlib import Path

import pytest

import agentalign
from agentalign.diagnostics import render
from docs.blocks import README, ROOT, blocks

EXAMPLES = tuple(sorted((ROOT / "specs" / "examples").glob("*.chain")))


def test_there_are_three_in_order() -> None:
    assert [path.stem[0] for path in EXAMPLES] == ["1", "2", "3"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_compiles_and_nothing_is_dropped(path: Path, tmp_path: Path) -> None:
    assert render(agentalign.check(path), "concise") == ""
    plan = agentalign.plan(path)
    emitted = agentalign.compile(path, tmp_path / "out")
    assert emitted.manifest.written == plan.datasets[0].size
    assert (tmp_path / "out" / "dropped.jsonl").read_bytes() == b""
    assert agentalign.verify(tmp_path / "out").ok
    rows = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "out" / "data").iterdir())
    for reading in plan.readings:
        assert f'"reading":"{reading.name}"' in rows
    for tool in plan.tools:
        assert f'"name":"{tool.name}","arguments"' in rows


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert agentalign.format_source(text) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_needs_only_the_standard_modules(path: Path) -> None:
    uses = [line.split()[1] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("use ")]
    assert uses
    assert all(module.startswith("std.") for module in uses)


def test_the_demo_of_the_readme_is_laid_out() -> None:
    (demo,) = (block.body for block in blocks(README.read_text(encoding="utf-8")) if block.language == "chain")
    assert agentalign.format_source(demo) == demo
