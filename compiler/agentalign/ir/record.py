"""A finished row."""

from __future__ import annotations

from typing import Any, TypedDict

from agentalign.ir.expr import Json


class Record(TypedDict):
    """One row, its keys in the order they are written.

    `messages` are in the OpenAI shape with `arguments` as a JSON string; `tools` are OpenAI function schemas.
    `category` and `subcategory` are null where no harm is involved.
    """

    id: str
    label: str
    expected: str
    category: str | None
    subcategory: str | None
    chain: str
    reading: str
    pattern: list[str]
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    split: str
    provenance: dict[str, Json]
