"""What all nodes share: a place in the source, and identity instead of equality.

Two occurrences of the same text are two nodes, so that stages can keep facts about each in tables keyed by node.
`same` compares trees by content when that is what is meant.
"""

from __future__ import annotations

from agentalign.dataclasses import dataclass
from agentalign.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Anything that stands in a source text."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """One word, where it is declared or used."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    """Words joined by dots, e.g. `privacy.doxing` or `manage_git.clone`."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        """The path as written."""
        return ".".join(name.text for name in self.names)

    @property
    def last(self) -> Name:
        """The rightmost word."""
        return self.names[-1]
