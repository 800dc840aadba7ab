"""Digests of what a case uses: definitions without their positions."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from agentalign.ir import Delete, Fresh, Index, Insert, Invent, Row, Rows, Tool, Update, walk
from agentalign.types import digest


def content(thing: object) -> str:
    """A digest of a definition: equal where the definition says the same, wherever it stands in its file."""
    return digest(repr(_bare(thing)))


def _bare(thing: object) -> object:
    if isinstance(thing, frozenset):
        return tuple(sorted(map(repr, thing)))
    if isinstance(thing, (tuple, list)):
        return tuple(_bare(item) for item in thing)
    if isinstance(thing, dict):
        return tuple((key, _bare(value)) for key, value in thing.items())
    if is_dataclass(thing):
        return (
            type(thing).__name__,
            *(_bare(getattr(thing, field.name)) for field in fields(thing) if field.name != "at"),
        )
    return thing


def tool_content(tool: Tool, index: Index) -> str:
    """A digest of a tool with the tables and lexicons its behaviour reaches, and the platform it names."""
    tables = {node.table for node in walk(tool) if isinstance(node, (Rows, Row, Insert, Update, Delete, Invent))}
    lexicons = {node.lexicon for node in walk(tool) if isinstance(node, Fresh)}
    parts: list[object] = [tool]
    parts += [index.tables[name] for name in sorted(table for table in tables if table)]
    parts += [index.lexicons[name] for name in sorted(lexicon for lexicon in lexicons if lexicon)]
    if tool.platform:
        parts.append(index.platforms[tool.platform])
    return content(parts)
