"""What a reading binds the chain's parameters to: listed values, generated ones, constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentalign.check import LexiconRef, MetaField
from agentalign.dataclasses import dataclass
from agentalign.ir import Const, Entry, Json, Slot
from agentalign.lower.constant import evaluate
from agentalign.lower.context import Lowering
from agentalign.lower.world import lexicon, metadata, value
from agentalign.syntax import nodes as n


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Parameters that take their values from listed rows; `entries` keeps what `forbid` may ask about them."""

    names: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]
    entries: tuple[Entry, ...]

    @property
    def axis(self) -> str:
        """The name of its axis."""
        return f"value:{','.join(self.names)}"


def pools(low: Lowering, reading: n.ReadingDecl) -> tuple[Pool, ...]:
    """The listed values of a reading."""
    return tuple(_pool(low, item) for item in reading.items if isinstance(item, n.Vary) and item.pool is not None)


def generated(reading: n.ReadingDecl) -> Iterator[str]:
    """The parameters whose values their types generate."""
    for item in reading.items:
        if isinstance(item, n.Vary) and item.pool is None:
            yield from (name.text for name in item.names)


def lexicons(low: Lowering) -> Iterator[n.LexiconDecl]:
    """The lexicons that requests draw values from."""
    for reading in low.checked.names.every(n.ReadingDecl):
        for item in reading.items:
            if isinstance(item, n.Vary) and isinstance(item.pool, n.LexiconPool):
                target = low.checked.refs[item.pool.lexicon]
                assert isinstance(target, LexiconRef)
                yield target.lexicon


def bound(low: Lowering, reading: n.ReadingDecl) -> tuple[Slot, ...]:
    """The parameters bound to constants."""
    return tuple(
        Slot(item.name.text, Const(low.checked.values[item])) for item in reading.items if isinstance(item, n.Bind)
    )


def _pool(low: Lowering, node: n.Vary) -> Pool:
    entries = tuple(_entries(low, node.pool))
    names = tuple(name.text for name in node.names)
    if len(names) == 1:
        return Pool(names, tuple((entry.value,) for entry in entries), entries)
    return _projected(names, entries)


def _projected(names: tuple[str, ...], entries: tuple[Entry, ...]) -> Pool:
    """The named fields of records. Records that agree in them are one value, with the metadata of the first."""
    rows: dict[str, tuple[tuple[Json, ...], Entry]] = {}
    for entry in entries:
        row = tuple(_field(entry.value, name) for name in names)
        rows.setdefault(repr(row), (row, entry))
    return Pool(names, tuple(row for row, _ in rows.values()), tuple(entry for _, entry in rows.values()))


def _field(value: Json, name: str) -> Json:
    assert isinstance(value, dict)  # checked: a lexicon of records
    return value.get(name)


def _entries(low: Lowering, pool: n.LexiconPool | n.InlinePool | None) -> Iterator[Entry]:
    match pool:
        case n.InlinePool(entries=entries):
            for entry in entries:
                yield Entry(value(low, entry), entry.weight, metadata(low, entry))
        case n.LexiconPool(lexicon=path, where=where):
            target = low.checked.refs[path]
            assert isinstance(target, LexiconRef)
            for item in lexicon(low, target.lexicon).entries:
                if where is None or evaluate(where, lambda node, item=item: entry_value(low, node, item)) is True:  # type: ignore[misc]
                    yield item
        case None:
            return


def entry_value(low: Lowering, node: n.Expr, entry: Entry) -> Json:
    """What a word of a `where` clause says of an entry: a metadata field, or a field of its value."""
    said: Mapping[str, Json] = dict(entry.metadata)
    match node:
        case n.Reference(name=name) if isinstance(low.checked.refs.get(node), MetaField) or name in said:
            return said.get(name)
        case n.Reference(name=name):
            return entry.value.get(name) if isinstance(entry.value, dict) else None
        case n.Member(value=value, name=name):
            whole = entry_value(low, value, entry)
            return whole.get(name.text) if isinstance(whole, dict) else None
        case _:
            return None
