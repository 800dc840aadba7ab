import pytest

from agentalign.types import (
    AnyType,
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
    brands,
    describe,
    face,
    field,
    fields,
    get,
    is_identifier,
    is_nullable,
    is_prose,
    parse_domain,
    strip,
    unalias,
    variant,
)

EMAIL = DomainType("Email", "email")
NAME = DomainType("FullName", "full_name")
PAGE = RecordType("Page", (Field("title", StringType(), face=True), Field("contact", NullableType(EMAIL))))
ITEM = BrandedType("ItemId", "platform", StringType(pattern=r"\d{12}"))
POST = BrandedType("PostId", "platform", None, (("x", IntType()), ("y", StringType())))


@pytest.mark.parametrize(
    ("t", "written"),
    [
        (StringType(), "string"),
        (StringType(2, 200), "string(2..200)"),
        (StringType(0, 5_000), "string(0..5_000)"),
        (StringType(3), "string(3..)"),
        (StringType(pattern=r"\d{4}"), r'string matching r"\d{4}"'),
        (TextType(), "text"),
        (TextType(1, 5_000), "text(1..5_000)"),
        (IntType(), "int"),
        (IntType(1, 50), "int(1..50)"),
        (IntType(None, 5), "int(..5)"),
        (DecimalType(), "decimal"),
        (EnumType((EnumValue("a", "doc"), EnumValue("b"))), 'enum { "a", "b" }'),
        (ListType(PAGE, 1, 3), "list[Page](1..3)"),
        (ListType(PAGE), "list[Page]"),
        (NullableType(EMAIL), "Email?"),
        (NullableType(ListType(NullableType(ITEM), 2)), "list[ItemId?](2..)?"),
        (NullType(), "null"),
        (AnyType(), "any"),
        (PoisonType(), "unknown"),
    ],
)
def test_describe(t: Type, written: str) -> None:
    assert describe(t) == written


def test_fields_of_records_and_parts_of_domains() -> None:
    assert field(PAGE, "title") == PAGE.fields[0]
    assert field(NamedType("P", PAGE), "title") == PAGE.fields[0]
    assert field(PAGE, "nope") is None
    assert field(NullableType(PAGE), "title") is None
    assert field(NAME, "first") == Field("first", StringType(1))
    assert field(EMAIL, "host") == Field("host", DomainType("Host", "host"))
    assert field(StringType(), "length") is None
    assert field(PoisonType(), "x") == Field("x", PoisonType())
    assert [f.name for f in fields(NAME)] == ["first", "last"]
    assert fields(IntType()) == ()
    assert face(PAGE) == PAGE.fields[0]
    assert face(EMAIL) is None


def test_get_reads_what_field_types() -> None:
    assert get("Ines Lindqvist", NAME, "first") == "Ines"
    assert get({"title": "T"}, PAGE, "title") == "T"
    assert get({"title": "T"}, PAGE, "contact") is None
    assert get(None, NullableType(PAGE), "title") is None
    assert get("48.1,11.5", DomainType("GeoPoint", "geo_point"), "lat") == 48.1
    assert get("x", StringType(), "first") is None


def test_strip_and_unalias() -> None:
    wrapped = NamedType("A", NullableType(NamedType("B", ITEM)))
    assert strip(wrapped) == StringType(pattern=r"\d{12}")
    assert unalias(wrapped) == NullableType(NamedType("B", ITEM))
    assert strip(POST) == POST
    assert strip(EMAIL) == EMAIL


def test_variant() -> None:
    assert variant(POST, "x") == IntType()
    assert variant(POST, "z") is None
    assert variant(ITEM, "anything") == ITEM.base
    assert variant(NullableType(POST), "y") == NullableType(StringType())
    assert variant(NamedType("N", POST), "y") == StringType()
    assert variant(EMAIL, "x") is None


def test_brands() -> None:
    order = RecordType("Order", (Field("item", NullableType(ITEM)), Field("posts", ListType(NamedType("P", POST)))))
    assert list(brands(ListType(order))) == [ITEM, POST]
    assert not list(brands(PAGE))


def test_questions() -> None:
    assert all(map(is_identifier, (EMAIL, ITEM, POST, StringType(pattern="a"), NullableType(NamedType("N", EMAIL)))))
    assert not any(map(is_identifier, (StringType(), TextType(), IntType(), PAGE, DomainType("C", "country"))))
    assert all(map(is_prose, (StringType(), TextType(), NullableType(StringType(1, 2)), NamedType("N", TextType()))))
    assert not any(map(is_prose, (StringType(pattern="a"), EMAIL, IntType(), PAGE, EnumType(()))))
    assert is_nullable(NamedType("N", NullableType(EMAIL)))
    assert not is_nullable(EMAIL)


def test_parse_domain() -> None:
    found = parse_domain("email")
    assert found is not None
    assert found.title == "e-mail address"
    assert parse_domain("e-mail") is None


def test_types_are_hashable_values() -> None:
    assert hash(PAGE) == hash(RecordType("Page", PAGE.fields))
    assert len({PAGE, EMAIL, ITEM, POST, NullableType(EMAIL), NullableType(EMAIL)}) == 5
