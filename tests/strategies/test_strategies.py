import json

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import Unsatisfiable

from agentalign.strategies import near_misses, strategy
from agentalign.types import (
    AnyType,
    BrandedType,
    DomainType,
    EnumType,
    Field,
    IntType,
    ListType,
    NullableType,
    RecordType,
    StringType,
    TextType,
    conforms,
    domains,
)


@pytest.mark.parametrize("key", sorted(domains))
def test_every_domain_both_ways(key: str) -> None:
    kind = DomainType(key.title(), key)

    @settings(max_examples=30)
    @given(strategy(kind), near_misses(kind))
    def check(hit: object, miss: object) -> None:
        assert conforms(hit, kind) is None
        assert conforms(miss, kind) is not None

    check()


THOROUGH = settings(max_examples=2_000, database=None, phases=[Phase.generate])
RECORD = RecordType(
    "Order",
    (
        Field("id", BrandedType("ItemId", "platform", StringType(pattern=r"\d{12}"))),
        Field("count", IntType(1, 9)),
        Field("note", NullableType(TextType(1, 40)), optional=True),
        Field("extra", AnyType(), optional=True),
        Field("lines", ListType(StringType(1, 5), 1, 2)),
    ),
)


@given(strategy(RECORD))
def test_values_survive_json(value: object) -> None:
    assert conforms(value, RECORD) is None
    assert json.loads(json.dumps(value)) == value


@given(near_misses(RECORD))
def test_misses_are_explained(value: object) -> None:
    reason = conforms(value, RECORD)
    assert reason is not None
    assert reason.startswith((": ", "/"))


@pytest.mark.parametrize("where", [": `id`", "/id", "/count", "/note", "/lines/", "/lines:"])
def test_misses_reach_every_place(where: str) -> None:
    find(near_misses(RECORD), lambda value: (conforms(value, RECORD) or "").startswith(where), settings=THOROUGH)


@pytest.mark.parametrize("name", ["note", "extra"])
def test_optional_fields_come_and_go(name: str) -> None:
    find(strategy(RECORD), lambda value: name in value, settings=THOROUGH)
    find(strategy(RECORD), lambda value: name not in value, settings=THOROUGH)


def test_types_without_values_give_empty_strategies() -> None:
    @given(strategy(EnumType(())))
    def draw(value: object) -> None:
        raise AssertionError(value)

    with pytest.raises(Unsatisfiable):
        draw()
    assert near_misses(AnyType()).is_empty
    assert not near_misses(IntType()).is_empty
