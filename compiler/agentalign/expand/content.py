"""Digests of what a case uses: definitions without their positions."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache

from agentalign.ir import Delete, Fresh, Index, Insert, Invent, Row, Rows, Step, Update, walk
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


class Contents:
    """Digests of a plan's definitions, each made once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.account = content(index.plan.account)
        self.tool = cache(self._tool)
        self.offer = cache(self._offer)
        self.chain = cache(self._chain)

    def _tool(self, name: str) -> str:
        """A tool with the tables and lexicons its behaviour reaches, and the platform it names."""
        tool = self._index.tools[name]
        places = (node for node in walk(tool) if isinstance(node, (Rows, Row, Insert, Update, Delete, Invent)))
        tables = sorted({node.table for node in places if node.table})
        lexicons = sorted({node.lexicon for node in walk(tool) if isinstance(node, Fresh) and node.lexicon})
        parts: list[object] = [tool]
        parts += [self._index.tables[table] for table in tables]
        parts += [self._index.lexicons[lexicon] for lexicon in lexicons]
        if tool.platform:
            parts.append(self._index.platforms[tool.platform])
        return content(parts)

    def _offer(self, name: str) -> str:
        """What a record shows of an offered tool."""
        tool = self._index.tools[name]
        return content((tool.name, tool.doc, tool.schema))

    def _chain(self, name: str) -> str:
        """What a chain does, its wordings left out: those a case uses are digested with the case."""
        chain = self._index.chains[name]
        items = [replace(item, narrations=()) if isinstance(item, Step) else item for item in chain.items]
        called = [self._index.capabilities[step.capability] for step in self._index.steps(name)]
        return content((chain.name, chain.params, items, chain.plants, called))
