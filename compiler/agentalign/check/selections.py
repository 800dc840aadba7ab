"""Typing of selections: `cheapest of hits where in_stock`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.model import Choosing, Pick
from agentalign.check.scope import Binding, Scope, optional_type
from agentalign.check.targets import RowField
from agentalign.syntax import nodes as n
from agentalign.types import (
    DecimalType,
    DomainType,
    Field,
    IntType,
    ListType,
    NullableType,
    PoisonType,
    Type,
    describe,
    fields,
    strip,
)

_PRICES = ("price", "amount", "total")
_SCORES = ("rating", "score", "relevance")
_DATES = frozenset({"date", "past_date", "date_time", "past_date_time"})

SELECTORS: Final[Mapping[str, tuple[Pick, tuple[str, ...]]]] = MappingProxyType(
    {
        "first": ("first", ()),
        "last": ("last", ()),
        "cheapest": ("min", _PRICES),
        "dearest": ("max", _PRICES),
        "newest": ("max", ()),
        "oldest": ("min", ()),
        "best": ("max", _SCORES),
        "largest": ("max", ("size",)),
        "smallest": ("min", ("size",)),
        "all": ("all", ()),
    }
)
"""How each selector picks, and by which field: the first of these names that the items have."""


def infer_selection(ctx: Context, selection: n.Selection, scope: Scope) -> Type:
    """The type of a selection: an item (that may be missing, in a simulation), or with `all` a list."""
    source = ex.infer(ctx, selection.source, scope)
    rows = strip(source)
    if isinstance(source, NullableType):
        help_ = ex.unguarded(selection.source, scope)
        ctx.report("E0217", selection.source, "this may be null here", "may be null", help=help_)
        rows = PoisonType()
    elif not isinstance(rows, ListType | PoisonType):
        ctx.report(
            "E0215",
            selection.source,
            f"only lists are selected from, and this is {describe(source)}",
            f"this is {describe(source)}",
        )
        rows = PoisonType()
    item = rows.item if isinstance(rows, ListType) else PoisonType()
    if selection.where is not None:
        ex.holds(ctx, selection.where, scope.inside(row_bindings(item), open=isinstance(item, PoisonType)))
    choosing = _choosing(ctx, selection, item)
    if choosing is None or not isinstance(rows, ListType):
        return PoisonType()
    ctx.tables.choices[selection] = choosing
    if choosing.pick == "all":
        return ListType(item, 0 if selection.where is not None else rows.min, rows.max)
    certain = not scope.world or (rows.min > 0 and selection.where is None)
    return item if certain else NullableType(item)


def row_bindings(item: Type) -> dict[str, Binding]:
    """The bare words of a `where` clause."""
    return {
        member.name: Binding(optional_type(member.type, optional=member.optional), RowField(member))
        for member in fields(item)
    }


def _choosing(ctx: Context, selection: n.Selection, item: Type) -> Choosing | None:
    word = selection.selector
    known = SELECTORS.get(word.text)
    if known is None:
        ctx.unknown(word, "selector", SELECTORS)
        return None
    pick, names = known
    if pick in {"first", "last", "all"} or isinstance(item, PoisonType):
        return Choosing(pick)
    members = fields(item)
    found = _dated(members) if word.text in {"newest", "oldest"} else _numbered(members, names)
    if found is not None:
        return Choosing(pick, found)
    if word.text == "best":
        return Choosing("first")
    wanted = "a date" if word.text in {"newest", "oldest"} else " or ".join(f"`{name}`" for name in names)
    ctx.report(
        "E0507",
        word,
        f"`{word.text}` needs {wanted}, and {describe(item)} has none",
        help="select by something the items have, or add the field to their record",
    )
    return None


def _numbered(members: tuple[Field, ...], names: tuple[str, ...]) -> str | None:
    numbers = {member.name for member in members if isinstance(strip(member.type), IntType | DecimalType)}
    money = {member.name for member in members if getattr(strip(member.type), "domain", None) == "money"}
    return next((name for name in names if name in numbers | money), None)


def _dated(members: tuple[Field, ...]) -> str | None:
    for member in members:
        core = strip(member.type)
        if isinstance(core, DomainType) and core.domain in _DATES:
            return member.name
    return None
