"""The shortest value of a type, as far as that is known: what a text prints at the least."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agentalign.types import (
    BoolType,
    BrandedType,
    DecimalType,
    EnumType,
    IntType,
    Json,
    ListType,
    NamedType,
    NullableType,
    RecordType,
    StringType,
    TextType,
    Type,
    family,
)

_TRIED: Final = 32


def shortest(t: Type) -> Json:
    """Return a short value; None where the type allows it, and where there is no telling."""
    match t:
        case NamedType(base=base):
            return shortest(base)
        case BrandedType(base=base, variants=variants):
            shapes = (base,) if base is not None else tuple(shape for _, shape in variants)
            return min((str(shortest(shape)) for shape in shapes), key=len, default="")
        case StringType(min=low, pattern=None) | TextType(min=low):
            return "x" * max(low, 1)
        case IntType(min=low) | DecimalType(min=low):
            return 0 if low is None else int(low)
        case EnumType(values=values):
            return min((value.name for value in values), key=len)
        case BoolType():
            return False
        case ListType(item=item, min=low):
            return [shortest(item) for _ in range(low)]
        case RecordType(fields=fields):
            return {field.name: shortest(field.type) for field in fields if not field.optional}
        case NullableType():
            return None
        case _:
            return _generated(t)


@lru_cache(maxsize=512)
def _generated(t: Type) -> Json:
    values = family(t)
    made = (values.at(index) for index in range(min(values.size, _TRIED)))
    return min(made, key=lambda value: len(str(value)), default=None)
