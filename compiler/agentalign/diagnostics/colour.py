"""Whether to colour, and the few styles that are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Wraps text in ANSI codes when `enabled`, else returns it as it is."""

    enabled: bool

    def error(self, text: str) -> str:
        """Bold red: errors and their marks."""
        return self._wrap("1;31", text)

    def warning(self, text: str) -> str:
        """Bold yellow: warnings and their marks."""
        return self._wrap("1;33", text)

    def note(self, text: str) -> str:
        """Bold blue: gutters, secondary marks."""
        return self._wrap("1;34", text)

    def strong(self, text: str) -> str:
        """Bold: headlines."""
        return self._wrap("1", text)

    def added(self, text: str) -> str:
        """Green: text a fix puts in."""
        return self._wrap("32", text)

    def removed(self, text: str) -> str:
        """Red: text a fix takes out."""
        return self._wrap("31", text)

    def _wrap(self, codes: str, text: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self.enabled and text else text


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Colour on terminals; a non-empty NO_COLOR (no-color.org) forbids it, else a non-empty FORCE_COLOR demands it."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    if environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:  # the stream is closed
        return False
