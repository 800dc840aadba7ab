"""Commands with models: what they say, and what they end with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agentalign.cli import main
from agentalign.cli.synthesis import _View
from agentalign.llm import Progress, Spent
from agentalign.resources import specs_root
from llmserver import process

SPEC = specs_root() / "examples" / "1_lookup.chain"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    with process(cast=json.dumps({"refuses": 0.2, "complies": 0.1})) as port:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-nobody-in-particular")
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}/v1")

        def call(*words: object) -> tuple[int, str]:
            code = main([str(word) for word in words])
            return code, capsys.readouterr().err

        yield call


def compile_(out: Path, *more: object, model: str = "openai/test") -> tuple[object, ...]:
    return ("compile", SPEC, "-o", out, "-n", 20, "--model", model, *more)


@pytest.mark.parametrize(
    ("most", "said", "model"),
    [
        (("--max-calls", 100), "calls 100", "openai/test"),
        (("--max-tokens", 30_000), "tokens 30,000", "openai/test"),
        (("--max-cost", 0.002), "cost $0.002", "openai/gpt-4o-mini"),
    ],
)
def test_a_budget_ends_with_5_and_the_same_command_goes_on(
    most: tuple[object, ...], said: str, model: str, run: Run, tmp_path: Path
) -> None:
    code, told = run(*compile_(tmp_path / "out", *most, model=model))
    assert code == 5
    assert f"the budget ({said}) allows no further call; spent: " in told
    assert f"replies are kept in {tmp_path / 'out' / 'replies.sqlite'}, and the same command goes on from there" in told
    code, told = run(*compile_(tmp_path / "out", model=model))
    assert code == 0
    assert "replies were in the store" in told


def test_a_summary_says_what_was_dropped_and_what_it_cost(run: Run, tmp_path: Path) -> None:
    code, told = run(*compile_(tmp_path / "out"))
    assert code == 0
    assert "E1042  a model refused what should be carried out" in told
    assert f"20 rows in {tmp_path / 'out'}" in told
    assert " tokens" in told.splitlines()[-1]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| trajectories | openai/test |" in card
    assert "those of models have their models' habits" in card


def test_agents_are_limited_by_options(run: Run, tmp_path: Path) -> None:
    code, told = run(*compile_(tmp_path / "out", "--agent-turns", 1))
    assert code == 1
    assert "only 10 of the 20 rows asked for: too many of the" in told
    dropped = (tmp_path / "out" / "dropped.jsonl").read_text()
    assert "the limit on turns was reached" in dropped
    limits = json.loads((tmp_path / "out" / "manifest.json").read_text())["models"]["trajectories"]["limits"]
    assert limits == {"turns": 1, "calls": 32, "tokens": 200_000, "parallel": True}
    code, _ = run(*compile_(tmp_path / "out", "--agent-calls", 1, "--agent-tokens", 50_000, "--agent-sequential"))
    assert code == 0
    assert run(*compile_(tmp_path / "out", "--agent-turns", 0))[0] == 2


def test_jobs_and_models_do_not_go_together(run: Run, tmp_path: Path) -> None:
    code, told = run(*compile_(tmp_path / "out", "--jobs", 2))
    assert code == 2
    assert "--jobs is for compiles without models" in told
    assert not (tmp_path / "out").exists()


def test_a_line_now_and_then_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    written: list[str] = []
    view = _View(60, written.append)
    progress = Progress(30, 10, 2, 8, 12, 84, 3, 5, Spent(38, 9_000, 1_000, 0.25), 15.0)
    for second in range(25):
        now[0] = second
        view.show(progress, 7)
    view.end()
    assert len(written) == 2
    assert written[0] == (
        "7/60 rows · 42/84 done (10 from the store), 2 failed, 8 in flight, 3 times 429, "
        "38 calls, 10,000 tokens, $0.2500, 21 s to go\n"
    )
    assert view.told == "7 of 60 rows"
    assert view.spent == "38 calls, 10,000 tokens, $0.2500, 10 replies were in the store"
