"""A record as a person would read it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from agentalign.ir import Record

_WIDTH = 110


def chat(record: Record) -> str:
    """The conversation, with tool calls as calls and results as indented JSON."""
    return "\n".join(_lines(record))


def _lines(record: Record) -> Iterator[str]:
    harm = f" · {record['category']}.{record['subcategory']}" if record["category"] else ""
    yield f"── {record['label']} → {record['expected']} · {record['reading']} of {record['chain']}{harm} · {record['split']} ──"
    yield f"   id {record['id']}"
    yield f"   offered: {', '.join(tool['function']['name'] for tool in record['tools'])}"
    for message in record["messages"]:
        yield from _message(message)


def _message(message: dict[str, Any]) -> Iterator[str]:
    match message["role"]:
        case "tool":
            yield _wrapped("result", _pretty(message["content"]))
        case role:
            if message["content"]:
                yield _wrapped(role, message["content"])
            for call in message.get("tool_calls") or ():
                yield _wrapped("call", f"{call['function']['name']}({_arguments(call['function']['arguments'])})")


def _arguments(text: str) -> str:
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in json.loads(text).items())


def _pretty(text: str) -> str:
    whole = json.dumps(json.loads(text), ensure_ascii=False)
    return whole if len(whole) <= 4 * _WIDTH else json.dumps(json.loads(text), ensure_ascii=False, indent=1)


def _wrapped(who: str, text: str) -> str:
    indent = " " * 12
    lines = [
        piece
        for line in text.split("\n")
        for piece in (textwrap.wrap(line, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False) or [""])
    ]
    return f"{who:>10}  " + f"\n{indent}".join(lines)
