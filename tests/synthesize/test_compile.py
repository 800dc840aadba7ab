"""`agentalign compile --model` as a process against a server on loopback: faults, kills, budgets, keys, no network."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest

from agentalign.emit import Emitted, verify
from agentalign.llm import Budget, Kind, Model, Retries
from agentalign.resources import specs_root
from agentalign.session import Program, Stopped, Terms, compile_with_models, with_options
from agentalign.synthesize import Bindings, bind
from llmserver import FAULTS, process

SPEC = specs_root() / "examples" / "1_lookup.chain"
CANARY = "sk-canary-4f1c9e0b7a2d4e6f8a1b3c5d"
ROUGH = {kind: 0.1 / (len(FAULTS) - 1) for kind in FAULTS if kind != "slow"}
QUICK = Retries(base=0.001, cap=0.01, attempts=12, hopeless=100)
CAST = json.dumps(
    {
        "refuses": 0.1,
        "complies": 0.1,
        "forgets": 0.1,
        "strange": 0.2,
        "loops": 0.05,
        "injects": 0.05,
        "unreadable": 0.05,
    }
)


def compiled(
    out: Path, port: int, monkeypatch: pytest.MonkeyPatch, store: Path | None = None, size: int = 40, **terms: object
) -> Emitted | Stopped:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")
    plan = Program(SPEC).plan
    assert plan is not None
    dataset = with_options(plan.datasets[0], size, None)
    bindings = bind(plan, dataset, "openai/test")
    assert isinstance(bindings, Bindings)
    told = Terms(store, retries=QUICK, **terms)  # type: ignore[arg-type]
    ended = compile_with_models(plan, dataset, out, bindings, told)
    assert isinstance(ended, Emitted | Stopped), ended
    return ended


def content(folder: Path) -> dict[str, bytes]:
    """The files of a dataset, without what is no part of it."""
    files = (path for path in folder.rglob("*") if path.is_file() and "replies.sqlite" not in path.name)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def stats(port: int) -> Mapping[str, Mapping[str, int]]:
    with urlopen(f"http://127.0.0.1:{port}/stats") as response:
        return dict(json.load(response))


def command(out: Path, port: int, *more: str, key: str = CANARY) -> tuple[list[str], dict[str, str]]:
    words = [
        sys.executable,
        "-m",
        "agentalign",
        "compile",
        str(SPEC),
        "-o",
        str(out),
        "-n",
        "40",
        "--model",
        "openai/test",
    ]
    return [*words, *more], {**os.environ, "OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that was compiled without any fault."""
    out = tmp_path_factory.mktemp("calm") / "out"
    with pytest.MonkeyPatch.context() as patch, process(cast=CAST) as port:
        assert isinstance(compiled(out, port, patch), Emitted)
        (out.parent / "answered.json").write_text(json.dumps(stats(port)["answered"]))
    return out


def asked(calm: Path) -> dict[str, int]:
    """How often each prompt was answered for it: more than once where a reply was not good enough."""
    return dict(json.loads((calm.parent / "answered.json").read_text()))


def test_the_dataset_keeps_its_promises(calm: Path) -> None:
    assert verify(calm).ok
    manifest = json.loads((calm / "manifest.json").read_bytes())
    assert manifest["counts"]["label"] == {"benign": 20, "harmful": 20}
    assert manifest["synthesis"]["over_refusals"] == manifest["attrition"]["dropped"]["E1042"] > 0
    assert manifest["synthesis"]["false_compliances"] == manifest["attrition"]["dropped"]["E1043"] > 0
    assert sum(manifest["attrition"]["stages"].values()) == manifest["attrition"]["selected"] - 40


def test_faults_change_nothing(calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with process(cast=CAST, faults=json.dumps(ROUGH)) as port:
        assert isinstance(compiled(tmp_path / "out", port, monkeypatch), Emitted)
        found = stats(port)
    assert sum(found["injected"].values()) > 5
    assert found["answered"] == asked(calm)  # nothing was paid for twice
    assert content(tmp_path / "out") == content(calm)


def test_without_a_network_the_stored_replies_do(calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("nothing may be connected")

    monkeypatch.setattr("agentalign.llm.transport.Connections.connect", connect)
    replayed = compiled(tmp_path / "out", 1, monkeypatch, calm / "replies.sqlite", offline=True)
    assert isinstance(replayed, Emitted)
    assert content(tmp_path / "out") == content(calm)
    empty = compiled(tmp_path / "empty", 1, monkeypatch, offline=True)
    assert isinstance(empty, Stopped)
    assert empty.failure.kind is Kind.offline_missing


def test_a_budget_stops_cleanly_and_the_next_run_goes_on(
    calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with process(cast=CAST) as port:
        ended = compiled(tmp_path / "out", port, monkeypatch, budget=Budget(max_calls=110))
        assert isinstance(ended, Stopped)
        assert ended.failure.kind.exit_code == 5
        assert not (tmp_path / "out" / "manifest.json").exists()
        assert sum(stats(port)["answered"].values()) == 110
        assert isinstance(compiled(tmp_path / "out", port, monkeypatch), Emitted)
        assert stats(port)["answered"] == asked(calm)
    assert content(tmp_path / "out") == content(calm)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_is_taken_up(how: signal.Signals, calm: Path, tmp_path: Path) -> None:
    with process(cast=CAST, latency=0.05) as port:
        words, environment = command(tmp_path / "out", port)
        with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as running:
            deadline = time.monotonic() + 60
            while sum(stats(port)["answered"].values()) < 110 and time.monotonic() < deadline:
                time.sleep(0.01)
            running.send_signal(how)
            _, said = running.communicate()
        assert running.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL), said
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answered = stats(port)["answered"]
        twice = sum(answered.values()) - sum(asked(calm).values())
        assert twice <= (Model("openai/test").concurrency if how is signal.SIGKILL else 0)
    assert content(tmp_path / "out") == content(calm)


def test_keys_are_nowhere(tmp_path: Path) -> None:
    with process(cast=CAST, key=CANARY) as port:
        words, environment = command(tmp_path / "out", port)
        done = subprocess.run(words, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        wrong, environment = command(tmp_path / "wrong", port, key=f"{CANARY}-wrong")
        failed = subprocess.run(wrong, env=environment, capture_output=True, check=False)
    assert failed.returncode == 4
    assert b"OPENAI_API_KEY" in failed.stderr
    said = [done.stdout, done.stderr, failed.stdout, failed.stderr]
    for found in (*said, *(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())):
        assert CANARY.encode() not in found
        assert f"127.0.0.1:{port}".encode() not in found or found in said


def test_without_a_model_nothing_of_models_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom agentalign.cli import main\ncode = main(sys.argv[1:])\n"
        "assert not {'litellm', 'aiohttp', 'agentalign.synthesize'} & set(sys.modules)\nraise SystemExit(code)"
    )
    words = [sys.executable, "-c", code, "compile", str(SPEC), "-o", str(tmp_path / "out"), "-n", "10"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "models" not in json.loads((tmp_path / "out" / "manifest.json").read_bytes())


@pytest.mark.parametrize("more", [("--stage", "refusal=openai/test"), ("--stage", "x"), ("--max-cost", "-1")])
def test_options_that_make_no_sense_are_said(more: tuple[str, str], tmp_path: Path) -> None:
    words, environment = command(tmp_path / "out", 1, *more)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


def test_a_judge_that_does_not_see_is_not_used(tmp_path: Path) -> None:
    with process(cast=json.dumps({"blind": 0.9})) as port:
        words, environment = command(tmp_path / "out", port)
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "kappa" in done.stderr
        assert not (tmp_path / "out" / "manifest.json").exists()
        measure = [
            *words[:3],
            "calibrate",
            str(SPEC),
            "--model",
            "openai/test",
            "--store",
            str(tmp_path / "s.sqlite"),
            "--json",
        ]
        told = subprocess.run(measure, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 1
        assert {found["items"] for found in json.loads(told.stdout)} == {40}
        before = sum(stats(port)["answered"].values())
        again = subprocess.run(measure, env=environment, capture_output=True, text=True, check=False)
        assert again.stdout == told.stdout
        assert sum(stats(port)["answered"].values()) == before
        trusting = subprocess.run(
            [*words, "--min-kappa", "0"], env=environment, capture_output=True, text=True, check=False
        )
        assert trusting.returncode == 0, trusting.stderr


def test_the_commands_of_the_front_page_do_what_it_says(tmp_path: Path) -> None:
    root = specs_root().parent
    section = (root / "README.md").read_text().partition("## With language models")[2].partition("\n## ")[0]
    lines = [line.split() for line in section.splitlines() if line.startswith("    agentalign ")]
    assert [line[1] for line in lines] == ["plan", "compile", "compile", "compile", "calibrate"]
    (tmp_path / "specs").symlink_to(root / "specs")
    with process(cast="{}") as port:
        variables = re.findall(r"^    export (\w+)=http://localhost:8000/v1$", section, re.MULTILINE)
        environment = {**os.environ, **dict.fromkeys(variables, f"http://127.0.0.1:{port}/v1")}
        for _, *words in lines:
            command = [sys.executable, "-m", "agentalign", *words]
            done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
