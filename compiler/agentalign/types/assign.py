"""Which types fit where."""

from __future__ import annotations

from decimal import Decimal

from agentalign.types.domains import domains
from agentalign.types.model import (
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
)
from agentalign.types.shape import describe, face

_NULL = "may be null"


def assignable(source: Type, target: Type) -> str | None:
    """Return `None` if a value of type `source` may go where `target` is expected, else the reason, for a human.

    Bounds of numbers, lists and strings must be contained, except that an unbounded string or text fits a bounded
    one: its values are checked when they exist, and `narrows` tells which assignments need that.
    """
    match source, target:
        case (PoisonType(), _) | (_, PoisonType() | AnyType()):
            return None
        case (NullableType(inner=inner), NullableType(inner=wanted)):
            return assignable(inner, wanted)
        case (NullType(), NullableType() | NullType()):
            return None
        case (NullableType() | NullType(), _):
            return _NULL if isinstance(source, NullableType) else f"null is not {_a(target)}"
        case (_, NullableType(inner=wanted)):
            return assignable(source, wanted)
        case (NamedType() | BrandedType() | RecordType() | DomainType(), _) if _same_name(source, target):
            return None
        case (NamedType(base=base), _):
            reason = assignable(base, target)
            return reason if reason in {None, _NULL} else _mismatch(source, target)
        case (_, NamedType() | BrandedType()):
            return _mismatch(source, target)
        case (BrandedType(base=base, variants=variants), _):
            shapes = [base] if base is not None else [shape for _, shape in variants]
            return next((_mismatch(source, target) for shape in shapes if assignable(shape, target)), None)
        case _:
            return _structural(source, target)


def narrows(source: Type, target: Type) -> bool:
    """Tell whether an allowed assignment still depends on the value: lengths are only known when it exists."""
    match _core(source), _core(target):
        case (StringType() | TextType() | DomainType() | EnumType() as given, StringType() | TextType() as wanted):
            return not _contained(_lengths(given), _lengths(wanted))
        case (RecordType() as record, TextType() as wanted):
            voiced = face(record)
            return voiced is not None and narrows(voiced.type, wanted)
        case (ListType(item=item), ListType(item=wanted)):
            return narrows(item, wanted)
        case (AnyType(), other):
            return not isinstance(other, AnyType | PoisonType)
        case _:
            return False


def _structural(source: Type, target: Type) -> str | None:
    """Compare two types of which neither is nullable, nominal or unknown."""
    match source, target:
        case (StringType(), StringType(pattern=pattern)) if pattern is not None:
            return None if source.pattern == pattern and _fits(source, target) else _mismatch(source, target)
        case (TextType() | DomainType() | EnumType(), StringType(pattern=pattern)) if pattern is not None:
            return _mismatch(source, target)
        case (StringType() | TextType(), StringType() | TextType()):
            return None if _fits(source, target) else f"{describe(source)} does not fit {describe(target)}"
        case (DomainType() | EnumType(), StringType() | TextType()):
            return None if _reaches(source, target) else f"{describe(source)} does not fit {describe(target)}"
        case (RecordType(), TextType()):
            voiced = face(source)
            return assignable(voiced.type, target) if voiced is not None else _mismatch(source, target)
        case (IntType() | DecimalType(), IntType() | DecimalType()) if isinstance(source, IntType) or isinstance(
            target, DecimalType
        ):
            return _range(source, target)
        case (EnumType(values=given), EnumType(values=wanted)):
            names = {value.name for value in wanted}
            extra = [f'"{value.name}"' for value in given if value.name not in names]
            return (
                f"{', '.join(extra)} {'is' if len(extra) == 1 else 'are'} not in {describe(target)}" if extra else None
            )
        case (ListType(), ListType()):
            return _list(source, target)
        case (BoolType(), BoolType()) | (AnyType(), _):
            return None if isinstance(source, BoolType) else f"any JSON value is not always {_a(target)}"
        case _:
            return _mismatch(source, target)


def _list(source: ListType, target: ListType) -> str | None:
    reason = assignable(source.item, target.item)
    if reason is not None:
        return f"item: {reason}"
    if source.min < target.min:
        return f"{describe(source)} may have fewer than {target.min} items"
    if target.max is not None and (source.max is None or source.max > target.max):
        return f"{describe(source)} may have more than {target.max} items"
    return None


def _range(source: IntType | DecimalType, target: IntType | DecimalType) -> str | None:
    if target.min is not None and (source.min is None or Decimal(source.min) < Decimal(target.min)):
        return f"{describe(source)} may be less than {target.min}"
    if target.max is not None and (source.max is None or Decimal(source.max) > Decimal(target.max)):
        return f"{describe(source)} may be more than {target.max}"
    return None


def _fits(source: StringType | TextType, target: StringType | TextType) -> bool:
    """Tell whether stated lengths are contained; what `source` leaves open is left to the value."""
    too_short = source.min < target.min and source.min > 1
    too_long = source.max is not None and target.max is not None and source.max > target.max
    never = (target.max is not None and source.min > target.max) or (source.max is not None and source.max < target.min)
    return not too_short and not too_long and not never


def _reaches(source: DomainType | EnumType, target: StringType | TextType) -> bool:
    """Tell whether some value of `source` has a length that `target` allows."""
    low, high = _lengths(source)
    return (target.max is None or low <= target.max) and (high is None or high >= target.min)


def _lengths(t: Type) -> tuple[int, int | None]:
    match t:
        case StringType(min=low, max=high) | TextType(min=low, max=high):
            return low, high
        case EnumType(values=values) if values:
            return min(len(value.name) for value in values), max(len(value.name) for value in values)
        case DomainType():
            return 1, None
        case _:
            return 0, None


def _contained(inner: tuple[int, int | None], outer: tuple[int, int | None]) -> bool:
    return inner[0] >= outer[0] and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _core(t: Type) -> Type:
    while isinstance(t, NamedType | NullableType | BrandedType):
        inner = t.inner if isinstance(t, NullableType) else t.base
        if inner is None:
            return t
        t = inner
    return t


def _same_name(source: Type, target: Type) -> bool:
    match source, target:
        case (DomainType(domain=given), DomainType(domain=wanted)):
            return given == wanted or (given in domains and domains[given].wider == wanted)
        case (NamedType(name=given), NamedType(name=wanted)):
            return given == wanted
        case (BrandedType(name=given), BrandedType(name=wanted)):
            return given == wanted
        case (RecordType(name=given), RecordType(name=wanted)):
            return given == wanted
        case _:
            return False


def _mismatch(source: Type, target: Type) -> str:
    return f"{describe(source)} is not {_a(target)}"


def _a(t: Type) -> str:
    written = describe(t)
    return f"{'an' if written[0].lower() in 'aeio' else 'a'} {written}"
