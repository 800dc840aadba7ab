"""How deep a declaration may nest, so that no later stage, all of which recurse, can run out of stack."""

from __future__ import annotations

from typing import Final

from agentalign.diagnostics import Diagnostic
from agentalign.source import Location, Source
from agentalign.syntax import nodes as n

MAX_DEPTH: Final = 100


def too_deep(location: Location) -> Diagnostic:
    """Report what nests deeper than allowed."""
    help_ = "give inner parts a name of their own, or use a list"
    return Diagnostic.at("E0008", location, f"this nests deeper than {MAX_DEPTH} levels", help=help_)


def deepest(source: Source, declaration: n.Node) -> Diagnostic | None:
    """A report, if a declaration nests too deep: brackets, operators and members each count one level.

    Each level takes a character at least, so short nodes need no look.
    """
    stack = [(declaration, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            return too_deep(source.at(node.span.start, node.span.end))
        short = MAX_DEPTH - depth
        stack += [(child, depth + 1) for child in n.children(node) if child.span.end - child.span.start >= short]
    return None
