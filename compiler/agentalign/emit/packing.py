"""Records as the bytes they become: made by workers, so that the writer only appends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias, get_args

import orjson

from agentalign.dataclasses import dataclass
from agentalign.emit.layout import row_digest
from agentalign.ir import Case, Record
from agentalign.unique import key
from agentalign.validate import Finding, Stage

MODELS: Final = frozenset(get_args(Stage)) - {"simulate", "validate", "write"}

FACETS: Final = ("label", "expected", "category", "subcategory", "chain", "reading")
"""What rows are counted by, besides their split."""


_LINE_FEED: Final = b"\n"
_GAP: Final = orjson.Fragment(_LINE_FEED)
"""What stands for the tools: JSON on one line has no line feed of its own."""


class Row(NamedTuple):
    """A good record: its line (without line feed), and what the writer has to know of it.

    The line comes in parts, as most of it are schemas of tools, which rows have in common and thousands of rows wait to
    be written. `request` stands for the user's words (64 bits), `at` is the spec position a repeat of it is blamed on.
    """

    id: str
    split: str
    parts: tuple[bytes, ...]
    digest: str
    request: int
    facets: tuple[str | None, ...]
    at: str

    @property
    def line(self) -> bytes:
        """The line as a whole."""
        return b"".join(self.parts)

    @property
    def reading(self) -> str:
        """The reading whose request it is."""
        return str(self.facets[FACETS.index("reading")])


@dataclass(frozen=True, slots=True)
class Drop:
    """A rejected case: its line in `dropped.jsonl`, the stage that rejected it, and the code of its first finding."""

    line: bytes
    stage: Stage
    code: str


Packed: TypeAlias = Row | Drop


class Packer:
    """Serialises records. A tool's schema is serialised when first met, and once."""

    def __init__(self) -> None:
        self._tools: dict[str, tuple[object, bytes]] = {}

    def row(self, record: Record, at: str = "") -> Row:
        """Pack a good record; `at` is the spec position of its request."""
        head, _, tail = orjson.dumps({**record, "tools": _GAP}).partition(_LINE_FEED)
        tools = [part for tool in record["tools"] for part in (b",", self._schema(tool))]
        parts = (head, b"[", *tools[1:], b"]", tail)
        first, second = record["messages"][:2]
        request = (first if first["role"] == "user" else second)["content"]
        facets = facets_of(record)
        return Row(record["id"], record["split"], parts, row_digest(b"".join(parts)), key(request), facets, at)

    def drop(
        self, case: Case, findings: Sequence[Finding], record: Record | None = None, stage: Stage | None = None
    ) -> Drop:
        """Pack a rejected case, with its record if it came to one. Raises ValueError if there is no finding.

        The stage is that of a model where one is given; otherwise it follows from whether there is a record.
        """
        if not findings:
            raise ValueError("a case is only dropped for a reason")
        if stage is None:
            stage = "simulate" if record is None else "validate"
        return Drop(dropped_line(case.id, case.split, stage, findings, _case(case), record), stage, findings[0].code)

    def _schema(self, tool: Mapping[str, Any]) -> bytes:
        name = tool["function"]["name"]
        known = self._tools.get(name)
        if known is None or known[0] is not tool:  # the renderer gives one object per tool
            known = self._tools[name] = (tool, orjson.dumps(tool))
        return known[1]


_FACETS: Final = itemgetter(*FACETS)


def facets_of(record: Mapping[str, Any]) -> tuple[str | None, ...]:
    """What a record is counted by, in the order of `FACETS`."""
    found: tuple[str | None, ...] = _FACETS(record)
    return found


def dropped_line(  # the keys of the line
    ident: str, split: str, stage: Stage, findings: Sequence[Finding], case: object, record: object
) -> bytes:
    """One line of `dropped.jsonl`, without line feed."""
    reasons = [finding.as_json() for finding in findings]
    return orjson.dumps(
        {"id": ident, "split": split, "stage": stage, "findings": reasons, "case": case, "record": record}
    )


def _case(case: Case) -> dict[str, object]:
    """What a case was, for people who wonder why it was dropped."""
    return {
        "reading": case.reading,
        "register": case.register,
        "ask": case.ask,
        "tools": dict(case.tools),
        "bindings": dict(case.values),
        "details": {f"{step}.{param}": value for (step, param), value in case.details.items()},
    }
