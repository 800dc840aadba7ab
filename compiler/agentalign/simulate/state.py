"""What a simulated world remembers while a case runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from agentalign.ir import Json
from agentalign.types import Stream

FieldMaker: TypeAlias = Callable[[Mapping[str, Json], Stream], Json]
"""Makes up a field of the account, from the account's other fields and a stream of its own."""

Record: TypeAlias = dict[str, Json]
Scope: TypeAlias = dict[str, Json]
"""Values by the names an expression may use."""


class Account(Mapping[str, Json]):
    """The user's account: each field is made up when something first looks at it, which happens to one or two of a case."""

    __slots__ = ("_known", "_makers", "_stream")

    def __init__(self, makers: Mapping[str, FieldMaker], stream: Stream) -> None:
        """An account with these fields; each draws from a fork of the stream, so that one more changes no other."""
        self._makers = makers
        self._stream = stream
        self._known: Record = {}

    def __getitem__(self, name: str) -> Json:
        if name not in self._known:
            self._known[name] = self._makers[name](self, self._stream.fork(f"account/{name}"))
        return self._known[name]

    def __contains__(self, name: object) -> bool:  # that of `Mapping` would make the field up
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class State:
    """Tables, clock, account and random stream.

    Rows are never changed in place: an update puts a new one where the old one was, so that whoever got a row as a
    result keeps what was true then. `planted` holds the rows that the spec put there, by identity, and `meant` for
    which step, if it says so; `invented` the stream of the call that made a row up. `elsewhere` are steps that search
    like the one whose turn it is. `drawn` has the entries already taken from each evenly weighted lexicon.
    """

    __slots__ = ("account", "drawn", "elsewhere", "invented", "meant", "planted", "seconds", "stream", "tables")

    def __init__(self, stream: Stream, seconds: int, account: Mapping[str, FieldMaker]) -> None:
        """Start with empty tables at `seconds` since 1970, and with an account of these fields."""
        self.stream = stream
        self.seconds = seconds
        self.tables: dict[str, dict[Json, Record]] = {}
        self.planted: dict[int, Record] = {}
        self.meant: dict[int, str] = {}
        self.invented: dict[int, Stream] = {}
        self.elsewhere: frozenset[str] = frozenset()
        self.drawn: dict[str, set[int]] = {}
        self.account = Account(account, stream)

    def put(self, table: str, key: Json, row: Record) -> None:
        """Store a row of a table (partition); a row that replaces a planted one counts as planted."""
        rows = self.tables.setdefault(table, {})
        old = rows.get(key)
        rows[key] = row
        if old is not None and id(old) in self.planted:
            self.planted[id(row)] = row

    def plant(self, table: str, key: Json, row: Record, step: str | None = None) -> None:
        """Store a row that the spec puts there, for a step; what is there already is everybody's."""
        rows = self.tables.setdefault(table, {})
        if step is not None and key not in rows:
            self.meant[id(row)] = step
        rows[key] = row
        self.planted[id(row)] = row

    def take(self, rows: list[Json], n: int) -> list[Json]:
        """Return at most `n` rows in their order, planted ones before others."""
        if n >= len(rows):
            return list(rows)
        chosen = {index for index, _ in zip(self._planted_first(rows), range(n), strict=False)}
        return [row for index, row in enumerate(rows) if index in chosen]

    def sample(self, rows: list[Json], n: int) -> list[Json]:
        """Return at most `n` rows in random order, planted ones before others.

        A search does not find what another made up, nor what is planted for another of its kind.
        """
        rows = self._found(rows)
        order = self.stream.shuffle(range(len(rows)))
        if n < len(rows):
            kept = sorted(order, key=lambda index: id(rows[index]) not in self.planted)[: max(n, 0)]
            order = tuple(index for index in order if index in kept)
        return [rows[index] for index in order]

    def _found(self, rows: list[Json]) -> list[Json]:
        makers = [self.invented.get(id(row), self.stream) for row in rows]
        if any(id(row) in self.invented and maker is self.stream for row, maker in zip(rows, makers, strict=True)):
            rows = [row for row, maker in zip(rows, makers, strict=True) if maker is self.stream]
        if self.elsewhere:
            rows = [row for row in rows if self.meant.get(id(row)) not in self.elsewhere]
        return rows

    def _planted_first(self, rows: list[Json]) -> list[int]:
        return sorted(range(len(rows)), key=lambda index: id(rows[index]) not in self.planted)


Fn: TypeAlias = Callable[[Scope, State], Json]
"""An expression, compiled: from the names in scope and the state of the world to a value."""
