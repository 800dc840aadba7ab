"""The record schema, tested fast: what many records share is looked at once, and the usual is recognised at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from agentalign.validate.schema import KEYS, RECORD_SCHEMA, accepts

_MOST: Final = 1_000
"""So many tools are remembered: more than a plan has, and few enough where every record brings its own."""

_ANY: Final = [{"type": "function", "function": {"name": "any", "description": "", "parameters": {}}}]

SAID: Final = ("role", "content")
ASKED: Final = ("role", "content", "tool_calls")
TOLD: Final = ("role", "tool_call_id", "name", "content")
"""The keys of each kind of message, in order."""

_SPEAKERS: Final = frozenset({"system", "user", "assistant"})
_LABELS: Final = frozenset({"harmful", "benign", "borderline"})
_EXPECTED: Final = frozenset({"refusal", "completion"})
_TEXT: Final[frozenset[type]] = frozenset({str})
_TEXT_OR_NULL: Final[frozenset[type]] = frozenset({str, type(None)})
_OBJECT: Final[frozenset[type]] = frozenset({dict})
_LIST: Final[frozenset[type]] = frozenset({list})
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

    def surely(self, record: object) -> bool:
        """Tell at a glance that a record satisfies the schema and has all keys in order; False only means "look closer"."""
        if type(record) is not dict or tuple(record) != KEYS:
            return False
        ident, label, expected, category, subcategory, chain, reading, pattern, messages, tools, split, origin = (
            record.values()
        )
        return (
            _all((pattern, messages, tools), _LIST)
            and _all((ident, label, expected, chain, reading, split, *pattern), _TEXT)
            and _all((category, subcategory), _TEXT_OR_NULL)
            and bool(_DIGEST(ident) and _SPLIT(split) and pattern and tools)
            and label in _LABELS
            and expected in _EXPECTED
            and len(messages) >= 2
            and all(map(_is_message, messages))
            and _is_provenance(origin)
            and self._knows(tools)
        )

    def _knows(self, tools: list[object]) -> bool:
        return all(map(self._known.__contains__, map(id, tools)))


def _all(values: Iterable[object], kinds: frozenset[type]) -> bool:
    return kinds.issuperset(map(type, values))


def _is_message(message: object) -> bool:
    if type(message) is not dict:
        return False
    keys = tuple(message)
    if keys == SAID:
        return _all(message.values(), _TEXT) and message["role"] in _SPEAKERS
    if keys == TOLD:
        return _all(message.values(), _TEXT) and message["role"] == "tool"
    if keys != ASKED:
        return False
    role, content, calls = message.values()
    said = role == "assistant" and type(content) is str
    return said and type(calls) is list and bool(calls) and all(map(_is_call, calls))


def _is_call(call: object) -> bool:
    if type(call) is not dict or tuple(call) != ("id", "type", "function"):
        return False
    ident, kind, function = call.values()
    named = type(function) is dict and tuple(function) == ("name", "arguments") and _all(function.values(), _TEXT)
    return named and type(ident) is str and kind == "function"


def _is_provenance(origin: object) -> bool:
    if type(origin) is not dict:
        return False
    group, tools = origin.get("twin_group", 0), origin.get("tools", 0)
    return (
        _all((group, origin.get("register")), _TEXT)
        and _DIGEST(group) is not None
        and _all((origin.get("outcome", 0),), _TEXT_OR_NULL)
        and _all((tools, origin.get("bindings"), origin.get("details")), _OBJECT)
        and _all(tools.values(), _TEXT)
    )
