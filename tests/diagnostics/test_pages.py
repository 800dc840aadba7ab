"""The table of codes and the pages behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import agentalign.diagnostics as package
from agentalign.diagnostics import CODES, Diagnostic, Severity, Snippet, explain, page, render
from agentalign.diagnostics.page import parse_page
from agentalign.session import Program

PAGES = Path(package.__file__).parent / "pages"
ABOUT_FILES = {"E0001", "E0002", "E0003", "E0004"}
SAMPLE = """## Problem

Something.

## Example

```chain shop.tools
edition 1
```

and

```chain
edition 1
use shop.tools { buy }
```

## Fix

```json
{"a": 1}
```
"""


def test_codes_are_well_formed_sorted_and_told_apart_by_name() -> None:
    assert list(CODES) == sorted(CODES, key=lambda code: (code[1:-2].zfill(3), code[0], code[-2:]))
    assert len({row.name for row in CODES.values()}) == len({row.title for row in CODES.values()}) == len(CODES)
    for code, row in CODES.items():
        assert row.code == code
        assert re.fullmatch(r"[EW](0\d|1[01])\d\d", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.name)
        assert not row.title.endswith(".")


def test_every_page_belongs_to_a_code() -> None:
    assert {path.stem for path in PAGES.iterdir()} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str) -> None:
    found = page(code)
    assert found is not None
    assert found.problem
    assert bool(found.failing) == bool(found.fixed), "an example comes with its fix"
    assert bool(_modules(found.failing)) == (code not in ABOUT_FILES and not code.startswith("E10")), (
        "an example is compiled"
    )


@pytest.mark.parametrize("code", sorted(set(CODES) - ABOUT_FILES))
def test_examples_are_what_they_say(code: str, tmp_path: Path) -> None:
    found = page(code)
    assert found is not None
    if _modules(found.failing):
        wrong = _compile(tmp_path / "wrong", _modules(found.failing))
        assert code in {diagnostic.code for diagnostic in wrong}
        errors = {diagnostic.code for diagnostic in wrong if diagnostic.severity is Severity.ERROR}
        assert errors <= {code}, render(wrong, "full")
        fixed = _compile(tmp_path / "fixed", _modules(found.fixed))
        assert render(fixed, "full") == ""


@pytest.mark.parametrize("code", sorted(CODES))
def test_record_snippets_are_json(code: str) -> None:
    found = page(code)
    assert found is not None
    for snippet in (*found.failing, *found.fixed):
        if snippet.language == "json":
            json.loads(snippet.text)


def _modules(snippets: Iterable[Snippet]) -> tuple[Snippet, ...]:
    return tuple(snippet for snippet in snippets if snippet.language == "chain")


def _compile(folder: Path, modules: Iterable[Snippet]) -> tuple[Diagnostic, ...]:
    """Compile an example: its single module, or the package that its modules make up."""
    files = [folder.joinpath(*module.module.split(".")).with_suffix(".chain") for module in modules]
    for file, module in zip(files, modules, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(module.text, encoding="utf-8")
    return Program(files[0] if len(files) == 1 else files[0].parent).diagnostics


def test_a_page_is_taken_apart() -> None:
    code = CODES["E0107"]
    found = parse_page(code, SAMPLE)
    assert found.problem == "Something."
    assert found.failing == (
        Snippet("chain", "shop.tools", "edition 1\n"),
        Snippet("chain", "example", "edition 1\nuse shop.tools { buy }\n"),
    )
    assert found.fixed == (Snippet("json", "example", '{"a": 1}\n'),)
    assert found.why == ""
    assert found.text.startswith(
        "# E0107 unknown-name\n\nNothing of that name is in scope.\n\n## Problem\n\nSomething.\n"
    )
    assert "## Why" not in found.text


@pytest.mark.parametrize(
    "text", ["", "## Example\n\nx\n", "## Fix\n\n## Problem\n", "## Problem\n## Cause\n", "x\n## Problem\n"]
)
def test_a_malformed_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="E0107"):
        parse_page(CODES["E0107"], text)


def test_explain_takes_codes_and_names() -> None:
    for code, row in CODES.items():
        text = explain(code)
        assert text is not None
        assert text.startswith(f"{code} {row.name}\n")
        assert "```" not in text
        assert explain(code.lower()) == explain(row.name) == text
    assert explain("E9999") is None


def test_a_fix_is_shown_as_what_changes() -> None:
    text = explain("E0701")
    assert text is not None
    example, fix = text.split("\nFix\n")
    assert "edition 1" in example
    assert "    - " in fix
    assert "    + " in fix
    assert "edition 1" not in fix
    assert "\x1b[" not in text
    assert "\x1b[32m+ " in str(explain("E0701", colour=True))


def test_pages_fit_a_terminal() -> None:
    for code in CODES:
        text = explain(code) or ""
        assert max(len(line) for line in text.splitlines() if not line.startswith("    ")) <= 110, code
