"""The operators and built-in functions of expressions, by the names `ir.Apply` uses.

All are total: an operand that is null or of the wrong kind gives null, false or an empty value, never an exception.
Those that do not always evaluate all operands (`and`, `or`, `if`), their like (`not`, `present`) and those that look
into the world (`take`, `sample`) are compiled by `expressions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from agentalign.ir import Json
from agentalign.simulate import numbers as num

Function: TypeAlias = Callable[..., Json]

_PLAIN = re.compile(r"[^a-z0-9]+")
_ADDRESS = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/@?#]*@)?([^/:?#]+)")


def truth(value: Json) -> bool:
    """Tell whether a condition holds: a boolean that is true, or anything else that is not null."""
    return value is not None and value is not False


def items(value: Json) -> list[Json]:
    """Return a list; an empty one for null and for what is no list."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    """Return a value as text: as a person would write a scalar, as JSON otherwise."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case list():
            return ", ".join(text(item) for item in value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _equal(a: Json, b: Json) -> bool:
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def _less(a: Json, b: Json) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a < b
    return num.is_number(a) and num.is_number(b) and a < b


def _at_most(a: Json, b: Json) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a <= b
    return num.is_number(a) and num.is_number(b) and a <= b


def _add(a: Json, b: Json) -> Json:
    if isinstance(a, str):
        return a + (b if isinstance(b, str) else text(b))
    if isinstance(b, str):
        return text(a) + b
    if num.is_number(a) and num.is_number(b):
        return num.plus(a, b)
    return [*a, *b] if isinstance(a, list) and isinstance(b, list) else None


def _within(a: Json, b: Json) -> bool:
    if isinstance(b, str):
        return isinstance(a, str) and a in b
    return any(_equal(a, item) for item in items(b))


def _count(a: Json) -> Json:
    return len(a) if isinstance(a, (list, str)) else 0


def _lower(a: Json) -> Json:
    return text(a).lower()


def _upper(a: Json) -> Json:
    return text(a).upper()


def _starts_with(a: Json, b: Json) -> Json:
    return text(a).startswith(text(b))


def _join(a: Json, separator: Json) -> Json:
    return text(separator).join(text(item) for item in items(a))


def _round(a: Json, places: Json = 0) -> Json:
    return num.rounded(a, max(0, num.whole(places)))


def _smaller(a: Json, b: Json) -> Json:
    return b if a is None or (b is not None and _less(b, a)) else a


def _larger(a: Json, b: Json) -> Json:
    return b if a is None or (b is not None and _less(a, b)) else a


def _sum(rows: Json, field: Json = None) -> Json:
    total: num.Number = 0
    for row in items(rows):
        value = row.get(text(field)) if isinstance(row, dict) else row
        if num.is_number(value):
            total = num.plus(total, value)
    return total


def slug(a: Json) -> str:
    """Return a text in lower case with single hyphens between its ASCII words; `item` if it has none."""
    return _PLAIN.sub("-", text(a).lower()).strip("-") or "item"


def _host(a: Json) -> Json:
    found = _ADDRESS.match(text(a))
    return found[1] if found else text(a)


def _file_name(a: Json) -> Json:
    path = text(a)
    return path.rstrip("/").rpartition("/")[2] or path or "file"


def _folder(a: Json) -> Json:
    path = text(a)
    above, slash, _ = path.rstrip("/").rpartition("/")
    return above or (slash or ".")


EAGER: Final[Mapping[str, Function]] = MappingProxyType(
    {
        "eq": _equal,
        "ne": lambda a, b: not _equal(a, b),
        "lt": _less,
        "le": _at_most,
        "gt": lambda a, b: _less(b, a),
        "ge": lambda a, b: _at_most(b, a),
        "in": _within,
        "not_in": lambda a, b: not _within(a, b),
        "add": _add,
        "sub": num.subtract,
        "mul": num.multiply,
        "div": num.divide,
        "neg": num.negate,
        "count": _count,
        "lower": _lower,
        "upper": _upper,
        "contains": lambda a, b: _within(b, a),
        "starts_with": _starts_with,
        "contains_any": lambda a, b: any(text(part) in text(a) for part in items(b)),
        "starts_with_any": lambda a, b: any(_starts_with(a, part) for part in items(b)),
        "join": _join,
        "round": _round,
        "min": _smaller,
        "max": _larger,
        "length": _count,
        "slug": slug,
        "reference": text,
        "sum": _sum,
        "text": text,
        "host": _host,
        "file_name": _file_name,
        "folder": _folder,
    }
)
"""Functions of values alone; each is called with as many arguments as the expression has."""
