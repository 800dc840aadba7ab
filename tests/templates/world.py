"""Types and values that template tests share."""

from __future__ import annotations

from agentalign.templates import Scope
from agentalign.types import (
    BoolType,
    DecimalType,
    DomainType,
    EnumType,
    EnumValue,
    Field,
    IntType,
    ListType,
    NullableType,
    RecordType,
    StringType,
    TextType,
)

DATE = DomainType("Date", "date")
EMAIL = DomainType("Email", "email")
NAME = DomainType("FullName", "full_name")
PAGE = RecordType(
    "Page",
    (
        Field("title", StringType(1), face=True),
        Field("contact", NullableType(EMAIL)),
        Field("visits", IntType(0)),
        Field("note", StringType(1), optional=True),
    ),
)
BRIEF = RecordType("Brief", (Field("says", TextType(), face=True), Field("on", DATE)))
FACELESS = RecordType("Row", (Field("items", ListType(StringType())), Field("price", DecimalType())))
LEVEL = EnumType((EnumValue("low"), EnumValue("very_high")))

TYPES = {
    "who": NAME,
    "town": StringType(1),
    "brief": BRIEF,
    "pages": ListType(PAGE),
    "some_pages": ListType(PAGE, 1),
    "tags": ListType(StringType(1)),
    "best": NullableType(PAGE),
    "phone": NullableType(DomainType("Phone", "phone")),
    "stock": NullableType(IntType()),
    "on": DATE,
    "at": DomainType("DateTime", "date_time"),
    "urgent": BoolType(),
    "limit": IntType(),
    "price": DecimalType(),
    "code": DomainType("Currency", "currency"),
    "level": LEVEL,
    "row": FACELESS,
}

SCOPE = Scope(TYPES, frozenset({"sent", "found"}))

VALUES: dict[str, object] = {
    "who": "Ana Koskinen",
    "town": "York",
    "brief": {"says": "come along", "on": "2027-03-05"},
    "pages": [
        {"title": "First", "contact": "ana@example.org", "visits": 1200},
        {"title": "Second", "contact": None, "visits": 0, "note": "old"},
    ],
    "some_pages": [{"title": "Only", "contact": None, "visits": 7}],
    "tags": ["red", "green", "blue"],
    "best": {"title": "Best", "contact": "bo@example.org", "visits": 3},
    "phone": None,
    "stock": 0,
    "on": "2027-03-05",
    "at": "2027-03-05T19:30:00Z",
    "urgent": True,
    "limit": 8080,
    "price": 1200.5,
    "code": "USD",
    "level": "very_high",
    "row": {"items": ["a", "b"], "price": 9.0},
    "@tool": {"sent": "Gmail", "found": "Bing"},
    "@details": {"sent": "with high priority", "found": ""},
}
