"""What all nodes share: a place in the source, and identity instead of equality.

Two occurrences of the same text are two nodes, so that stages can keep facts about each in tables keyed by node.
`same` compares trees by content when that is what is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

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


def same(left: object, right: object) -> bool:
    """Whether two trees say the same, wherever they stand."""
    if isinstance(left, Node) and isinstance(right, Node):
        return type(left) is type(right) and all(
            same(getattr(left, field.name), getattr(right, field.name)) for field in fields(left) if field.name != "span"
        )
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right
