"""Questions that templates ask about types."""

from __future__ import annotations

from typing import Final

from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    describe,
    face,
    field,
    is_identifier,
    strip,
    unalias,
)

_NULLS: Final = (NullableType, NullType, AnyType)
_STRINGS: Final = (StringType, TextType, EnumType, DomainType)
_SPOKEN: Final = (StringType, TextType, DomainType)

DATES: Final = frozenset({"date", "past_date"})
MOMENTS: Final = frozenset({"date_time", "past_date_time"})
TIMES: Final = frozenset({"time"})

_CASELESS: Final = frozenset(
    {
        "city",
        "company",
        "email",
        "ethereum_address",
        "full_name",
        "hashtag",
        "host",
        "ipv6",
        "mac_address",
        "postal_address",
        "town",
        "user_handle",
        "uuid",
    }
)
"""Identifier domains in whose values people do not keep to the case."""


def key(t: Type) -> str | None:
    """Return the domain of `t`, if it is of one."""
    core = strip(t)
    return core.domain if isinstance(core, DomainType) else None


def is_date(t: Type) -> bool:
    """Tell whether values are ISO dates."""
    return key(t) in DATES


def is_day(t: Type) -> bool:
    """Tell whether values have a date."""
    return key(t) in DATES | MOMENTS


def is_clock(t: Type) -> bool:
    """Tell whether values have a time of day."""
    return key(t) in TIMES | MOMENTS


def is_moment(t: Type) -> bool:
    """Tell whether values are a date with a time."""
    return key(t) in MOMENTS


def is_int(t: Type) -> bool:
    """Tell whether values are whole numbers."""
    return isinstance(strip(t), IntType)


def is_number(t: Type) -> bool:
    """Tell whether values are numbers."""
    return isinstance(strip(t), IntType | DecimalType)


def is_bool(t: Type) -> bool:
    """Tell whether values are true or false."""
    return isinstance(strip(t), BoolType)


def is_string(t: Type) -> bool:
    """Tell whether values are JSON strings, of whatever kind."""
    core = strip(t)
    if isinstance(core, BrandedType):
        return all(is_string(shape) for _, shape in core.variants)
    return isinstance(core, _STRINGS)


def is_spoken(t: Type) -> bool:
    """Tell whether values are printed as they are: strings that are always there and of no listed set."""
    return isinstance(unalias(t), _SPOKEN)


def is_list(t: Type) -> bool:
    """Tell whether values are arrays."""
    return isinstance(strip(t), ListType)


def is_unknown(t: Type) -> bool:
    """Tell whether `t` was already reported as wrong."""
    return isinstance(strip(t), PoisonType)


def item(t: Type) -> Type:
    """Return the type of the items of a list type."""
    core = strip(t)
    return core.item if isinstance(core, ListType) else PoisonType()


def may_be_null(t: Type) -> bool:
    """Tell whether null is a value, seen through aliases; an unknown type is not asked."""
    return isinstance(unalias(t), _NULLS)


def some(t: Type) -> Type:
    """Return `t` without null, keeping aliases inside."""
    return t.inner if isinstance(t, NullableType) else strip(t) if may_be_null(t) else t


def is_money(t: Type) -> bool:
    """Tell whether values are an amount with its currency: of the domain, or a record of the two."""
    core = strip(t)
    if isinstance(core, DomainType):
        return core.domain == "money"
    if not isinstance(core, RecordType):
        return False
    amount, currency = field(core, "amount"), field(core, "currency")
    return amount is not None and currency is not None and is_number(amount.type) and is_string(currency.type)


def is_caseless(t: Type) -> bool:
    """Tell whether a value of `t` stays the same value to a reader whatever its case."""
    return key(t) in _CASELESS or not is_identifier(t)


def wording(t: Type) -> Type | None:
    """Return the type of what is printed for a value: its own, its face's, or `None` if it has no wording."""
    if is_string(t) or is_number(t) or is_unknown(t):
        return t
    if isinstance(strip(t), RecordType):
        shown = face(t)
        return None if shown is None or shown.optional else wording(shown.type)
    return None


def shown(t: Type) -> str:
    """Return `t` for a message."""
    return f"`{describe(t)}`"
