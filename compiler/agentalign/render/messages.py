"""The conversation of a case in the OpenAI shape."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from hashlib import blake2b
from itertools import count
from typing import Any, TypeAlias

import orjson

from agentalign.ir import Call, Case, Scene

Message: TypeAlias = dict[str, Any]

_ID_LENGTH = 9  # what mistral-common accepts, and nobody else minds


def call_ids(case: Case) -> Iterator[str]:
    """Distinct tool-call ids of a case: letters and digits of base 64, which random bytes give by the dozen."""
    seen: set[str] = set()
    for number in count():
        random = blake2b(f"{case.id}/calls/{number}".encode()).digest()
        letters = b2a_base64(random, newline=False).translate(None, b"+/=").decode()
        for at in range(0, len(letters) - _ID_LENGTH + 1, _ID_LENGTH):
            made = letters[at : at + _ID_LENGTH]
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
    facts = f"Today's date: {scene.today}"  # always, so that its absence says nothing
    for name, value in scene.facts:
        if name != "today":
            facts += f"\nUser's {name.replace('_', ' ')}: {value}"
    return {"role": "system", "content": f"{prompt}\n\n{facts}" if prompt else facts}


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
