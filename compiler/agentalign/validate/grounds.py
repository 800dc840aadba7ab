"""Groundedness of argument values, by type: who may have made a value up, and who may not.

Identifiers, numbers, dates and times must stand in the evidence; free text must state nothing that does not; members of an enum
and truth values are constants of the tool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    ListType,
    NamedType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    domains,
)
from agentalign.validate.evidence import Evidence

Grounding: TypeAlias = Callable[[object, Evidence], tuple[str, ...]]
"""Returns what of a value nothing grounds, as it is written in the arguments or the text; nothing for a grounded one."""

_TIMES = frozenset({"date", "past_date", "date_time", "past_date_time", "time", "month"})


def grounding(t: Type, *, derived: bool) -> Grounding | None:
    """Return the test for values of `t`; None where any value of the type is grounded.

    `derived` values are computed by an expression of the chain (`total * 2`, `slug(title)`): numbers then pass, and of
    strings each word must stand somewhere.
    """
    match t:
        case IntType() | DecimalType():
            return None if derived else _number(t)
        case StringType(pattern=None) | TextType():
            return _prose
        case BrandedType() | StringType():
            return _spelled if derived else _identifier(t)
        case DomainType(domain=key):
            if key in domains and (domains[key].identifier or key in _TIMES):
                return _spelled if derived and domains[key].identifier else None if derived else _identifier(t)
            return None
        case NamedType(base=inner) | NullableType(inner=inner):
            return grounding(inner, derived=derived)
        case ListType(item=item):
            return _list(grounding(item, derived=derived))
        case RecordType(fields=fields):
            made = {field.name: grounding(field.type, derived=derived) for field in fields}
            return _record({name: test for name, test in made.items() if test is not None})
        case AnyType():
            return _free
        case BoolType() | EnumType() | NullType() | PoisonType():
            return None
        case _:
            assert_never(t)


def _identifier(t: Type) -> Grounding:
    def check(value: object, evidence: Evidence) -> tuple[str, ...]:
        if not isinstance(value, str) or evidence.says(value) or evidence.voices(value, t):
            return ()
        return (value,)

    return check


def _number(t: Type) -> Grounding:
    def check(value: object, evidence: Evidence) -> tuple[str, ...]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ()
        return () if evidence.counted(value) or evidence.voices(value, t) else (str(value),)

    return check


def _prose(value: object, evidence: Evidence) -> tuple[str, ...]:
    return evidence.written(value) if isinstance(value, str) else ()


def _spelled(value: object, evidence: Evidence) -> tuple[str, ...]:
    return () if not isinstance(value, str) or evidence.says(value) or evidence.spells(value) else (value,)


def _free(value: object, evidence: Evidence) -> tuple[str, ...]:
    """JSON of any shape: its strings are read as text, its numbers as numbers."""
    match value:
        case str():
            return evidence.written(value)
        case list():
            return tuple(found for item in value for found in _free(item, evidence))
        case dict():
            return tuple(found for item in value.values() for found in _free(item, evidence))
        case _:
            return _number(DecimalType())(value, evidence)


def _list(test: Grounding | None) -> Grounding | None:
    if test is None:
        return None

    def check(value: object, evidence: Evidence) -> tuple[str, ...]:
        items = value if isinstance(value, list) else ()
        return tuple(found for item in items for found in test(item, evidence))

    return check


def _record(tests: Mapping[str, Grounding]) -> Grounding | None:
    if not tests:
        return None

    def check(value: object, evidence: Evidence) -> tuple[str, ...]:
        if not isinstance(value, Mapping):
            return ()
        return tuple(found for name, test in tests.items() if name in value for found in test(value[name], evidence))

    return check
