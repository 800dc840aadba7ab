"""The table of codes against what the compiler gives and what the tests show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import agentalign
from agentalign.diagnostics import CODES
from agentalign.session import Program

SOURCES = Path(agentalign.__file__).parent
TESTS = Path(__file__).parent.parent
CODE = re.compile(r"\b[EW](?:0\d|1[01])\d\d\b")


def _codes_in(files: list[Path], pattern: re.Pattern[str]) -> set[str]:
    return {code for file in files for code in pattern.findall(file.read_text(encoding="utf-8"))}


def test_every_code_is_given_somewhere_and_no_other() -> None:
    sources = [path for path in SOURCES.rglob("*.py") if path.name != "codes.py"]
    assert _codes_in(sources, re.compile(rf'"({CODE.pattern})"')) == set(CODES)


def test_every_code_is_shown_by_a_corpus_case_or_a_test() -> None:
    goldens = _codes_in(list((TESTS / "corpus").rglob("*.err")), re.compile(rf"^\w+\[({CODE.pattern})\]", re.MULTILINE))
    named = _codes_in([path for path in TESTS.rglob("test_*.py") if path.parent.name != "diagnostics"], CODE)
    here = {"E0001", "E0002", "E0003", "E0004"}
    assert set(CODES) - goldens - named - here == set()
    assert {code for code in CODES if not code.startswith("E10")} - goldens == here


@pytest.mark.parametrize(
    ("code", "content"), [("E0004", b"edition 1\n\xff\n"), ("E0003", b"edition 1\n" + b"// long\n" * 1_100_000)]
)
def test_files_that_cannot_be_read(tmp_path: Path, code: str, content: bytes) -> None:
    spec = tmp_path / "spec.chain"
    spec.write_bytes(content)
    assert [diagnostic.code for diagnostic in Program(spec).diagnostics] == [code]


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    assert [diagnostic.code for diagnostic in Program(tmp_path / "none.chain").diagnostics] == ["E0001"]


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.chain"
    secret.write_text("edition 1\nrecord Secret { word: string }\n", encoding="utf-8")
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "goods.chain").symlink_to(secret)
    spec = shop / "main.chain"
    spec.write_text("edition 1\nuse goods { Secret }\nrecord Box { in: Secret }\n", encoding="utf-8")
    assert "E0002" in {diagnostic.code for diagnostic in Program(spec).diagnostics}
