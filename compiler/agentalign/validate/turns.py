"""Messages taken apart: who speaks when, and which call has which result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from agentalign.validate.finding import Finding
from agentalign.validate.schema import ASKED, CALL, FUNCTION, SAID, TOLD

_CALL_ID: Final = re.compile(r"[A-Za-z0-9]{9}").fullmatch


class Exchange(NamedTuple):
    """One call and its result. `said` is what the agent says with it (empty for a second call of one message).

    `asked` and `told` are the indices of the two messages, `number` that of the call within its message.
    """

    tool: str
    arguments: str
    content: str
    said: str
    asked: int
    number: int
    told: int

    @property
    def arguments_at(self) -> str:
        """Where the arguments stand in the record."""
        return f"/messages/{self.asked}/tool_calls/{self.number}/function/arguments"

    @property
    def result_at(self) -> str:
        """Where the result stands in the record."""
        return f"/messages/{self.told}/content"

    @property
    def said_at(self) -> str:
        """Where the narration stands in the record."""
        return f"/messages/{self.asked}/content"


class Conversation(NamedTuple):
    """The messages of a record by their part in it; `last` is the index of the final answer."""

    system: str
    request: str
    exchanges: tuple[Exchange, ...]
    answer: str
    first: int
    last: int


def glance(messages: Sequence[object]) -> Conversation | None:
    """Read two or more messages, of which all have the right shape and come in turn; None only means "look closer"."""
    first, last, system = 0, len(messages) - 1, ""
    role, request = _said(messages[0])
    if role == "system":
        first, system = 1, request
        role, request = _said(messages[1])
    closing, answer = _said(messages[last])
    if first >= last or role != "user" or closing != "assistant" or not request.strip() or not answer.strip():
        return None
    exchanges = _exchanges(messages, first + 1, last)
    return None if exchanges is None else Conversation(system, request, exchanges, answer, first, last)


def _said(message: object) -> tuple[str, str]:
    """The role and the content of a message with nothing else."""
    if type(message) is dict and tuple(message) == SAID:
        role, content = message.values()
        if type(role) is type(content) is str:
            return role, content
    return "", ""


def _exchanges(messages: Sequence[object], at: int, last: int) -> tuple[Exchange, ...] | None:
    """The exchanges from one message up to another, if there is nothing else and nothing wrong with them."""
    found: list[Exchange] = []
    ids: set[str] = set()
    while at < last:
        asked = messages[at]
        if type(asked) is not dict or tuple(asked) != ASKED:
            return None
        role, content, calls = asked.values()
        if role != "assistant" or type(content) is not str or type(calls) is not list or not calls:
            return None
        if at + len(calls) >= last:
            return None
        for number, call in enumerate(calls):
            exchange = _exchanged(call, messages[at + 1 + number], "" if number else content, at, number)
            if exchange is None:
                return None
            found.append(exchange)
            ids.add(call["id"])
        at += len(calls) + 1
    return tuple(found) if len(ids) == len(found) else None


def _exchanged(call: object, told: object, said: str, at: int, number: int) -> Exchange | None:
    """Pair a call with the next message, if both have the right shape and belong together."""
    if type(call) is not dict or tuple(call) != CALL or type(told) is not dict or tuple(told) != TOLD:
        return None
    ident, kind, function = call.values()
    role, answered, signed, content = told.values()
    if type(function) is not dict or tuple(function) != FUNCTION:
        return None
    name, arguments = function.values()
    good = (
        role == "tool"
        and kind == "function"
        and type(ident) is type(answered) is type(name) is type(signed) is type(arguments) is type(content) is str
        and answered == ident
        and signed == name
        and _CALL_ID(ident) is not None
    )
    return Exchange(name, arguments, content, said, at, number, at + 1 + number) if good else None


def conversation(messages: Sequence[Mapping[str, Any]]) -> Conversation | tuple[Finding, ...]:
    """Read messages that satisfy the record schema.

    The turns are: perhaps a system message, the user's request, any number of (assistant message with calls, one result
    per call in their order), the assistant's answer. Returns what breaks that otherwise.
    """
    first = 1 if messages[0]["role"] == "system" else 0
    last = len(messages) - 1
    if wrong := _ends(messages, first, last):
        return (wrong,)
    exchanges: list[Exchange] = []
    ids: list[str] = []
    at = first + 1
    while at < last:
        asked = messages[at]
        if tuple(asked) != ASKED:
            return (_turn(at, asked, "an assistant message with tool calls"),)
        calls = asked["tool_calls"]
        if at + len(calls) >= last:
            return (Finding("E1004", "a tool call is not answered", path=f"/messages/{at}/tool_calls"),)
        for number, call in enumerate(calls):
            found = _exchange(asked, call, messages[at + 1 + number], at, number)
            if isinstance(found, Finding):
                return (found,)
            exchanges.append(found)
            ids.append(call["id"])
        at += len(calls) + 1
    if len(set(ids)) < len(ids) or not all(map(_CALL_ID, ids)):
        return _ids(messages)
    system = messages[0]["content"] if first else ""
    return Conversation(system, messages[first]["content"], tuple(exchanges), messages[last]["content"], first, last)


def _exchange(
    asked: Mapping[str, Any], call: Mapping[str, Any], told: Mapping[str, Any], at: int, number: int
) -> Exchange | Finding:
    """Pair a call with what should be its result."""
    place, function = at + 1 + number, call["function"]
    if tuple(told) != TOLD:
        return _turn(place, told, "the result of a tool call")
    if told["tool_call_id"] != call["id"] or told["name"] != function["name"]:
        return _unanswered(call, told, place)
    said = "" if number else asked["content"]
    return Exchange(function["name"], function["arguments"], told["content"], said, at, number, place)


def _ends(messages: Sequence[Mapping[str, Any]], first: int, last: int) -> Finding | None:
    """Check that the user opens and the assistant closes."""
    if first >= last:
        return Finding("E1011", "a conversation needs a request and an answer", path="/messages")
    opening, closing = messages[first], messages[last]
    if opening["role"] != "user":
        return _turn(first, opening, "the user's request")
    if closing["role"] != "assistant" or tuple(closing) != SAID:
        return _turn(last, closing, "the assistant's answer, without tool calls")
    for at in (first, last):
        if not messages[at]["content"].strip():
            return Finding("E1011", f"the {messages[at]['role']} says nothing", path=f"/messages/{at}/content")
    return None


def _turn(at: int, found: Mapping[str, Any], wanted: str) -> Finding:
    what = f"{found['role']} message" + (" with tool calls" if "tool_calls" in found else "")
    return Finding("E1011", f"expected {wanted}, found a {what}", path=f"/messages/{at}")


def _unanswered(call: Mapping[str, Any], told: Mapping[str, Any], at: int) -> Finding:
    if told["tool_call_id"] != call["id"]:
        message = f"call {call['id']} is followed by the result of {told['tool_call_id']}"
        return Finding("E1004", message, path=f"/messages/{at}/tool_call_id")
    message = f"the result of `{call['function']['name']}` is signed by `{told['name']}`"
    return Finding("E1004", message, path=f"/messages/{at}/name")


def _ids(messages: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Say which call ids are malformed or repeated."""
    seen: set[str] = set()
    findings: list[Finding] = []
    for at, message in enumerate(messages):
        for number, call in enumerate(message.get("tool_calls", ())):
            path = f"/messages/{at}/tool_calls/{number}/id"
            if not _CALL_ID(call["id"]):
                findings.append(Finding("E1004", f"call id {call['id']!r} is not nine letters or digits", path=path))
            if call["id"] in seen:
                findings.append(Finding("E1004", f"call id {call['id']} is used twice", path=path))
            seen.add(call["id"])
    return tuple(findings)


def loads(text: str) -> object:
    """Read JSON text; returns `BAD` where it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return BAD


BAD: Final = object()
"""What unreadable JSON reads as."""
