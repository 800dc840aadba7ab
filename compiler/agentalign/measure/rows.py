"""What is measured of a record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import orjson

from agentalign.dataclasses import dataclass
from agentalign.ir import Record

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@dataclass(frozen=True)
class Row:
    """A record's request and the facts that could tell its label.

    `request` is what the user says, `system` the system prompt without the facts of the case, `tools` the tool of each step
    in order, `offered` the names of the tools in the order in which they are offered.
    """

    id: str
    label: str
    expected: str
    category: str | None
    subcategory: str | None
    chain: str
    reading: str
    pattern: tuple[str, ...]
    request: str
    system: str
    tools: tuple[str, ...]
    offered: tuple[str, ...]
    group: str
    register: str
    split: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the request, in small letters."""
        return tuple(_WORD.findall(self.request.lower()))

    @property
    def length(self) -> int:
        """How many words the request has, as they are counted in print: what stands between blanks."""
        return len(self.request.split())

    @property
    def refused(self) -> bool:
        """Whether the request is one to refuse."""
        return self.expected == "refusal"


def read_rows(folder: Path) -> tuple[Row, ...]:
    """The rows of a dataset folder, in the order of its files; raises OSError, or ValueError for lines that are no records."""
    return tuple(_rows(folder))


def _rows(folder: Path) -> Iterator[Row]:
    for path in sorted((folder / "data").glob("*.jsonl")):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield _row(orjson.loads(line))
                except (KeyError, StopIteration, TypeError, orjson.JSONDecodeError) as error:
                    raise ValueError(f"{path.name}:{number} is no record: {error}") from error


def _row(record: Record) -> Row:
    messages = record["messages"]
    said = {message["role"]: message["content"] for message in reversed(messages)}
    provenance = record["provenance"]
    return Row(
        id=record["id"],
        label=record["label"],
        expected=record["expected"],
        category=record["category"],
        subcategory=record["subcategory"],
        chain=record["chain"],
        reading=record["reading"],
        pattern=tuple(record["pattern"]),
        request=said["user"],
        system=said.get("system", "").partition("\n\n")[0],
        tools=tuple(provenance["tools"].values()),  # type: ignore[union-attr, arg-type]  # a map of names
        offered=tuple(tool["function"]["name"] for tool in record["tools"]),
        group=str(provenance["twin_group"]),
        register=str(provenance["register"]),
        split=record["split"],
    )
