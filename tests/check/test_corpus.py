"""Broken specs with the report each must give, and sound ones that must give none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.check import check
from agentalign.diagnostics import Diagnostic, Severity, ordered, render
from agentalign.resolve import resolve
from agentalign.source import Bundle
from golden import Golden

CORPUS = Path(__file__).parent.parent / "corpus" / "check"
BAD = sorted((CORPUS / "bad").glob("*.chain"))
GOOD = sorted((CORPUS / "good").glob("*.chain"))


def _diagnose(path: Path) -> tuple[Diagnostic, ...]:
    bundle = Bundle((path.parent,), path.parent)
    names = resolve(bundle, [path.stem])
    return ordered([*names.diagnostics, *check(names).diagnostics])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_reported_as_the_golden_file_says(path: Path, golden: Golden) -> None:
    found = _diagnose(path)
    code = path.stem.partition("-")[0].upper()
    assert code in {diagnostic.code for diagnostic in found}
    echoes = {d.code for d in found if d.code != code and (d.severity is Severity.ERROR or code.startswith("W"))}
    assert not echoes
    golden(path.with_suffix(".err"), render(found, "full"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_sound_spec_is_clean(path: Path) -> None:
    assert render(_diagnose(path), "full") == ""


def test_the_corpus_is_there() -> None:
    assert len(BAD) > 100
    assert GOOD
