"""The shape of a record, as a JSON Schema (draft 2020-12), and validators for it and for tools.

`jsonschema-rs` decides, as it is some forty times faster; `jsonschema`, the reference, words what is wrong. A test holds the
two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import jsonschema_rs

from agentalign.validate.pointer import pointer

Accepts: TypeAlias = Callable[[object], bool]


def _closed(properties: Mapping[str, object], *, more: bool = False) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": more,
    }


_TEXT: Final = {"type": "string"}
_DIGEST: Final = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_NAMES: Final = {"type": "array", "items": _TEXT}

_CALL: Final = _closed(
    {
        "id": _TEXT,  # its form is a check of its own, with its own code
        "type": {"const": "function"},
        "function": _closed({"name": _TEXT, "arguments": _TEXT}),
    }
)

_MESSAGE: Final = {
    "oneOf": [
        _closed({"role": {"enum": ["system", "user", "assistant"]}, "content": _TEXT}),
        _closed(
            {
                "role": {"const": "assistant"},
                "content": _TEXT,
                "tool_calls": {"type": "array", "minItems": 1, "items": _CALL},
            }
        ),
        _closed({"role": {"const": "tool"}, "tool_call_id": _TEXT, "name": _TEXT, "content": _TEXT}),
    ]
}

_TOOL: Final = _closed(
    {
        "type": {"const": "function"},
        "function": _closed(
            {
                "name": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
                "description": _TEXT,
                "parameters": {"type": "object"},
            }
        ),
    }
)

_PROVENANCE: Final = _closed(
    {
        "twin_group": _DIGEST,
        "register": _TEXT,
        "bindings": {"type": "object"},
        "tools": {"type": "object", "additionalProperties": _TEXT},
        "details": {"type": "object"},
        "outcome": {"type": ["string", "null"]},
    },
    more=True,  # model and prompt digests, where an LLM wrote something
)

RECORD_SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "agentalign record",
    **_closed(
        {
            "id": _DIGEST,
            "label": {"enum": ["harmful", "benign", "borderline"]},
            "expected": {"enum": ["refusal", "completion"]},
            "category": {"type": ["string", "null"]},
            "subcategory": {"type": ["string", "null"]},
            "chain": _TEXT,
            "reading": _TEXT,
            "pattern": {**_NAMES, "minItems": 1},
            "messages": {"type": "array", "items": _MESSAGE, "minItems": 2},
            "tools": {"type": "array", "items": _TOOL, "minItems": 1},
            "split": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"},
            "provenance": _PROVENANCE,
        }
    ),
}
"""What every line of `data/*.jsonl` satisfies; its properties are in the order in which they are written."""

KEYS: Final = tuple(RECORD_SCHEMA["properties"])
"""The keys of a record, in order."""

SAID: Final = ("role", "content")
ASKED: Final = ("role", "content", "tool_calls")
TOLD: Final = ("role", "tool_call_id", "name", "content")
"""The keys of each kind of message, in order."""

CALL: Final = ("id", "type", "function")
FUNCTION: Final = ("name", "arguments")
"""The keys of a call and of what it calls, in order."""


def accepts(schema: Mapping[str, Any]) -> Accepts:
    """Return a fast test against a schema. Raises ValueError for a schema that is none."""
    validator = jsonschema_rs.Draft202012Validator(dict(schema))
    return validator.is_valid


def complaint(schema: Mapping[str, Any], value: object) -> tuple[str, str]:
    """Say why a value fails a schema, if possible in the reference's words: (JSON pointer, reason); empty if it passes."""
    # a tenth of a second that only a failing record is charged
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    error = best_match(Draft202012Validator(dict(schema)).iter_errors(value))
    if error is not None:
        return pointer(error.absolute_path), _short(error.message)
    # The reference reads patterns as Python does, where `$` also stands before a final line feed; ECMA 262 has no such rule.
    other = next(iter(jsonschema_rs.Draft202012Validator(dict(schema)).iter_errors(value)), None)
    return ("", "") if other is None else (pointer(other.instance_path), _short(other.message))


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 200 else f"{line[:99]} ... {line[-97:]}"
