from decimal import Decimal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agentalign.strategies import near_misses, strategy
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
    RecordType,
    StringType,
    TextType,
    Type,
    checker,
    conforms,
    domains,
    json_schema,
)

PRIORITY = EnumType((EnumValue("low"), EnumValue("high", "Wakes somebody up.")))
MAIL = RecordType(
    "Mail",
    (
        Field("to", DomainType("Email", "email"), doc="Address of the recipient."),
        Field("cc", NullableType(DomainType("Email", "email")), optional=True),
        Field("subject", StringType(1, 120)),
        Field("body", TextType(1, 500)),
        Field("priority", PRIORITY, optional=True, doc="How urgent it is."),
        Field("tags", ListType(StringType(pattern=r"[a-z]{2,5}"), 0, 3)),
        Field("size", DecimalType(Decimal("0.1"), Decimal("9.5"))),
    ),
)
SIMPLE: list[Type] = [
    MAIL,
    PRIORITY,
    StringType(),
    StringType(2, 4),
    StringType(pattern=r"(a|b)\d?"),
    StringType(2, 3, "[a-c]+"),
    TextType(),
    IntType(),
    IntType(-3, 12),
    DecimalType(Decimal("-0.5"), Decimal(3)),
    BoolType(),
    NullType(),
    AnyType(),
    RecordType("Empty", ()),
    BrandedType("Id", "platform", None, (("a", IntType(1, 3)), ("b", StringType(pattern="x{2}")))),
    NamedType("Sku", StringType(pattern="[A-Z]{3}")),
    *(DomainType(key.title(), key) for key in ("url", "date", "file_path", "phone", "ipv4", "money")),
]
TYPES = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: st.one_of(
        st.builds(NullableType, inner),
        st.builds(ListType, inner, st.integers(0, 2), st.none() | st.integers(2, 4)),
        st.builds(lambda a, b: RecordType("R", (Field("a", a), Field("b", b, optional=True))), inner, inner),
    ),
    max_leaves=4,
)


def validator(t: Type) -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema(t))
    return Draft202012Validator(json_schema(t))


@given(st.data(), TYPES)
def test_conforming_values_satisfy_schema_and_checker(data: st.DataObject, t: Type) -> None:
    value = data.draw(strategy(t))
    assert conforms(value, t) is None
    assert validator(t).is_valid(value)


@given(st.data(), TYPES.filter(lambda t: not isinstance(t, AnyType) and t != NullableType(AnyType())))
def test_near_misses_fail_both(data: st.DataObject, t: Type) -> None:
    if "AnyType" in repr(t):
        return
    value = data.draw(near_misses(t, structural=True))
    reason = conforms(value, t)
    assert reason is not None
    assert ": " in reason
    assert not validator(t).is_valid(value)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab1x", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=4,
)


@given(TYPES, JUNK)
def test_checker_and_schema_agree_on_anything(t: Type, value: object) -> None:
    assert validator(t).is_valid(value) == (conforms(value, t) is None)


@given(st.data(), TYPES)
def test_both_validators_agree(data: st.DataObject, t: Type) -> None:
    fast, value = jsonschema_rs.Draft202012Validator(json_schema(t)), data.draw(strategy(t) | JUNK)
    assert fast.is_valid(value) == validator(t).is_valid(value)


@pytest.mark.parametrize("key", sorted(domains))
def test_the_fast_validator_takes_every_domain(key: str) -> None:
    fast = jsonschema_rs.Draft202012Validator(json_schema(DomainType("X", key)), validate_formats=True)
    count = domains[key].size
    assert all(fast.is_valid(domains[key].generate(i)) for i in range(0, count, max(1, count // 30)))
    assert not fast.is_valid(f"{domains[key].generate(0)}\n")


def test_a_record() -> None:
    schema = json_schema(MAIL, doc="One message.")
    assert list(schema) == ["type", "description", "properties", "required", "additionalProperties"]
    assert schema["required"] == ["to", "subject", "body", "tags", "size"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert list(properties) == [field.name for field in MAIL.fields]
    assert properties["to"]["description"] == "Address of the recipient."
    assert properties["to"]["format"] == "email"
    assert properties["cc"]["type"] == ["string", "null"]
    assert properties["subject"] == {"type": "string", "minLength": 1, "maxLength": 120}
    assert properties["priority"] == {
        "type": "string",
        "description": "How urgent it is.\n`high`: Wakes somebody up.",
        "enum": ["low", "high"],
    }
    assert properties["size"] == {"type": "number", "minimum": 0.1, "maximum": 9.5}


@pytest.mark.parametrize(
    ("t", "schema"),
    [
        (
            NullableType(PRIORITY),
            {"type": ["string", "null"], "description": "`high`: Wakes somebody up.", "enum": ["low", "high", None]},
        ),
        (NullableType(NullableType(IntType())), {"type": ["integer", "null"]}),
        (NullableType(NullType()), {"type": "null"}),
        (NullableType(AnyType()), {}),
        (AnyType(), {}),
        (
            ListType(IntType(1), 1, 3),
            {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer", "minimum": 1}},
        ),
        (DecimalType(Decimal("1.50"), Decimal("20.00")), {"type": "number", "minimum": 1.5, "maximum": 20}),
        (
            NullableType(RecordType("E", ())),
            {
                "anyOf": [
                    {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
                    {"type": "null"},
                ]
            },
        ),
        (
            NullableType(BrandedType("I", "host", None, (("a", IntType()), ("b", BoolType())))),
            {"anyOf": [{"type": "integer"}, {"type": "boolean"}, {"type": "null"}]},
        ),
        (BrandedType("I", "host", None, (("a", IntType()), ("b", IntType()))), {"type": "integer"}),
    ],
)
def test_schemas(t: Type, schema: dict[str, object]) -> None:
    assert json_schema(t) == schema


def test_doc_is_the_description() -> None:
    assert json_schema(AnyType(), doc="D") == {"description": "D"}
    assert json_schema(NullableType(RecordType("E", ())), doc="D")["description"] == "D"
    assert list(json_schema(StringType(1, 2, "a+"), doc="D")) == [
        "type",
        "description",
        "minLength",
        "maxLength",
        "pattern",
    ]


MESSAGE = {"to": "ana@example.org", "subject": "Hi", "body": "Text", "tags": [], "size": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"to": "ana"}, '/to: "ana" is not an e-mail address'),
        ({"to": None}, "/to: null is not a value of Email"),
        ({"subject": ""}, "/subject: string(1..120) cannot be 0 characters long"),
        ({"tags": ["ok", "NO"]}, '/tags/1: "NO" is not a value of string matching r"[a-z]{2,5}"'),
        ({"tags": ["aa", "bb", "cc", "dd"]}, '/tags: list[string matching r"[a-z]{2,5}"](0..3) cannot have 4 items'),
        ({"priority": "urgent"}, '/priority: "urgent" is not a value of enum { "low", "high" }'),
        ({"size": 10}, "/size: 10 is more than 9.5"),
        ({"size": True}, "/size: true is not a value of decimal(0.1..9.5)"),
        ({"size": float("nan")}, "/size: nan is not a value of decimal(0.1..9.5)"),
        ({"a/b~c": 1}, "/a~1b~0c: Mail has no such field"),
    ],
)
def test_reasons(change: dict[str, object], reason: str) -> None:
    assert conforms(MESSAGE, MAIL) is None
    assert conforms({**MESSAGE, **change}, MAIL) == reason


def test_missing_fields_and_wrong_kinds() -> None:
    assert conforms({}, MAIL) == ": `to` is missing"
    assert conforms([], MAIL) == ": an array is not a value of Mail"
    assert (
        conforms({"a": {}}, RecordType("R", (Field("a", ListType(IntType())),)))
        == "/a: an object is not a value of list[int]"
    )


def test_numbers_as_json_has_them() -> None:
    assert conforms(2.0, IntType()) is None
    assert conforms(2.5, IntType()) is not None
    assert conforms(2**70, IntType()) is None
    assert conforms(10**400, DecimalType()) is None
    assert conforms(False, IntType()) is not None
    assert conforms(0.1, DecimalType(Decimal("0.1"))) is None


def test_checkers_are_prepared_once() -> None:
    assert checker(MAIL) is checker(RecordType("Mail", MAIL.fields))
