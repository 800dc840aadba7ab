"""Where the shipped files are: inside an installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent.parent / name


def specs_root() -> Path:
    """The folder that holds the shipped specs (`std`, `agentalign`, `examples`)."""
    return _shipped("specs")


def grammar_text() -> str:
    """The lark grammar of the language."""
    return (_shipped("grammar") / "agentalign.lark").read_text(encoding="utf-8")
