"""The front page: every block is run, and shows what really comes out."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from agentalign.cli.options import EXIT_CODES, parser
from docs.blocks import README, ROOT, Block, blocks

TEXT = README.read_text(encoding="utf-8")
BLOCKS = tuple(blocks(TEXT))
CONSOLE = tuple(block for block in BLOCKS if block.language == "console")

_TIMES = re.compile(r"\d+\.\d s \([\d,]+ rows/s\)")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files the page asks to save, and an `agentalign` to call."""
    folder = tmp_path_factory.mktemp("readme")
    for block in BLOCKS:
        if block.note.startswith("file: "):
            (folder / block.note.removeprefix("file: ")).write_text(block.body, encoding="utf-8")
    command = folder / "bin" / "agentalign"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m agentalign "$@"\n')
    command.chmod(0o755)
    return folder


def _run(command: str, desk: Path) -> str:
    path = f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=desk,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def test_console_blocks_show_what_comes_out(desk: Path, request: pytest.FixtureRequest) -> None:
    """One after the other, as a reader runs them."""
    text, wrong = TEXT, []
    for block in CONSOLE:
        commands = [line for line in block.body.splitlines() if line.startswith("$ ")]
        shown = "".join(f"{line}\n{_run(line[2:], desk)}" for line in commands)
        if _timeless(shown) != _timeless(block.body):
            wrong.append(f"line {block.line}:\n{shown}")
            text = text.replace(f"```console\n{block.body}```", f"```console\n{shown}```", 1)
    if request.config.getoption("--update"):
        README.write_text(text, encoding="utf-8")
    else:
        assert wrong == []


def _timeless(text: str) -> str:
    return _TIMES.sub("TIME", text)


def test_python_blocks_show_what_comes_out(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    attempted = 0
    for block in BLOCKS:
        if block.language == "pycon":
            test = doctest.DocTestParser().get_doctest(block.body, {}, "README.md", str(README), block.line)
            said: list[str] = []
            results = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
            assert results.failed == 0, "".join(said)
            attempted += results.attempted
    assert attempted > 8


def test_the_two_commands_are_lines_to_paste() -> None:
    compile_, test = (block.body for block in BLOCKS if block.language == "bash")
    for command in (compile_, test):
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && ")
        syntax = subprocess.run(["bash", "-n", "-c", command], check=False)
        assert syntax.returncode == 0
    assert "compile specs/agentalign -o out/agentalign" in compile_
    assert "pytest" in test


def test_ci_runs_the_second_command() -> None:
    assert "block 2" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_block_is_of_a_kind_that_is_run() -> None:
    kinds = {_kind(block) for block in BLOCKS}
    assert kinds == {"bash", "file", "console", "pycon"}
    assert TEXT.count("\n```") == 2 * len(BLOCKS)


def _kind(block: Block) -> str:
    return "file" if block.note.startswith("file: ") else block.language


def test_the_tables_name_every_command_and_exit_code() -> None:
    commands = next(action for action in parser()._actions if action.dest == "command").choices
    assert commands is not None
    assert set(re.findall(r"^\| `agentalign (\w+)", TEXT, re.MULTILINE)) == set(commands)
    codes = re.findall(r"^  (\d+)", EXIT_CODES, re.MULTILINE)
    assert re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE) == codes


@pytest.mark.parametrize("page", ["README.md", "grammar/README.md", "specs/README.md"])
def test_links_and_paths_lead_somewhere(page: str) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", re.sub("(?s)```.*?```|`[^`\n]*`", "code", text)):
        assert (path.parent / target).exists(), target
    for target in re.findall(r"`((?:specs|grammar|tests|compiler)/[\w/.]+)`", text):
        assert (ROOT / target).exists(), target
