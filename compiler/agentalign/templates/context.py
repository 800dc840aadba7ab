"""Where an expression of a template stands, what is known about it, and how to speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentalign.dataclasses import dataclass, field, replace
from agentalign.templates.kinds import may_be_null
from agentalign.templates.nodes import Expr, Path
from agentalign.templates.scope import Guard
from agentalign.types import (
    AnyType,
    BoolType,
    DecimalType,
    IntType,
    ListType,
    NullType,
    PoisonType,
    RecordType,
    Type,
    face,
    strip,
)

UNKNOWN = PoisonType()


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands.

    `values` are the names with their types; `aliases` say which items a loop variable runs over; `facts` are the paths,
    as written, that are known to be there (lists: to have items).
    """

    values: Mapping[str, Type]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: frozenset[tuple[str, ...]] = frozenset()
    guards: tuple[Guard, ...] = ()
    looping: bool = False

    def under(self, facts: Iterable[tuple[str, ...]], *guards: Guard) -> Context:
        """Return the context inside a branch."""
        return replace(self, facts=self.facts | frozenset(facts), guards=(*self.guards, *guards))


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression with its type; `path`, `prints`, `filters`, `voices` are as in `Mention` (path: if it has one)."""

    expr: Expr
    type: Type
    path: tuple[str, ...] | None = None
    prints: tuple[str, ...] = ()
    value_type: Type = UNKNOWN
    filters: tuple[str, ...] = ()
    voices: bool = True


def nullable(t: Type) -> bool:
    """Tell whether a value has to be tested before it is used; what is always null or anything is another mistake."""
    return may_be_null(t) and not isinstance(strip(t), AnyType | NullType)


def meant(near: str | None, known: Iterable[str]) -> str | None:
    """Return a hint at the names that would have been right: the one meant, else the first few."""
    if near is not None:
        return f"did you mean `{near}`?"
    listed = sorted(known)
    if not listed:
        return None
    more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
    return f"there is {', '.join(f'`{name}`' for name in listed[:8])}{more}"


def written(expr: Expr) -> str:
    """Return how an issue calls a value."""
    return ".".join(expr.path) if isinstance(expr, Path) else "this value"


def fitting(t: Type) -> str | None:
    """Return advice on how to put a value of `t` into words."""
    core = strip(t)
    match core:
        case ListType():
            return 'use `| listing`, `| count("page")` or a loop'
        case BoolType():
            return "use `{% if %}` and say what it means"
        case RecordType() if face(t) is None:
            names = ", ".join(f"`{f.name}`" for f in core.fields[:6])
            return f"print one of its fields: {names}"
        case IntType() | DecimalType():
            return 'put `number`, `money("USD")` or `plain` first'
        case _:
            return None
