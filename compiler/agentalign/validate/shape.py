"""The record schema, tested fast: what many records share is looked at once, and the usual is recognised at a glance."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Final

from agentalign.validate.schema import KEYS, RECORD_SCHEMA, accepts
from agentalign.validate.turns import Conversation, glance

_MOST: Final = 1_000
"""So many tools are remembered: more than a plan has, and few enough where every record brings its own."""

_ANY: Final = [{"type": "function", "function": {"name": "any", "description": "", "parameters": {}}}]

_LABELS: Final = frozenset({"harmful", "benign", "borderline"})
_EXPECTED: Final = frozenset({"refusal", "completion"})
_TEXT: Final[frozenset[type]] = frozenset({str})
_ORIGIN: Final = itemgetter("twin_group", "register", "bindings", "tools", "details", "outcome")
_DIGEST: Final = re.compile("[0-9a-f]{32}").fullmatch
_SPLIT: Final = re.compile("[A-Za-z0-9_]+").fullmatch


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

    def surely(self, record: object) -> Conversation | None:
        """Tell at a glance that a record satisfies the schema, has all keys in order and its messages in turns.

        Then its conversation is returned; None only means "look closer".
        """
        if type(record) is not dict or tuple(record) != KEYS:
            return None
        ident, label, expected, category, subcategory, chain, reading, pattern, messages, tools, split, origin = (
            record.values()
        )
        good = (
            type(pattern) is type(messages) is type(tools) is list
            and type(ident) is type(label) is type(expected) is type(chain) is type(reading) is type(split) is str
            and _TEXT.issuperset(map(type, pattern))
            and (category is None or type(category) is str)
            and (subcategory is None or type(subcategory) is str)
            and bool(_DIGEST(ident) and _SPLIT(split) and pattern and tools)
            and label in _LABELS
            and expected in _EXPECTED
            and len(messages) >= 2
            and _is_provenance(origin)
            and self._knows(tools)
        )
        return glance(messages) if good else None

    def _knows(self, tools: list[object]) -> bool:
        return all(map(self._known.__contains__, map(id, tools)))


def _is_provenance(origin: object) -> bool:
    if type(origin) is not dict:
        return False
    try:
        group, register, bindings, tools, details, outcome = _ORIGIN(origin)
    except KeyError:
        return False
    return (
        type(group) is type(register) is str
        and _DIGEST(group) is not None
        and (outcome is None or type(outcome) is str)
        and type(bindings) is type(tools) is type(details) is dict
        and _TEXT.issuperset(map(type, tools.values()))
    )
