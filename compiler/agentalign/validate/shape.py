"""The record schema, tested fast: what many records share is looked at once."""

from __future__ import annotations

from typing import Final

from agentalign.validate.schema import RECORD_SCHEMA, accepts

_MOST: Final = 1_000
"""So many tools are remembered: more than a plan has, and few enough where every record brings its own."""

_ANY: Final = [{"type": "function", "function": {"name": "any", "description": "", "parameters": {}}}]


class Shape:
    """Tells whether a value has the shape of a record. A tool that is the same object as in an earlier one is known."""

    def __init__(self) -> None:
        self._accepts = accepts(RECORD_SCHEMA)
        self._known: dict[int, object] = {}  # by identity; the tools are kept, or their ids could be others'

    def __call__(self, record: object) -> bool:
        """Return whether the record satisfies `RECORD_SCHEMA`."""
        tools = record.get("tools") if isinstance(record, dict) else None
        if isinstance(record, dict) and isinstance(tools, list) and tools and self._knows(tools):
            return self._accepts({**record, "tools": _ANY})
        if not self._accepts(record):
            return False
        if tools and len(self._known) < _MOST:
            self._known.update((id(tool), tool) for tool in tools)
        return True

    def _knows(self, tools: list[object]) -> bool:
        return all(id(tool) in self._known for tool in tools)
