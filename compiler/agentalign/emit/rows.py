"""Checking the rows of a written dataset: against the index, against each other, and each on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias, assert_never

import orjson

from agentalign.emit.align import Change, Entry, align
from agentalign.emit.layout import row_digest
from agentalign.emit.packing import facets_of
from agentalign.emit.tally import Tally
from agentalign.ir import Plan, Record
from agentalign.unique import Unique, key
from agentalign.validate import RECORD_SCHEMA, Finding, Validator, accepts

Found: TypeAlias = tuple[int | None, str, Finding]
"""A line (from 1), a record's id, and what is wrong."""

_ID: Final = re.compile(rb'"id":"([0-9a-f]{32})"')
_STEP: Final = 1_000


class RowCheck:
    """Checks file after file. Without a plan records are only checked for their shape; without an index not for their place."""

    def __init__(self, plan: Plan | None, index: Path | None, progress: Callable[[int], None]) -> None:
        self._validator = None if plan is None else Validator(plan)
        self._shape = accepts(RECORD_SCHEMA)
        self._index = index
        self._progress = progress
        self._requests, self._ids = Unique(), Unique()
        self._names: list[str] = []
        self.tally = Tally()

    def file(self, path: Path, split: str) -> Iterator[Found]:
        """Check the rows of one split."""
        wanted = self._entries(split)
        same = True
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                line = raw.removesuffix(b"\n")
                if wanted is not None and same:
                    entry = next(wanted, None)
                    same = entry is not None and entry.digest == row_digest(line)
                yield from self._line(line, number, split)
        if wanted is not None and (not same or next(wanted, None) is not None):
            yield from self._changes(path, split)

    def _line(self, line: bytes, number: int, split: str) -> Iterator[Found]:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield number, _id_of(line), Finding("E1001", f"the line is not JSON: {error.msg}")
            return
        ident = record.get("id", "") if isinstance(record, dict) else ""
        ident = ident if isinstance(ident, str) else ""
        if self._validator is not None:
            for finding in self._validator.check(record):
                yield number, ident, finding
        if not isinstance(record, dict) or not self._shape(record):
            if self._validator is None:
                yield number, ident, Finding("E1001", "the record does not follow its schema")
            return
        if record["split"] != split:
            message = f"the record says that it belongs to `{record['split']}`"
            yield number, ident, Finding("E1016", message, path="/split")
        yield from self._repeats(record, number)  # type: ignore[arg-type]  # the schema says that it is a record
        self.tally.row(split, facets_of(record))
        if self.tally.written % _STEP == 0:
            self._progress(self.tally.written)

    def _repeats(self, record: Record, number: int) -> Iterator[Found]:
        ident = record["id"]
        if self._ids.add(int(ident[:16], 16)) is not None:
            yield number, ident, Finding("E1022", "an earlier record has the same id", path="/id")
        request = next((m["content"] for m in record["messages"] if m["role"] == "user"), None)
        if request is None:
            return
        earlier = self._requests.add(key(request))
        if earlier is None:
            self._names.append(ident)
        else:
            message = f"record {self._names[earlier]} has the same request"
            yield number, ident, Finding("E1009", message, path="/messages")

    def _entries(self, split: str) -> Iterator[Entry] | None:
        """What the index says of a split, in the order of its file; None where there is no index to trust."""
        return None if self._index is None else _entries(self._index, split)

    def _changes(self, path: Path, split: str) -> Iterator[Found]:
        wanted = tuple(self._entries(split) or ())
        with path.open("rb") as lines:
            found = tuple(Entry(_id_of(line), row_digest(line.removesuffix(b"\n"))) for line in lines)
        for change in align(wanted, found):
            yield change.line, change.id, Finding("E1014", _described(change))


def _entries(index: Path, split: str) -> Iterator[Entry]:
    with index.open(encoding="utf-8") as lines:
        for line in lines:
            name, _, rest = line.rstrip("\n").partition(" ")
            if name == split:
                ident, _, digest = rest.partition(" ")
                yield Entry(ident, digest)


def _id_of(line: bytes) -> str:
    found = _ID.search(line)
    return found[1].decode() if found else ""


def _described(change: Change) -> str:
    row = f"row {change.id}" if change.id else "this line"
    match change.kind:
        case "edited":
            return f"{row} is not as it was written"
        case "added":
            return f"{row} was not written by the compiler"
        case "repeated":
            return f"{row} stands here once more"
        case "removed":
            return f"{row} is missing: it was line {change.was}"
        case "moved":
            return f"{row} was moved: it was line {change.was}"
        case _:
            assert_never(change.kind)
