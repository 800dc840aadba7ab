"""The shipped files are found in a checkout; the wheel test finds them in an installation."""

from __future__ import annotations

from agentalign.resources import specs_root


def test_shipped_specs_are_there() -> None:
    assert {path.name for path in specs_root().iterdir() if path.is_dir()} >= {"std", "agentalign", "examples"}
