"""Digests of what a case uses: definitions without their positions and comments."""

from __future__ import annotations

from functools import cache

from agentalign.dataclasses import fields, is_dataclass, replace
from agentalign.ir import (
    Delete,
    Fresh,
    Index,
    Insert,
    Invent,
    Lexicon,
    MakeRecord,
    Plant,
    Reading,
    Row,
    Rows,
    Step,
    Update,
    walk,
)
from agentalign.types import digest

_MUTE = frozenset({"at", "doc"})  # what records show of docs is in the schemas of tools


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
            *(_bare(getattr(thing, field.name)) for field in fields(thing) if field.name not in _MUTE),
        )
    return thing


class Contents:
    """Digests of a plan's definitions, each made once; a definition counts with all that it refers to by name."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.account = content(index.plan.account)
        self.tool = cache(self._tool)
        self.offer = cache(self._offer)
        self.chain = cache(self._chain)

    def reading(self, reading: Reading) -> str:
        """What all cases of a reading share; its wordings and values are digested with the cases that use them."""
        head = (reading.name, reading.label, reading.expected, reading.category, reading.subcategory)
        return content((head, self._whole(reading.plants)))

    def _tool(self, name: str) -> str:
        """A tool with the platform it names."""
        tool = self._index.tools[name]
        platform = self._index.platforms[tool.platform] if tool.platform else None
        return content((self._whole(replace(tool, fails=())), platform))

    def _offer(self, name: str) -> str:
        """What a record shows of an offered tool."""
        tool = self._index.tools[name]
        return content((tool.name, tool.doc, tool.schema))

    def _chain(self, name: str) -> str:
        """What a chain does, its wordings left out: those a case uses are digested with the case."""
        chain = self._index.chains[name]
        items = [replace(item, narrations=()) if isinstance(item, Step) else item for item in chain.items]
        called = [replace(self._index.operation(step), fails=()) for step in self._index.steps(name)]
        return content((chain.name, chain.params, self._whole((items, chain.plants)), called))

    def _whole(self, thing: object) -> list[object]:
        """A definition with the tables, lexicons and records that it reaches."""
        nodes = tuple(walk(thing))
        tables = {node.table for node in nodes if isinstance(node, _PLACES) and node.table}
        lexicons = {node.lexicon for node in nodes if isinstance(node, Fresh) and node.lexicon}
        records = {node.type for node in nodes if isinstance(node, MakeRecord)} & self._index.records.keys()
        index = self._index
        return [
            thing,
            *(index.tables[name] for name in sorted(tables)),
            *(_drawn(index.lexicons[name]) for name in sorted(lexicons)),
            *(index.records[name] for name in sorted(records)),
        ]


def _drawn(lexicon: Lexicon) -> tuple[object, ...]:
    """What a draw from a lexicon depends on."""
    return lexicon.type, [(entry.value, entry.weight) for entry in lexicon.entries]


_PLACES = (Rows, Row, Insert, Update, Delete, Invent, Plant)
