"""Golden files: expected output that lives beside the test and is rewritten by `pytest --update`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Golden: TypeAlias = Callable[[Path, str], None]


def compare(path: Path, actual: str, *, update: bool) -> None:
    """Fail unless the file holds exactly this text; with `update`, make it so (and leave equal files untouched)."""
    __tracebackhide__ = True
    expected = path.read_text(encoding="utf-8") if path.is_file() else None
    if actual == expected:
        return
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8", newline="\n")
        return
    if expected is None:
        pytest.fail(f"{path} does not exist; run `pytest --update` and read what it wrote", pytrace=False)
    # Not `pytest.fail`: an assertion shows the difference.
    assert actual == expected, f"{path} differs; if the new output is right, run `pytest --update`"
