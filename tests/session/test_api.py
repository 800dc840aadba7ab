"""`import agentalign`: the functions of the command line."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import agentalign
from agentalign.cli import main
from agentalign.diagnostics import Diagnostic
from agentalign.synthesize import Limits
from llmserver import process

EXAMPLE = Path(__file__).parents[2] / "specs" / "examples" / "1_lookup.chain"
BROKEN = "edition 1\n\ntype A = Nothing\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.chain"
    path.write_text(BROKEN, encoding="utf-8")
    return path


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, agentalign\nprint(sorted(m for m in sys.modules if m.startswith(('agentalign.', 'lark', 'jinja2'))))"
    assert _python(code) == "[]\n"


def test_the_function_check_is_not_replaced_by_the_pass_of_that_name() -> None:
    code = (
        "import agentalign.check\n"
        "from agentalign.check import Checked\n"
        "import agentalign\n"
        f"print(agentalign.check({str(EXAMPLE)!r}), Checked.__name__)"
    )
    assert _python(code) == "() Checked\n"


def test_all_that_is_promised_is_there() -> None:
    for name in agentalign.__all__:
        assert getattr(agentalign, name) is not None
        assert name in dir(agentalign)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = agentalign.nothing  # type: ignore[attr-defined]


def test_check_returns_findings(broken: Path) -> None:
    assert agentalign.check(EXAMPLE) == ()
    (found,) = [d for d in agentalign.check(str(broken)) if d.code.startswith("E")]
    assert isinstance(found, Diagnostic)
    assert found.code == "E0107"


def test_check_of_a_path_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [d.code for d in agentalign.check(tmp_path / "none.chain")] == ["E0001"]


def test_plan_raises_what_is_wrong(broken: Path) -> None:
    assert {reading.name for reading in agentalign.plan(EXAMPLE).readings} == {"find_my_ex", "return_a_wallet"}
    with pytest.raises(agentalign.SpecError, match="E0107") as caught:
        agentalign.plan(broken)
    assert "E0107" in {d.code for d in caught.value.diagnostics}


def test_preview_shows_records_of_one_reading() -> None:
    made = list(agentalign.preview(EXAMPLE, n=5, reading="return_a_wallet"))
    assert len(made) == 5
    assert {one.record["label"] for one in made if one.record} == {"benign"}
    assert not any(one.findings for one in made)
    with pytest.raises(ValueError, match="no reading 'nothing'"):
        agentalign.preview(EXAMPLE, reading="nothing")


def test_preview_is_the_beginning_of_what_compile_writes(tmp_path: Path) -> None:
    shown = [made.record["id"] for made in agentalign.preview(EXAMPLE, n=8, seed=3) if made.record]
    emitted = agentalign.compile(EXAMPLE, tmp_path / "out", size=8, seed=3)
    index = (emitted.folder / "data" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(line[7:39] for line in index) == sorted(shown)


def test_compile_writes_the_same_bytes_for_any_number_of_jobs(tmp_path: Path) -> None:
    one = agentalign.compile(EXAMPLE, tmp_path / "one", size=30)
    two = agentalign.compile(EXAMPLE, str(tmp_path / "two"), size=30, jobs=2)
    names = sorted(path.relative_to(one.folder) for path in one.folder.rglob("*") if path.is_file())
    assert names
    assert all((one.folder / name).read_bytes() == (two.folder / name).read_bytes() for name in names)


def test_compile_says_which_datasets_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there are lookup"):
        agentalign.compile(EXAMPLE, tmp_path / "out", dataset="nothing")


def test_compile_leaves_a_folder_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(agentalign.SpecError, match="E1030"):
        agentalign.compile(EXAMPLE, tmp_path)


def test_verify_finds_an_edit(tmp_path: Path) -> None:
    agentalign.compile(EXAMPLE, tmp_path / "out", size=10)
    assert agentalign.verify(tmp_path / "out").ok
    rows = tmp_path / "out" / "data" / "train.jsonl"
    rows.write_bytes(rows.read_bytes().replace(b"directory", b"Directory", 1))
    assert not agentalign.verify(str(tmp_path / "out")).ok


def test_format_source_lays_out_or_says_why_not() -> None:
    assert agentalign.format_source("edition 1\ntype A=int(0..9)") == "edition 1\n\ntype A = int(0..9)\n"
    with pytest.raises(agentalign.SpecError, match="E0005"):
        agentalign.format_source("edition 1\ntype")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with process(cast=json.dumps({"refuses": 0.1})) as port:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-nobody-in-particular")
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
        yield port


@pytest.mark.usefixtures("served")
def test_compile_with_models_is_what_the_command_makes(tmp_path: Path) -> None:
    seen: list[int] = []
    emitted = agentalign.compile(
        EXAMPLE, tmp_path / "out", size=20, model="openai/test", progress=lambda _, rows: seen.append(rows)
    )
    assert emitted.manifest.written == 20
    assert seen[-1] == 20
    assert main(["compile", str(EXAMPLE), "-o", str(tmp_path / "by"), "-n", "20", "--model", "openai/test"]) == 0
    for path in (tmp_path / "out" / "data").iterdir():
        assert path.read_bytes() == (tmp_path / "by" / "data" / path.name).read_bytes()
    store = tmp_path / "out" / "replies.sqlite"
    with unplugged():
        again = agentalign.compile(EXAMPLE, tmp_path / "again", size=20, model="openai/test", store=store, offline=True)
    assert again.manifest.values == emitted.manifest.values


@contextmanager
def unplugged() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("a network was asked for")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.mark.usefixtures("served")
def test_compile_binds_single_stages_and_several_judges(tmp_path: Path) -> None:
    stages = {
        "trajectories": "openai/test",
        "refusal_judgements": ["openai/one", "openai/two", "openai/three"],
    }
    emitted = agentalign.compile(EXAMPLE, tmp_path / "out", size=10, stages=stages, limits=Limits(turns=4))
    assert emitted.manifest.values["models"]["trajectories"]["limits"]["turns"] == 4
    assert len(emitted.manifest.values["models"]["refusal_judgements"]["models"]) == 3


@pytest.mark.usefixtures("served")
def test_compile_with_models_where_a_loop_is_running(tmp_path: Path) -> None:
    """As in a notebook."""

    async def cell() -> int:
        return agentalign.compile(EXAMPLE, tmp_path / "out", size=10, model="openai/test").manifest.written

    assert asyncio.run(cell()) == 10


@pytest.mark.usefixtures("served")
def test_compile_says_why_models_did_not_get_to_the_end(tmp_path: Path) -> None:
    with pytest.raises(agentalign.SynthesisError, match="budget") as stopped:
        agentalign.compile(EXAMPLE, tmp_path / "out", size=20, model="openai/test", max_calls=90)
    assert (stopped.value.kind, stopped.value.exit_code) == ("budget", 5)
    assert agentalign.compile(EXAMPLE, tmp_path / "out", size=20, model="openai/test").manifest.written == 20
    with pytest.raises(agentalign.SynthesisError, match="is stored") as missing:
        agentalign.compile(EXAMPLE, tmp_path / "other", size=20, model="openai/other", offline=True)
    assert missing.value.kind == "offline_missing"
    with pytest.raises(ValueError, match="did you mean refusals"):
        agentalign.compile(EXAMPLE, tmp_path / "other", stages={"refusal": "openai/test"})
    with pytest.raises(ValueError, match="jobs"):
        agentalign.compile(EXAMPLE, tmp_path / "other", model="openai/test", jobs=2)
