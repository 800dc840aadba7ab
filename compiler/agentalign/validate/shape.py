"""The record schema, tested fast: what many records share is looked at once, and the usual is recognised at a glance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
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
_CALL: Final = ("id", "type", "function")
_FUNCTION: Final = ("name", "arguments")
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

    def surely(self, record: object) -> bool:
        """Tell at a glance that a record satisfies the schema and has all keys in order; False only means "look closer"."""
        if type(record) is not dict or tuple(record) != KEYS:
            return False
        ident, label, expected, category, subcategory, chain, reading, pattern, messages, tools, split, origin = (
            record.values()
        )
        return (
            type(pattern) is type(messages) is type(tools) is list
            and type(ident) is type(label) is type(expected) is type(chain) is type(reading) is type(split) is str
            and _TEXT.issuperset(map(type, pattern))
            and (category is None or type(category) is str)
            and (subcategory is None or type(subcategory) is str)
            and bool(_DIGEST(ident) and _SPLIT(split) and pattern and tools)
            and label in _LABELS
            and expected in _EXPECTED
            and len(messages) >= 2
            and _are_messages(messages)
            and _is_provenance(origin)
            and self._knows(tools)
        )

    def _knows(self, tools: list[object]) -> bool:
        return all(map(self._known.__contains__, map(id, tools)))


def _are_messages(messages: Sequence[object]) -> bool:
    for message in messages:
        if type(message) is not dict:
            return False
        keys = tuple(message)
        if keys == SAID:
            role, content = message.values()
            good = type(role) is type(content) is str and role in _SPEAKERS
        elif keys == TOLD:
            role, ident, name, content = message.values()
            good = role == "tool" and type(ident) is type(name) is type(content) is str
        elif keys == ASKED:
            role, content, calls = message.values()
            good = role == "assistant" and type(content) is str and _are_calls(calls)
        else:
            return False
        if not good:
            return False
    return True


def _are_calls(calls: object) -> bool:
    if type(calls) is not list or not calls:
        return False
    for call in calls:
        if type(call) is not dict or tuple(call) != _CALL:
            return False
        ident, kind, function = call.values()
        if type(ident) is not str or kind != "function" or type(function) is not dict or tuple(function) != _FUNCTION:
            return False
        name, arguments = function.values()
        if type(name) is not str or type(arguments) is not str:
            return False
    return True


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
