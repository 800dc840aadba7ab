"""The same spec and seed give the same bytes: in another process, under another hash seed, with any number of jobs, resumed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentalign.emit import Emitted
from agentalign.session import Program, compile_dataset, with_options
from compiling import SPEC

ROWS = 800
MANY = 4_000
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals")


def contents(folder: Path) -> dict[str, bytes]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert "manifest.json" in files
    return files


def compile_to(spec: Path, out: Path, rows: int = ROWS) -> dict[str, bytes]:
    plan = Program(spec).plan
    assert plan is not None
    emitted = compile_dataset(plan, with_options(plan.datasets[0], rows, None), out)
    assert isinstance(emitted, Emitted)
    return contents(out)


def command(spec: Path, out: Path, rows: int, jobs: int = 1) -> list[str]:
    return [sys.executable, "-m", "agentalign", "compile", str(spec), "-o", str(out), "-n", str(rows), "-j", str(jobs)]


def compiled(spec: Path, out: Path, rows: int, jobs: int = 1, **environment: str) -> dict[str, bytes]:
    """The same by the command line, so in another process."""
    settings = {**os.environ, **environment}
    done = subprocess.run(command(spec, out, rows, jobs), env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return contents(out)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spec") / "small.chain"
    path.write_text("edition 1\n" + "\n".join(SPEC))
    return path


@pytest.fixture(scope="module")
def whole(spec: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return compile_to(spec, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def many(spec: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return compile_to(spec, tmp_path_factory.mktemp("many"), MANY)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_other_processes_with_other_hash_seeds(
    spec: Path, whole: dict[str, bytes], tmp_path: Path, hash_seed: str
) -> None:
    assert compiled(spec, tmp_path / "out", ROWS, PYTHONHASHSEED=hash_seed, LC_ALL="C", TZ="Asia/Tokyo") == whole


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_jobs(spec: Path, whole: dict[str, bytes], tmp_path: Path, jobs: int) -> None:
    assert compiled(spec, tmp_path, ROWS, jobs) == whole


def test_a_folder_that_is_written_again(spec: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    compile_to(spec, tmp_path, rows=70)
    assert compile_to(spec, tmp_path) == whole
    assert compile_to(spec, tmp_path) == whole


def test_a_larger_dataset_begins_with_a_smaller_one(whole: dict[str, bytes], many: dict[str, bytes]) -> None:
    fewer, more = (files["index.txt"].splitlines() for files in (whole, many))
    assert (len(fewer), len(more)) == (ROWS, MANY)
    assert more[:ROWS] == fewer


def stopped(process: subprocess.Popen[str], out: Path, stop: Callable[[], None]) -> tuple[int, str]:
    """Stop a compile as soon as it has written something; its exit code and what it said."""
    state = out / ".partial" / "state.json"
    while process.poll() is None:
        try:
            done = json.loads(state.read_bytes())["done"]
        except (OSError, ValueError):
            continue
        if done:
            stop()
            break
    _, said = process.communicate()
    return process.returncode, said


def started(spec: Path, out: Path, jobs: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(spec, out, MANY, jobs),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@posix
@pytest.mark.parametrize(("jobs", "again"), [(1, 2)])
def test_a_killed_compile_is_resumed(spec: Path, many: dict[str, bytes], tmp_path: Path, jobs: int, again: int) -> None:
    process = started(spec, tmp_path, jobs)
    code, _ = stopped(process, tmp_path, lambda: os.killpg(process.pid, signal.SIGKILL))
    assert code == -signal.SIGKILL
    assert not (tmp_path / "manifest.json").exists()
    assert json.loads((tmp_path / ".partial" / "state.json").read_bytes())["done"] > 0
    assert compiled(spec, tmp_path, MANY, again) == many


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_compile_says_so_and_is_resumed(
    spec: Path, many: dict[str, bytes], tmp_path: Path, jobs: int
) -> None:
    """Ctrl-C goes to the whole group, workers included; none of them may complain."""
    process = started(spec, tmp_path, jobs)
    code, said = stopped(process, tmp_path, lambda: os.killpg(process.pid, signal.SIGINT))
    assert code == 130
    assert "Traceback" not in said
    assert said.strip().splitlines()[-1].startswith("interrupted")
    assert not (tmp_path / "manifest.json").exists()
    assert json.loads((tmp_path / ".partial" / "state.json").read_bytes())["done"] > 0
    assert compile_to(spec, tmp_path, MANY) == many
