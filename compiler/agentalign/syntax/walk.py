"""Going over a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from agentalign.syntax.nodes import Node


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes inside it, parents first, in the order of their fields."""
    yield node
    for field in fields(node):
        child = getattr(node, field.name)
        for item in child if isinstance(child, tuple) else (child,):
            if isinstance(item, Node):
                yield from walk(item)
