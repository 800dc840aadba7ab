from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    EnumValue,
    Field,
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
    conforms,
    generable,
    size,
    value_at,
)

ABC = EnumType(tuple(map(EnumValue, "abc")))
LEAVES: list[Type] = [
    ABC,
    BoolType(),
    NullType(),
    IntType(),
    IntType(-2, 3),
    IntType(None, 7),
    IntType(7),
    IntType(2, 1),
    DecimalType(),
    DecimalType(Decimal("0.05"), Decimal("0.4")),
    DecimalType(Decimal("-1"), None, 1),
    DecimalType(Decimal("0.001"), Decimal("0.009")),
    StringType(pattern=r"[ab]{1,2}\d"),
    StringType(3, 4, "[ab]+"),
    NamedType("N", StringType(pattern="x|y|z")),
    BrandedType("B", "host", StringType(pattern=r"\d{3}")),
    DomainType("Email", "email"),
    DomainType("Weekday", "weekday"),
    EnumType(()),
]
TYPES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(NullableType, inner),
        st.builds(ListType, inner, st.integers(0, 3), st.none() | st.integers(0, 5)),
        st.builds(
            lambda a, b, c: RecordType("R", (Field("a", a), Field("b", b, optional=True), Field("c", c))),
            inner,
            inner | st.just(TextType()),
            inner,
        ),
    ),
    max_leaves=5,
)


def frozen(value: object) -> object:
    match value:
        case dict():
            return tuple((key, frozen(member)) for key, member in value.items())
        case list():
            return tuple(map(frozen, value))
        case _:
            return type(value) is bool, value


@given(st.data(), TYPES.filter(generable))
def test_values_conform_and_differ(data: st.DataObject, t: Type) -> None:
    count = size(t)
    picks = data.draw(st.lists(st.integers(0, count - 1), max_size=12, unique=True))
    picks = sorted({0, count - 1, *picks})
    values = [value_at(t, pick) for pick in picks]
    assert [conforms(value, t) for value in values] == [None] * len(values)
    assert len({frozen(value) for value in values}) == len(picks)


@given(TYPES.filter(lambda t: 0 < size(t) < 500))
def test_small_types_are_listed_without_repeats(t: Type) -> None:
    assert len({frozen(value_at(t, index)) for index in range(size(t))}) == size(t)


@given(TYPES)
def test_indices_outside_are_errors(t: Type) -> None:
    for index in (-1, size(t)):
        with pytest.raises(ValueError, match="outside"):
            value_at(t, index)


@pytest.mark.parametrize(
    ("t", "count"),
    [
        (ABC, 3),
        (IntType(1, 50), 50),
        (IntType(3), 65_536),
        (IntType(2, 1), 0),
        (DecimalType(Decimal(0), Decimal(1)), 101),
        (DecimalType(Decimal(0), Decimal(1), 0), 2),
        (NullableType(ABC), 4),
        (ListType(ABC, 0, 3), 1 + 3 + 6 + 6),
        (ListType(ABC, 0, 9), 1 + 3 + 6 + 6),
        (ListType(ABC), 1 + 3),
        (ListType(ABC, 1), 3 + 6 + 6),
        (ListType(BoolType(), 3, 4), 8),
        (ListType(TextType(), 1, 2), 0),
        (ListType(TextType(), 0, 2), 1),
        (RecordType("R", ()), 1),
        (RecordType("R", (Field("a", ABC), Field("b", BoolType()))), 6),
        (RecordType("R", (Field("a", ABC), Field("b", TextType()))), 0),
        (RecordType("R", (Field("a", ABC), Field("b", TextType(), optional=True))), 3),
        (RecordType("R", tuple(Field(f"f{i}", DomainType("Email", "email")) for i in range(9))), 65_536**9),
        (StringType(), 0),
        (TextType(), 0),
        (AnyType(), 0),
        (PoisonType(), 0),
        (BrandedType("B", "host", None, (("a", ABC),)), 0),
        (StringType(pattern="("), 0),
    ],
)
def test_sizes(t: Type, count: int) -> None:
    assert size(t) == count
    assert generable(t) == (count > 0)


def test_order() -> None:
    assert [value_at(IntType(1, 3), i) for i in range(3)] == [1, 2, 3]
    assert [value_at(DecimalType(Decimal("0.5"), Decimal("0.52")), i) for i in range(3)] == [0.5, 0.51, 0.52]
    assert value_at(DecimalType(Decimal(1), Decimal(2)), 0) == 1
    assert [value_at(NullableType(BoolType()), i) for i in range(3)] == [False, True, None]
    record = RecordType("R", (Field("a", ABC), Field("b", BoolType())))
    assert [value_at(record, i) for i in range(6)] == [{"a": a, "b": b} for a, b in product("abc", (False, True))]
    assert [value_at(ListType(ABC, 2, 2), i) for i in range(6)] == [
        list(p) for p in ("ab", "ba", "ca", "ac", "bc", "cb")
    ]
