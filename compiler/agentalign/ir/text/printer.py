"""Plans as text, in the look of the language's own record literals.

A record type is written out where it first occurs and is `@Name` from then on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any, TypeAlias, assert_never

from agentalign.dataclasses import dataclass, replace
from agentalign.ir.plan import (
    Plan,
)
from agentalign.ir.text.shapes import Exact, Fixed, Many, Member, Native, Node, Numbers, Scalar, Shape, members
from agentalign.types import RecordType, digest

WIDTH = 120
_WORD = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Group:
    """Bracketed parts with what stands before each; `flat` is the whole on one line, unless that is too long."""

    start: str
    parts: tuple[tuple[str, Doc], ...]
    end: str
    flat: str | None


Doc: TypeAlias = str | Group
_Print: TypeAlias = Callable[[object], Doc]


def print_plan(plan: Plan) -> str:
    """Return the text of a plan; `read_plan` gives back an equal one. Equal plans print alike."""
    *head, rest = _undigested(plan).split("\n", 3)
    if plan.name and plan.digest and head[0] == "Plan {":  # edition and name stand before it, in lines of their own
        return "\n".join((*head, f"  digest: {_quote(plan.digest)},", rest))
    return _printed(plan)


def plan_digest(plan: Plan) -> str:
    """Return the digest of a plan: that of its text without the digest it may have already."""
    return digest(_undigested(plan))


_latest: list[tuple[Plan, str]] = []


def _undigested(plan: Plan) -> str:
    """The text of a plan without its digest.

    The latest is remembered, as a plan is printed first for its digest and then to be written, and has megabytes.
    """
    names = [name for name in plan.__match_args__ if name != "digest"]
    for known, text in _latest:
        if all(getattr(known, name) is getattr(plan, name) for name in names):
            return text
    _latest[:] = [(plan, _printed(replace(plan, digest="")))]
    return _latest[0][1]


def _printed(plan: Plan) -> str:
    lines: list[str] = []
    _write(_Printer().node(plan), "", "", "", lines)
    return "\n".join(lines) + "\n"


def _write(doc: Doc, indent: str, before: str, after: str, lines: list[str]) -> None:
    """Add the lines of a document; groups that do not fit on one line have a line for each part."""
    flat = doc if isinstance(doc, str) else doc.flat
    if isinstance(doc, str) or (flat is not None and len(indent) + len(before) + len(flat) + len(after) <= WIDTH):
        lines.append(f"{indent}{before}{flat}{after}")
        return
    lines.append(f"{indent}{before}{doc.start}")
    inner = indent + "  "
    for label, part in doc.parts:
        if isinstance(part, str):
            lines.append(f"{inner}{label}{part},")
        else:
            _write(part, inner, label, ",", lines)
    lines.append(f"{indent}{doc.end}{after}")


def _quote(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    return str(value) if type(value) is int else _encode(value)


def _group(start: str, parts: list[tuple[str, Doc]], end: str) -> Doc:
    if not parts:
        return start + end
    length, flats = len(start) + len(end), []
    for label, part in parts:
        flat = part if isinstance(part, str) else part.flat
        if flat is None or length > WIDTH:
            return Group(start, tuple(parts), end, None)
        flats.append(label + flat)
        length += len(label) + len(flat) + 2
    space = " " if start.endswith("{") and start != "{" else ""
    return Group(start, tuple(parts), end, f"{start}{space}{', '.join(flats)}{space}{end}")


class _Printer:
    """Printing of one plan: remembers the record types written out and how each class is printed."""

    def __init__(self) -> None:
        self._written: dict[str, RecordType] = {}
        self._classes: dict[type, tuple[tuple[str, Member, _Print], ...]] = {}

    def node(self, value: object) -> Doc:
        """Return the document of an instance of one of the plan's classes."""
        if value is None:
            return "null"
        if not isinstance(value, RecordType):
            return self._record(value)
        known = self._written.get(value.name)
        if known is value or known == value:
            return f"@{value.name if _WORD.fullmatch(value.name) else _quote(value.name)}"
        written = self._record(value)
        self._written.setdefault(value.name, value)
        return written

    def _record(self, value: object) -> Doc:
        cls: type[Any] = type(value)
        known = self._classes.get(cls)
        if known is None:
            made = ((f"{member.name}: ", member, self._print(member.shape)) for member in members(cls))
            known = self._classes[cls] = tuple(made)
        parts: list[tuple[str, Doc]] = []
        for label, member, show in known:
            found = getattr(value, member.name)
            if member.required or found != member.default or type(found) is not type(member.default):
                parts.append((label, show(found)))
        return _group(f"{cls.__name__} {{", parts, "}") if parts else cls.__name__

    def _print(self, shape: Shape) -> _Print:
        match shape:
            case Scalar():
                return _quote
            case Native():
                return _native
            case Exact():
                return _exact
            case Numbers():
                return lambda found: f"{{{', '.join(map(str, sorted(found)))}}}"  # type: ignore[call-overload]
            case Many(item=item):
                show = self._print(item)
                return lambda found: _group("[", [("", show(part)) for part in found], "]")  # type: ignore[attr-defined]
            case Fixed(items=items):
                return self._fixed([self._print(item) for item in items])
            case Node():
                return self.node
            case _:
                assert_never(shape)

    def _fixed(self, shows: list[_Print]) -> _Print:
        def show(found: object) -> Doc:
            assert isinstance(found, tuple)
            return _group("[", [("", each(part)) for each, part in zip(shows, found, strict=True)], "]")

        return show


def _exact(value: object) -> Doc:
    match value:
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Decimal():
            return f"{value}d"
        case _:
            return "null"


def _native(value: object) -> Doc:
    match value:
        case list():
            return _group("[", [("", _native(item)) for item in value], "]")
        case dict():
            return _group("{", [(f"{_quote(key)}: ", _native(item)) for key, item in value.items()], "}")
        case _:
            return _quote(value)
