"""Broken files with the report each must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.diagnostics import render
from agentalign.source import Source
from agentalign.syntax import nodes as n
from agentalign.syntax import parse
from golden import Golden

BAD = sorted((Path(__file__).parent.parent / "corpus" / "syntax" / "bad").glob("*.chain"))
# What the syntax layer reports; the codes of files themselves belong to the source layer.
CODES = {"E0005", "E0006", "E0007", "E0008", "E0009", "E0010", "E0011", "E0012", "E0013", "E0014", "E0016", "E0017"}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_reported_as_the_golden_file_says(path: Path, golden: Golden) -> None:
    found = parse(Source(path.name, path.read_text(encoding="utf-8"))).diagnostics
    assert found
    golden(path.with_suffix(".err"), render(found, "full"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_fix_mends_what_it_is_offered_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = parse(Source(path.name, text)).diagnostics
    for diagnostic in found:
        for fix in diagnostic.fixes:
            span = fix.location.span
            mended = parse(Source(path.name, text[: span.start] + fix.replacement + text[span.end :])).diagnostics
            assert len(mended) < len(found) or diagnostic.message not in {other.message for other in mended}


def test_the_corpus_has_every_code() -> None:
    found = {d.code for path in BAD for d in parse(Source(path.name, path.read_text(encoding="utf-8"))).diagnostics}
    assert found == CODES


def test_five_mistakes_in_five_declarations_are_five_errors_and_the_others_are_kept() -> None:
    (path,) = (path for path in BAD if path.stem == "five_mistakes")
    parsed = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert len(parsed.diagnostics) == 5
    lines = [diagnostic.location.start.line for diagnostic in parsed.diagnostics if diagnostic.location]
    assert len(set(lines)) == 5
    assert [use.module.text for use in parsed.module.uses] == ["std.people"]
    kept = [decl.name.text for decl in parsed.module.declarations if isinstance(decl, n.TypeDecl | n.DatasetDecl)]
    assert kept == ["Good", "fine"]


def test_a_broken_declaration_costs_only_itself_wherever_it_stands() -> None:
    sound = "type T{} = int(0..{})\n"
    for place in range(6):
        lines = [sound.format(number, number) for number in range(6)]
        lines[place] = "type Broken = int(0..\n"
        parsed = parse(Source("x.chain", "edition 1\n" + "".join(lines)))
        assert len(parsed.diagnostics) == 1
        assert len(parsed.module.declarations) == 5


def test_reports_end_after_fifty() -> None:
    found = parse(Source("x.chain", "edition 1\n" + "type A =\n" * 200)).diagnostics
    assert len(found) == 50
    assert found[-1].notes == ("after 50 errors the rest of the file was not looked at",)
