"""Trees as text, for golden files."""

from __future__ import annotations

from dataclasses import fields

from agentalign.syntax.nodes import Name, Node, Path


def dump(value: object, indent: int = 0) -> str:
    """One line per node with its span; names and paths on the line of their field."""
    pad = "  " * indent
    match value:
        case Name(text=text) | Path(text=text):
            return f"{text} {_span(value)}\n"
        case Node():
            inner = [f"{pad}  {f.name}: {dump(getattr(value, f.name), indent + 1)}" for f in fields(value)[1:]]
            return f"{type(value).__name__} {_span(value)}\n" + "".join(inner)
        case ():
            return "-\n"
        case tuple():
            return "\n" + "".join(f"{pad}  * {dump(item, indent + 1)}" for item in value)
        case _:
            return f"{value!r}\n"


def _span(node: Node) -> str:
    return f"@{node.span.start}..{node.span.end}"
