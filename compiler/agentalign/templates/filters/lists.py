"""Filters for lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agentalign.templates.filters.model import Example, Filter, Param
from agentalign.templates.filters.numbers import number, plain
from agentalign.templates.kinds import is_int, is_list, item
from agentalign.types import IntType, ListType, NullableType, StringType, Type, strip


def _items(value: object, field: str | None) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"not a list: {value!r}")
    return [member[field] for member in value] if field is not None else list(value)


def wording(value: object) -> str:
    """Return how a scalar prints: strings as they are, numbers plainly."""
    return value if isinstance(value, str) else plain(value)


def joined(parts: Sequence[str], conjunction: str) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return " ".join(
        filter(None, (", ".join(parts[:-1]), conjunction if len(parts) > 1 else "", parts[-1] if parts else ""))
    )


def listing(value: object, field: str | None = None) -> str:
    """Return the items as prose, joined by commas and `and`."""
    return joined([wording(member) for member in _items(value, field)], "and")


def either(value: object, field: str | None = None) -> str:
    """Return the items as prose, joined by commas and `or`."""
    return joined([wording(member) for member in _items(value, field)], "or")


def join(value: object, separator: str, field: str | None = None) -> str:
    """Return the items with a separator between them."""
    return separator.join(wording(member) for member in _items(value, field))


def plural(noun: str) -> str:
    """Return the regular English plural."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def count(value: object, one: str, many: str | None = None) -> str:
    """Return how many items (or a whole number) of something: `3 pages`, `1 page`, `no pages`."""
    total = value if isinstance(value, int) else len(_items(value, None))
    if total == 1:
        return f"1 {one}"
    shown = "no" if total == 0 and not isinstance(value, int) else number(total)
    return f"{shown} {many or plural(one)}"


def length(value: object) -> int:
    """Return how many items there are."""
    return len(_items(value, None))


def first(value: object, field: str | None = None) -> object:
    """Return the first item, or null."""
    items = _items(value, field)
    return items[0] if items else None


def last(value: object, field: str | None = None) -> object:
    """Return the last item, or null."""
    items = _items(value, field)
    return items[-1] if items else None


def _member(t: Type) -> Type:
    core = strip(t)
    one = item(t)
    return one if isinstance(core, ListType) and core.min > 0 else NullableType(one)


def _countable(t: Type) -> bool:
    return is_list(t) or is_int(t)


_NAMES = ListType(StringType(), 1)
_FIELD = Param("field", "field")

FILTERS: Final = (
    Filter(
        "listing",
        "The items in a row, with `and` before the last; of records their face, or the field named.",
        "a list",
        is_list,
        listing,
        (Example(["Ana", "Bo", "Cy"], _NAMES, "listing", "Ana, Bo and Cy"),),
        (_FIELD,),
    ),
    Filter(
        "either",
        "The items in a row, with `or` before the last; of records their face, or the field named.",
        "a list",
        is_list,
        either,
        (Example(["Ana", "Bo", "Cy"], _NAMES, "either", "Ana, Bo or Cy"),),
        (_FIELD,),
    ),
    Filter(
        "join",
        "The items with a separator between them; of records their face, or the field named.",
        "a list",
        is_list,
        join,
        (Example(["a", "b"], _NAMES, 'join("; ")', "a; b"),),
        (Param("separator", "text", required=True), _FIELD),
    ),
    Filter(
        "count",
        "How many, with the noun in its number; the second argument is an irregular plural.",
        "a list or a whole number",
        _countable,
        count,
        (
            Example(["a", "b", "c"], _NAMES, 'count("page")', "3 pages"),
            Example(1, IntType(), 'count("page")', "1 page"),
            Example(2, IntType(), 'count("child", "children")', "2 children"),
        ),
        (Param("one", "text", required=True), Param("many", "text")),
        voices=is_int,
    ),
    Filter(
        "length",
        "How many, as a number: for conditions (`{% if pages | length > 1 %}`).",
        "a list",
        is_list,
        length,
        (Example(["a", "b"], _NAMES, "length", "2"),),
        gives=lambda _: IntType(0),
        voices=lambda _: False,
    ),
    Filter(
        "first",
        "The first item, or the field named of it; may be absent if the list may be empty.",
        "a list",
        is_list,
        first,
        (Example(["a", "b"], _NAMES, "first", "a"),),
        (_FIELD,),
        gives=_member,
        voices=lambda _: False,
    ),
    Filter(
        "last",
        "The last item, or the field named of it; may be absent if the list may be empty.",
        "a list",
        is_list,
        last,
        (Example(["a", "b"], _NAMES, "last", "b"),),
        (_FIELD,),
        gives=_member,
        voices=lambda _: False,
    ),
)
