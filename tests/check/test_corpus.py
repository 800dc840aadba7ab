"""Broken specs with the report each must give, and sound ones that must give none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.diagnostics import Severity, render
from agentalign.resources import specs_root
from agentalign.session import Program
from golden import Golden

CORPUS = Path(__file__).parent.parent / "corpus" / "check"
BAD = sorted((CORPUS / "bad").glob("*.chain"))
GOOD = sorted((CORPUS / "good").glob("*.chain"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_reported_as_the_golden_file_says(
    path: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    found = Program(Path(path.name)).diagnostics
    code = path.stem.partition("-")[0].upper()
    assert code in {diagnostic.code for diagnostic in found}
    echoes = {d.code for d in found if d.code != code and (d.severity is Severity.ERROR or code.startswith("W"))}
    assert not echoes
    golden(path.with_suffix(".err"), render(found, "full").replace(f"{specs_root()}", "<shipped>"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_sound_spec_is_clean(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert render(Program(Path(path.name)).diagnostics, "full") == ""


def test_the_corpus_is_there() -> None:
    assert len(BAD) > 180
    assert GOOD
