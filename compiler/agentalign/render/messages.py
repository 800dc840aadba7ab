"""The conversation of a case in the OpenAI shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import orjson

from agentalign.ir import Call, Case, Json
from agentalign.types import Stream

Message: TypeAlias = dict[str, Any]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 9  # what mistral-common accepts, and nobody else minds


def call_ids(case: Case) -> Iterator[str]:
    """Distinct tool-call ids of a case."""
    stream = Stream(f"{case.id}/calls")
    seen: set[str] = set()
    while True:
        number, letters = stream.bits(), []
        for _ in range(_ID_LENGTH):
            number, letter = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[letter])
        made = "".join(letters)
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


def system_message(prompt: str, today: str, facts: Mapping[str, Json]) -> Message:
    """The system prompt, followed by what the agent cannot know otherwise: the date and the account in use."""
    lines = [f"Today's date: {today}"] + [f"User's {name.replace('_', ' ')}: {value}" for name, value in facts.items()]
    context = "\n".join(lines)
    return {"role": "system", "content": f"{prompt}\n\n{context}" if prompt else context}


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
