"""Figures of a folder that a compile wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.cli.main import main
from agentalign.measure import leaks, read_rows, stats
from agentalign.resources import specs_root
from agentalign.session import Program, compile_dataset, with_options


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("measure") / "out"
    plan = Program(specs_root() / "examples" / "3_helpdesk.chain").plan
    assert plan is not None
    compile_dataset(plan, with_options(plan.datasets[0], 240, None), out)
    return out


def test_the_figures_add_up(folder: Path) -> None:
    sections = stats(folder).sections
    rows = read_rows(folder)
    assert sections["rows"]["all"] == len(rows) == 240
    assert sections["rows"]["label"] == {
        label: sum(row.label == label for row in rows) for label in sorted({row.label for row in rows})
    }
    lengths = sections["words per request"]["all"]
    assert isinstance(lengths, dict)
    assert lengths["p10"] <= lengths["median"] <= lengths["p90"]
    assert sections["repetition"]["exact duplicates"] == 0
    assert sections["requests and tools"]["with snake_case words"] == 0


def test_what_a_twin_group_shares_tells_nothing(folder: Path) -> None:
    found = {leak.probe: leak for leak in leaks(folder).found}
    for probe in ("pattern", "tool set", "number of tools", "order of tools", "system prompt", "register"):
        assert not found[probe].leaks, probe


def test_the_commands_print_text_and_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(folder)]) == 0
    assert "distinct-2" in capsys.readouterr().out
    assert main(["stats", str(folder), "--json"]) == 0
    assert '"near duplicates' in capsys.readouterr().out
    assert main(["leaks", str(folder)]) in {0, 1}
    assert "function words" in capsys.readouterr().out


def test_a_folder_without_a_dataset_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(tmp_path)]) == 2
    assert "no dataset" in capsys.readouterr().err
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text("{}\n")
    assert main(["leaks", str(tmp_path)]) == 2
