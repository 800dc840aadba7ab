"""Rows that say what an earlier row says."""

from __future__ import annotations

from agentalign.emit.packing import Row
from agentalign.unique import Unique
from agentalign.validate import Finding


class Repeats:
    """Remembers rows by their request and their id."""

    def __init__(self) -> None:
        self._requests, self._ids, self._names = Unique(), Unique(), bytearray()

    def add(self, row: Row) -> Finding | None:
        """Tell whether an earlier row says the same, or has the same id; if none does, remember this one."""
        ident = int(row.id[:16], 16)
        if self._ids.find(ident) is not None:
            return Finding("E1022", f"an earlier record has the id {row.id}", row.at, "/id")
        earlier = self._requests.find(row.request)
        if earlier is not None:
            message = f"record {self._name(earlier)} has the same request"
            return Finding("E1009", message, row.at, "/messages")
        self._ids.add(ident)
        self._requests.add(row.request)
        self._names += bytes.fromhex(row.id)
        return None

    def _name(self, number: int) -> str:
        return self._names[16 * number : 16 * number + 16].hex()
