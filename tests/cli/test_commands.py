"""Every command: what it prints where, and its exit code."""

from __future__ import annotations

import errno
import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from agentalign import __version__
from agentalign.cli import main
from agentalign.cli.commands import check as check_command
from agentalign.diagnostics import CODES
from agentalign.ir import read_plan
from compiling import SPEC

COMMANDS = ("check", "format", "explain", "plan", "preview", "compile", "verify", "trace")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return call


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "small.chain"
    path.write_text("edition 1\n" + "\n".join(SPEC))
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.chain"
    path.write_text("edition 1\n" + "\n".join(SPEC).replace("rating: 5 }", "rating: 9 }"))
    return path


@pytest.fixture
def folder(run: Run, spec: Path, tmp_path: Path) -> Path:
    out = tmp_path / "made"
    assert run("compile", spec, "-o", out, "-n", 40).code == 0
    return out


# --------------------------------------------------------------------------------------------------------------- usage


def test_help_lists_all_commands_and_exit_codes(run: Run) -> None:
    found = run("--help")
    assert found.code == 0
    assert all(f"\n    {command} " in found.out for command in COMMANDS)
    assert "130  interrupted" in found.out
    assert found.err == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    found = run(command, "--help")
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(f"usage: agentalign {command} ")


def test_version(run: Run) -> None:
    assert run("--version").out == f"agentalign {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("frobnicate",), "invalid choice"),
        (("check",), "PATH"),
        (("check", "x", "--format", "xml"), "invalid choice"),
        (("compile", "x"), "-o/--out"),
        (("compile", "x", "-o", "y", "-n", "0"), "at least 1"),
        (("compile", "x", "-o", "y", "-n", "many"), "'many' is no whole number"),
        (("compile", "x", "-o", "y", "-j", "0"), "at least 1"),
        (("compile", "x", "-o", "y", "--seed", "x"), "'x' is no whole number"),
        (("trace", "x"), "ID"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    found = run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere"),
        ("format", "nowhere"),
        ("plan", "nowhere"),
        ("preview", "nowhere"),
        ("compile", "nowhere", "-o", "out"),
        ("verify", "nowhere"),
        ("trace", "nowhere", "0"),
    ],
)
def test_what_is_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(*arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err == "agentalign: nowhere: no such file or folder\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "format"])
def test_all_that_is_not_there_is_named(run: Run, spec: Path, command: str) -> None:
    found = run(command, "one", spec, "two")
    assert found.code == 2
    assert [line.split(":")[1].strip() for line in found.err.splitlines()] == ["one", "two"]


# --------------------------------------------------------------------------------------------------------------- check


def test_check_of_a_sound_spec(run: Run, spec: Path) -> None:
    assert run("check", spec) == Ran(0, "", "no findings\n")
    assert run("check", spec.parent).code == 0


def test_check_shows_findings_as_its_output(run: Run, broken: Path) -> None:
    found = run("check", broken)
    assert found.code == 1
    assert "error[E0206]" in found.out
    assert "broken.chain:" in found.out
    assert found.err.startswith("1 error")


def test_warnings_alone_are_no_failure(run: Run, spec: Path) -> None:
    spec.write_text(spec.read_text() + '\nlexicon unused_words: string { "a" }\n')
    found = run("check", spec)
    assert found.code == 0
    assert "warning[W0102]" in found.out
    assert found.err.startswith("1 warning")


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_machines_get_json_and_nothing_else(run: Run, spec: Path, broken: Path, format_: str) -> None:
    bad, good = run("check", broken, "--format", format_), run("check", spec, "--format", format_)
    assert (bad.code, bad.err, good.code, good.err) == (1, "", 0, "")
    assert "E0206" in json.dumps(json.loads(bad.out))
    assert "E0206" not in json.dumps(json.loads(good.out))


def test_concise_and_github(run: Run, broken: Path) -> None:
    assert run("check", broken, "--format", "concise").out.count("\n") == 1
    found = run("check", broken, "--format", "github")
    assert found.out.startswith("::error ")
    assert found.err == ""


def test_what_is_no_spec(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "notes.txt", tmp_path / "empty"):
        found = run("check", path)
        assert found.code == 1
        assert "E0004" in found.out


# -------------------------------------------------------------------------------------------------------------- format


def test_format_rewrites_once(run: Run, spec: Path) -> None:
    before = spec.read_text()
    found = run("format", spec)
    assert (found.code, found.out) == (0, "")
    assert f"formatted {spec}" in found.err
    assert spec.read_text() != before
    again = run("format", spec)
    assert (again.code, again.err) == (0, "1 file, 0 formatted\n")


def test_format_check_changes_nothing(run: Run, spec: Path) -> None:
    before = spec.read_bytes()
    found = run("format", "--check", spec.parent)
    assert found.code == 1
    assert f"would format {spec}" in found.err
    assert spec.read_bytes() == before
    run("format", spec)
    assert run("format", "--check", spec).code == 0


def test_format_of_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str, *arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
        return run("format", *arguments, "-")

    found = given("edition   1\ntype  T=int")
    assert (found.code, found.err) == (0, "")
    assert found.out == "edition 1\n\ntype T = int\n"
    assert given("edition   1\ntype  T=int", "--check") == Ran(1, "", "")
    assert given(found.out, "--check") == Ran(0, "", "")
    bad = given("edition 1\ntype = =")
    assert (bad.code, bad.out) == (1, "")
    assert "error[E0005]" in bad.err


def test_format_leaves_what_does_not_parse(run: Run, spec: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.chain"
    bad.write_text("edition 1\ntype = =")
    found = run("format", tmp_path)
    assert found.code == 1
    assert "E0005" in found.err
    assert bad.read_text() == "edition 1\ntype = ="
    assert f"formatted {spec}" in found.err


def test_format_keeps_permissions_and_names_what_it_cannot_write(
    run: Run, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec.chmod(0o600)
    other = tmp_path / "aside" / "other.chain"
    other.parent.mkdir()
    other.write_text("edition   1\ntype  T=int\n")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == "other.chain":
            raise OSError(errno.EROFS, "Read-only file system", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    found = run("format", tmp_path)
    assert found.code == 2
    assert f"agentalign: {other}: Read-only file system" in found.err
    assert f"formatted {spec}" in found.err
    assert other.read_text() == "edition   1\ntype  T=int\n"
    assert [path.name for path in other.parent.iterdir()] == ["other.chain"]
    assert spec.stat().st_mode & 0o777 == 0o600


# ------------------------------------------------------------------------------------------------------------- explain


def test_explain_lists_all_codes(run: Run) -> None:
    found = run("explain")
    assert (found.code, found.err) == (0, "")
    assert [line.split()[0] for line in found.out.splitlines()] == list(CODES)


@pytest.mark.parametrize("code", ["E0701", "e0701", "not-voiced"])
def test_explain_one(run: Run, code: str) -> None:
    found = run("explain", code)
    assert (found.code, found.err) == (0, "")
    assert "E0701" in found.out


@pytest.mark.parametrize(
    ("code", "hint"), [("E0702x", "E0702"), ("not-voised", "not-voiced"), ("zzz", "lists all codes")]
)
def test_explain_what_there_is_not(run: Run, code: str, hint: str) -> None:
    found = run("explain", code)
    assert (found.code, found.out) == (2, "")
    assert hint in found.err


# ------------------------------------------------------------------------------------------------------- plan, preview


def test_plan_shows_spaces_and_what_a_dataset_takes(run: Run, spec: Path) -> None:
    found = run("plan", spec, "-n", "60", "--seed", "9")
    assert (found.code, found.err) == (0, "")
    for name in (
        "harmful expose of look_and_write",
        "borderline pry of look_and_write",
        "tool:pages",
        "the tool of step `sent`",
    ):
        assert name in found.out
    assert "dataset small: 60 of 60 rows asked for, seed 9" in found.out


def test_a_split_that_groups_do_not_allow_is_told(run: Run, spec: Path, tmp_path: Path) -> None:
    spec.write_text(
        spec.read_text().replace(
            "split { train: 100% } by chain", "split { train: 80%, test: 20% } by tool hold blue_search"
        )
    )
    told = re.compile(r"  train +\d+  \d+% \(80% asked, \d groups\)")
    assert told.search(run("plan", spec, "-n", "60", "--seed", "9").out)
    assert re.search(r"train +\d+  \d+% \(80% asked", run("compile", spec, "-o", tmp_path / "out", "-n", "60").err)


def test_plan_as_json_is_exact(run: Run, spec: Path) -> None:
    found = run("plan", spec, "--json")
    assert (found.code, found.err) == (0, "")
    plan = json.loads(found.out)
    assert plan["rows"] == plan["size"] == 120
    assert plan["requests"] == sum(reading["requests"] for reading in plan["readings"])
    assert all(reading["requests"] % 65_536 == 0 for reading in plan["readings"])


def test_the_plan_itself_reads_back(run: Run, spec: Path) -> None:
    found = run("plan", spec, "--ir")
    assert [reading.name for reading in read_plan(found.out).readings][:2] == ["expose", "reunite"]


def test_preview_is_a_chat(run: Run, spec: Path) -> None:
    found = run("preview", spec)
    assert (found.code, found.err) == (0, "")
    assert found.out.count("── ") == 3
    assert found.out.count("\n      user  ") == 3
    assert run("preview", spec, "-n", 5).out.startswith(found.out.rstrip("\n"))
    assert run("preview", spec, "--seed", 4).out != found.out


def test_preview_of_a_reading(run: Run, spec: Path) -> None:
    found = run("preview", spec, "--reading", "warn", "-n", 2)
    assert found.out.count("borderline → completion · warn of look_and_write") == 2
    wrong = run("preview", spec, "--reading", "wran")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "agentalign: there is no reading wran; did you mean warn?\n"


def test_preview_of_wordings(run: Run, spec: Path) -> None:
    found = run("preview", spec, "--reading", "warn", "--wordings")
    assert (found.code, found.err) == (0, "")
    few = run("preview", spec, "--reading", "warn", "--wordings", "-n", 1)
    assert few.out.count("── ") == 1 < found.out.count("── ") < 20
    assert found.out.startswith(few.out.rstrip("\n"))


def test_preview_of_a_reading_the_dataset_has_no_share_for(run: Run, spec: Path) -> None:
    spec.write_text(spec.read_text().replace("harmful: 40%, benign: 50%, borderline: 10%", "harmful: 50%, benign: 50%"))
    found = run("preview", spec, "--reading", "warn")
    assert (found.code, found.out) == (2, "")
    assert found.err == "agentalign: the dataset small takes no rows of warn\n"


@pytest.mark.parametrize("command", ["plan", "preview", "compile"])
def test_errors_in_the_spec(run: Run, broken: Path, tmp_path: Path, command: str) -> None:
    found = run(command, broken, *(["-o", tmp_path / "out"] if command == "compile" else []))
    assert (found.code, found.out) == (1, "")
    assert "error[E0206]" in found.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["plan", "preview", "compile"])
def test_which_dataset(run: Run, spec: Path, tmp_path: Path, command: str) -> None:
    more = ["-o", tmp_path / "out"] if command == "compile" else []
    wrong = run(command, spec, "--dataset", "smal", *more)
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "agentalign: there is no dataset smal; did you mean small?\n"
    spec.write_text(spec.read_text() + "dataset other { size 7 seed 3 split { train: 100% } by chain }")
    open_ = run(command, spec, *more)
    assert (open_.code, open_.out) == (2, "")
    assert open_.err == "agentalign: there are several datasets, name one with --dataset: small, other\n"
    assert run(command, spec, "--dataset", "other", *more).code == 0


# ------------------------------------------------------------------------------------------------------------- compile


def test_compile_sums_up_on_stderr(run: Run, spec: Path, tmp_path: Path) -> None:
    found = run("compile", spec, "-o", tmp_path / "out", "-n", "100")
    assert (found.code, found.out) == (0, "")
    for line in ("benign", "borderline", "harmful", "privacy", "train"):
        assert f"\n{line} " in f"\n{found.err}"
    assert f"100 rows in {tmp_path / 'out'}" in found.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["size"]["written"], manifest["seed"]) == (100, 5)
    assert run("compile", spec, "-o", tmp_path / "seeded", "-n", 30, "--seed", -8).code == 0
    assert json.loads((tmp_path / "seeded" / "manifest.json").read_text())["seed"] == -8


def test_check_of_a_folder_of_packages_takes_each_for_itself(run: Run, spec: Path, tmp_path: Path) -> None:
    for package in ("one", "two"):
        folder = tmp_path / "packages" / package
        folder.mkdir(parents=True)
        (folder / "words.chain").write_text('edition 1\nlexicon given: string { "a", "b" }\n')
        (folder / "main.chain").write_text(
            spec.read_text().replace("edition 1\n", f"edition 1\nuse {package}.words {{ given }}\n", 1)
        )
    found = run("check", tmp_path / "packages", "--format", "concise")
    assert "E0104" not in found.out
    assert {line.split("/main")[0].rsplit("/", 1)[-1] for line in found.out.splitlines() if "W" in line} >= {
        "one",
        "two",
    }


def test_compile_of_more_than_there_is(run: Run, spec: Path, tmp_path: Path) -> None:
    spec.write_text(
        spec.read_text()
        .replace("vary who\n", 'bind who = "Ada Lindqvist"\n')
        .replace("{{ who }}", "Ada Lindqvist")
        .replace("  size 120\n", "")
    )
    found = run("compile", spec, "-o", tmp_path / "out", "-n", 9_999)
    assert found.code == 1
    assert "rows asked for" in found.err


def test_compile_tells_what_was_dropped(run: Run, spec: Path, tmp_path: Path) -> None:
    spec.write_text(spec.read_text().replace('"Your thanks went', '"Your thanks,  went'))
    found = run("compile", spec, "-o", tmp_path / "out", "-n", "60")
    assert found.code == 1
    assert "cases were dropped, see dropped.jsonl:" in found.err
    assert "E1008  prose holds an unrendered template" in found.err
    dropped = [json.loads(line) for line in (tmp_path / "out" / "dropped.jsonl").read_text().splitlines()]
    assert {line["findings"][0]["code"] for line in dropped} == {"E1008"}
    assert {line["case"]["reading"] for line in dropped} == {"thank"}


def test_compile_gives_up_on_a_spec_that_drops_everything(run: Run, spec: Path, tmp_path: Path) -> None:
    spec.write_text(re.sub(r'(answer|refuse) """', r'\1 """Well,  ', spec.read_text()))
    found = run("compile", spec, "-o", tmp_path / "out", "-n", "5")
    assert found.code == 1
    assert "only 0 of the 5 rows asked for: too many of the 1,010 cases tried were dropped" in found.err


def test_compile_into_what_is_not_ours(run: Run, spec: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("mine")
    found = run("compile", spec, "-o", theirs)
    assert (found.code, found.out) == (2, "")
    assert "error[E1030]" in found.err
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]


def test_compile_over_another_dataset_needs_a_word(run: Run, spec: Path, folder: Path) -> None:
    spec.write_text(spec.read_text() + "dataset other { size 7 split { train: 100% } by chain }")
    before = (folder / "manifest.json").read_bytes()
    found = run("compile", spec, "-o", folder, "--dataset", "other")
    assert (found.code, found.out) == (2, "")
    assert "the dataset `small` of the spec `small`" in found.err
    assert (folder / "manifest.json").read_bytes() == before
    assert run("compile", spec, "-o", folder, "--dataset", "small", "-n", 50, "--seed", 2).code == 0
    assert run("compile", spec, "-o", folder, "--dataset", "other", "--overwrite").code == 0
    assert json.loads((folder / "manifest.json").read_text())["dataset"] == "other"


def test_compile_into_a_file(run: Run, spec: Path) -> None:
    found = run("compile", spec, "-o", spec)
    assert (found.code, found.out) == (2, "")
    assert "error[E1031]" in found.err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_compile_onto_a_disk_that_fails(
    run: Run, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write_bytes = Path.write_bytes

    def fail(self: Path, data: bytes) -> int:
        if self.parent.name == ".partial" and b'"done":0' not in data:
            raise OSError(number, "disk trouble", str(self))
        return write_bytes(self, data)

    monkeypatch.setattr(Path, "write_bytes", fail)
    found = run("compile", spec, "-o", tmp_path / "out", "-n", 50)
    assert (found.code, found.out) == (2, "")
    assert "error[E1031]" in found.err
    assert "disk trouble" in found.err
    assert "Traceback" not in found.err
    monkeypatch.undo()
    assert run("compile", spec, "-o", tmp_path / "out", "-n", 50).code == 0


# ------------------------------------------------------------------------------------------------------- verify, trace


def test_verify_of_what_was_written(run: Run, folder: Path) -> None:
    found = run("verify", folder)
    assert (found.code, found.out) == (0, "")
    assert found.err == f"{folder}: 40 rows, as it was written\n"


@pytest.mark.parametrize("format_", ["full", "concise", "json", "sarif", "github"])
def test_verify_finds_an_edit(run: Run, folder: Path, format_: str) -> None:
    data = folder / "data" / "train.jsonl"
    data.write_text(data.read_text().replace("Kind regards", "Kind regard", 1).replace("private.", "privat.", 1))
    found = run("verify", folder, "--format", format_)
    assert found.code == 1
    assert "E1012" in found.out
    assert "E1014" in found.out
    if format_ in {"json", "sarif"}:
        json.loads(found.out)
        assert found.err == ""


def test_verify_of_what_is_no_dataset(run: Run, tmp_path: Path, spec: Path) -> None:
    assert run("verify", spec).code == 2
    (tmp_path / "empty").mkdir()
    found = run("verify", tmp_path / "empty")
    assert found.code == 1
    assert "E1023" in found.out


def ids_of(folder: Path) -> list[str]:
    return [line.split()[1] for line in (folder / "index.txt").read_text().splitlines()]


def test_trace_shows_the_way_of_a_record(run: Run, folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "data" / "train.jsonl").read_text().splitlines()]
    ends = {"refusal": "refusal", "completion": "answer"}
    for number, record in enumerate(lines, 1):
        found = run("trace", folder, record["id"])
        assert (found.code, found.err) == (0, "")
        assert found.out.startswith(f"data/train.jsonl:{number}\n")
        for what in ("chain", "reading", "binding", "step", "tool", "request", ends[record["expected"]]):
            assert f"\n{what} " in found.out
        assert found.out.count("small.chain:") >= 8
        for name, value in record["provenance"]["bindings"].items():
            assert f"{name} = {json.dumps(value, separators=(',', ':'))}" in found.out
        for tool in record["provenance"]["tools"].values():
            assert tool in found.out
        assert record["messages"][-1]["content"][:20] in found.out
        assert f"id {record['id']}" in found.out
        assert ("\nsetting " in found.out) == bool(record["provenance"]["details"])
        assert ("\nupset " in found.out) == (record["provenance"]["outcome"] is not None)
        said = [m["content"] for m in record["messages"][2:-1] if m["role"] == "assistant" and m["content"]]
        assert found.out.count("\nnarration ") == len(said)


def test_trace_by_a_prefix(run: Run, folder: Path) -> None:
    ids = ids_of(folder)
    chosen = ids[0]
    length = next(n for n in range(1, 33) if sum(ident.startswith(chosen[:n]) for ident in ids) == 1)
    assert run("trace", folder, chosen[:length]) == run("trace", folder, chosen)


def test_trace_of_an_ambiguous_or_unknown_id(run: Run, folder: Path) -> None:
    ids = ids_of(folder)
    first = next(digit for digit in "0123456789abcdef" if sum(ident.startswith(digit) for ident in ids) > 1)
    found = run("trace", folder, first)
    assert (found.code, found.out) == (2, "")
    assert all(ident in found.err for ident in [ident for ident in ids if ident.startswith(first)][:10])
    for unknown in ("zzz", "0" * 32, '","x":"'):
        wrong = run("trace", folder, unknown)
        assert (wrong.code, wrong.out) == (2, "")
        assert "no record" in wrong.err


def test_trace_in_what_is_no_dataset(run: Run, tmp_path: Path, spec: Path) -> None:
    for path in (tmp_path, spec):
        found = run("trace", path, "0")
        assert (found.code, found.out) == (2, "")
        assert "no dataset" in found.err


def test_trace_in_a_damaged_dataset(run: Run, folder: Path) -> None:
    ident = ids_of(folder)[0]
    (folder / "plan.txt").write_text("Plan {")
    found = run("trace", folder, ident)
    assert (found.code, found.out) == (2, "")
    assert "damaged" in found.err
    assert "agentalign verify" in found.err


# ----------------------------------------------------------------------------------------------------- when it goes wrong


def _raising(error: BaseException) -> Callable[[Any], NoReturn]:
    def run(_: object) -> NoReturn:
        raise error

    return run


def test_our_bugs_are_called_so(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_command, "run", _raising(RuntimeError("boom")))
    found = run("check", spec)
    assert (found.code, found.out) == (3, "")
    assert "RuntimeError: boom" in found.err
    assert f"This is a bug in agentalign {__version__}, not in your spec." in found.err


def test_an_interrupt_is_no_bug(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_command, "run", _raising(KeyboardInterrupt()))
    assert run("check", spec) == Ran(130, "", "interrupted\n")


def test_a_system_that_refuses_is_no_bug(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_command, "run", _raising(PermissionError(errno.EACCES, "Permission denied", "secret")))
    assert run("check", spec) == Ran(2, "", "agentalign: secret: Permission denied\n")
    monkeypatch.setattr(check_command, "run", _raising(OSError(errno.ENOSPC, "No space left on device")))
    assert run("check", spec) == Ran(2, "", "agentalign: the output cannot be written: No space left on device\n")
