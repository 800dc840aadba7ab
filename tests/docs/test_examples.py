"""The examples: clean, laid out, and every record good. Models are those of a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import agentalign
from agentalign.diagnostics import render
from docs.blocks import README, ROOT, blocks
from llmserver import process

EXAMPLES = tuple(sorted((ROOT / "specs" / "examples").glob("*.chain")))


@pytest.fixture(scope="module")
def served() -> Iterator[None]:
    """Where the examples look for models; nowhere else."""
    with process(cast="{}") as port, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODEL_URL", f"http://127.0.0.1:{port}/v1")
        yield


def test_they_are_in_order() -> None:
    assert [path.stem[0] for path in EXAMPLES] == ["1", "2", "3", "4"]


def test_only_the_last_one_has_models() -> None:
    with_models = [path.stem for path in EXAMPLES if agentalign.plan(path).models]
    assert with_models == [path.stem for path in EXAMPLES if agentalign.plan(path).datasets[0].stages] == ["4_models"]


@pytest.mark.usefixtures("served")
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


@pytest.mark.usefixtures("served")
def test_what_models_made_of_their_example(tmp_path: Path) -> None:
    agentalign.compile(EXAMPLES[-1], tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out" / "data" / "train.jsonl").read_text().splitlines()]
    upset = 0
    for row in rows:
        made = row["provenance"]["models"]
        agent = "refusals" if row["expected"] == "refusal" else "trajectories"
        assert set(made) >= {f"{row['label']}_requests", "request_judgements", agent}
        results = [message["content"] for message in row["messages"] if message["role"] == "tool"]
        assert len(results) == (agent == "trajectories") + (row["provenance"]["outcome"] is not None)
        upset += row["provenance"]["outcome"] is not None
    assert upset
    again = agentalign.compile(
        EXAMPLES[-1], tmp_path / "again", offline=True, store=tmp_path / "out" / "replies.sqlite"
    )
    assert again.manifest.written == 40
