"""The command line as a process: what it imports, pipes, terminals, full disks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compiling import SPEC

posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes and terminals")
AGENTALIGN = (sys.executable, "-m", "agentalign")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specs")
    text = "edition 1\n" + "\n".join(SPEC)
    (folder / "small.chain").write_text(text)
    (folder / "broken.chain").write_text(text.replace("rating: 5 }", "rating: 9 }"))
    return folder


def imported(*arguments: str) -> tuple[int, set[str]]:
    """The exit code of a command and the top-level packages it has loaded."""
    code = (
        "import sys\nfrom agentalign.cli import main\ncode = main(sys.argv[1:])\n"
        "print('\\n' + '\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)\n"
        "raise SystemExit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, set(done.stderr.split())


def test_commands_load_what_they_need_and_no_more(folder: Path) -> None:
    heavy = {"litellm", "hypothesis", "pyarrow", "ray", "torch", "datasets"}
    code, loaded = imported("check", str(folder / "small.chain"))
    assert code == 0
    assert not loaded & (heavy | {"jsonschema", "jsonschema_rs", "tqdm", "pytest"})
    code, loaded = imported("--help")
    assert code == 0
    assert not loaded & (heavy | {"jsonschema", "jsonschema_rs", "lark", "jinja2", "orjson", "tqdm"})
    code, loaded = imported("preview", str(folder / "small.chain"))
    assert code == 0
    assert not loaded & heavy


@posix
def test_a_reader_that_has_seen_enough_is_no_error(folder: Path) -> None:
    for arguments in (
        ("plan", str(folder / "small.chain"), "--ir"),
        ("explain",),
        ("check", str(folder / "broken.chain")),
    ):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([*AGENTALIGN, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writer)
        assert done.returncode == 0
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        assert "bug" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_onto_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*AGENTALIGN, "explain"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "agentalign: the output cannot be written: No space left on device\n"


@posix
@pytest.mark.parametrize(
    ("no_color", "term", "coloured"), [(None, "xterm", True), ("1", "xterm", False), (None, "dumb", False)]
)
def test_colours_on_a_terminal_unless_unwanted(folder: Path, no_color: str | None, term: str, coloured: bool) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment |= {"TERM": term} | ({} if no_color is None else {"NO_COLOR": no_color})
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*AGENTALIGN, "check", str(folder / "broken.chain")], stdout=theirs, stderr=subprocess.PIPE, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
        if not block:
            break
        shown += block
    os.close(ours)
    _, said = process.communicate()
    assert process.returncode == 1
    assert b"E0206" in shown
    assert (b"\x1b[" in shown) == coloured
    assert b"\x1b[" not in said  # a pipe is no terminal


def test_no_colours_into_files(folder: Path) -> None:
    done = subprocess.run(
        [*AGENTALIGN, "check", str(folder / "broken.chain")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "\x1b[" not in done.stdout + done.stderr
