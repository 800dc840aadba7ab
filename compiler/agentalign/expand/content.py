"""Digests of what a case uses: definitions without their positions and comments."""

from __future__ import annotations

from collections.abc import Sequence
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
    return digest(written(thing))


def written(thing: object) -> str:
    """A definition as text: Python's for nested tuples, each dataclass headed by its name, without what is mute."""
    kind = type(thing)
    if kind is str:
        return repr(thing)
    names = _known[kind] if kind in _known else _known.setdefault(kind, _members(kind))
    if names is not None:
        return _tuple([repr(kind.__name__), *[written(getattr(thing, name)) for name in names]])
    match thing:
        case tuple() | list():
            return _tuple([written(item) for item in thing])
        case dict():
            return _tuple([_tuple([repr(key), written(value)]) for key, value in thing.items()])
        case frozenset():
            return _tuple(list(map(repr, sorted(map(repr, thing)))))
        case _:
            return repr(thing)


def _tuple(parts: Sequence[str]) -> str:
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


_known: dict[type, tuple[str, ...] | None] = {}


def _members(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that say something; None for any other class."""
    return tuple(f.name for f in fields(kind) if f.name not in _MUTE) if is_dataclass(kind) else None


class Contents:
    """Digests of a plan's definitions, each made once; a definition counts with all that it refers to by name."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.account = content(index.plan.account)
        self.tool = cache(self._tool)
        self.offer = cache(self._offer)
        self.chain = cache(self._chain)
        self._table = cache(lambda name: written(index.tables[name]))
        self._lexicon = cache(lambda name: written(_drawn(index.lexicons[name])))
        self._record = cache(lambda name: written(index.records[name]))
        self._operation = cache(self._written_operation)

    def reading(self, reading: Reading) -> str:
        """What all cases of a reading share; its wordings and values are digested with the cases that use them."""
        head = (reading.name, reading.label, reading.expected, reading.category, reading.subcategory)
        return digest(_tuple([written(head), self._whole(reading.plants)]))

    def _tool(self, name: str) -> str:
        """A tool with the platform it names."""
        tool = self._index.tools[name]
        platform = self._index.platforms[tool.platform] if tool.platform else None
        return digest(_tuple([self._whole(replace(tool, fails=())), written(platform)]))

    def _offer(self, name: str) -> str:
        """What a record shows of an offered tool."""
        tool = self._index.tools[name]
        return content((tool.name, tool.doc, tool.schema))

    def _chain(self, name: str) -> str:
        """What a chain does, its wordings left out: those a case uses are digested with the case."""
        chain = self._index.chains[name]
        items = [replace(item, narrations=()) if isinstance(item, Step) else item for item in chain.items]
        called = [self._operation(step.capability, step.operation) for step in self._index.steps(name)]
        whole = self._whole((items, chain.plants))
        return digest(_tuple([repr(chain.name), written(chain.params), whole, _tuple(called)]))

    def _written_operation(self, capability: str, name: str) -> str:
        operations = self._index.capabilities[capability].operations
        return written(replace(next(item for item in operations if item.name == name), fails=()))

    def _whole(self, thing: object) -> str:
        """A definition, written, with the tables, lexicons and records that it reaches."""
        tables, lexicons, records = set(), set(), set()
        for node in walk(thing):
            match node:
                case Fresh(lexicon=str(lexicon)):
                    lexicons.add(lexicon)
                case MakeRecord(type=record):
                    records.add(record)
                case Rows() | Row() | Insert() | Update() | Delete() | Invent() | Plant() if node.table:
                    tables.add(node.table)
        return _tuple(
            [
                written(thing),
                *map(self._table, sorted(tables)),
                *map(self._lexicon, sorted(lexicons)),
                *map(self._record, sorted(records & self._index.records.keys())),
            ]
        )


def _drawn(lexicon: Lexicon) -> tuple[object, ...]:
    """What a draw from a lexicon depends on."""
    return lexicon.type, [(entry.value, entry.weight) for entry in lexicon.entries]
