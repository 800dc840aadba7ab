"""The conversation of a case in the OpenAI shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import orjson

from agentalign.ir import Call, Case, Json, Scene
from agentalign.types import Stream

Message: TypeAlias = dict[str, Any]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = tuple(first + second for second in _ALPHABET for first in _ALPHABET)
_ID_LENGTH = 9  # what mistral-common accepts, and nobody else minds


def call_ids(case: Case) -> Iterator[str]:
    """Distinct tool-call ids of a case."""
    stream = Stream(f"{case.id}/calls")
    seen: set[str] = set()
    while True:
        number, made = stream.bits(), ""
        for _ in range(_ID_LENGTH // 2):
            number, pair = divmod(number, len(_PAIRS))
            made += _PAIRS[pair]
        made += _ALPHABET[number % len(_ALPHABET)]
        if made not in seen:
            seen.add(made)
            yield made


def exchange(call: Call, call_id: str, narration: str) -> tuple[Message, Message]:
    """The assistant's call and the tool's reply."""
    function = {"name": call.tool, "arguments": _dumps(call.arguments)}
    asked = {
        "role": "assistant",
        "content": narration,
        "tool_calls": [{"id": call_id, "type": "function", "function": function}],
    }
    return asked, {"role": "tool", "tool_call_id": call_id, "name": call.tool, "content": _dumps(call.result)}


def system_message(prompt: str, scene: Scene) -> Message:
    """The system prompt (as text), followed by what the agent cannot know otherwise: the date, the account in use."""
    facts = "\n".join(f"{name}: {value}" for name, value in _told(scene))
    return {"role": "system", "content": f"{prompt}\n\n{facts}" if prompt else facts}


def _told(scene: Scene) -> Iterator[tuple[str, Json]]:
    """Today's date always, so that its absence says nothing, and the facts of the case."""
    yield "Today's date", scene.today
    for name, value in scene.facts:
        if name != "today":
            yield f"User's {name.replace('_', ' ')}", value


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
