"""Plans as text: reading back gives the same plan, whatever the plan; and what is no plan is located."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentalign.ir import (
    Apply,
    Const,
    Dataset,
    Plan,
    PlanTextError,
    Requirement,
    Share,
    Slot,
    Split,
    Var,
    print_plan,
    read_plan,
)
from agentalign.ir.text.shapes import Exact, Fixed, Many, Native, Node, Numbers, Scalar, Shape, members
from agentalign.ir.tools import (
    Table,
    Tool,
)
from agentalign.types import DecimalType, DomainType, EnumType, EnumValue, Field, ListType, RecordType, StringType

TEXTS = st.sampled_from(
    ["", "a", "Page", 'say "hi"\\', "line\nline", "{{ who | day }}", "née ✓", "@Page", "\u2028x", "["]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
EMPTY = Plan(
    edition=1, name="empty", digest="", records=(), categories=(), lexicons=(), platforms=(), tables=(), account=None,
    capabilities=(), tools=(), chains=(), readings=(), datasets=(),
)  # fmt: skip


@st.composite
def instances(draw: st.DrawFn, cls: type[Any], depth: int) -> Any:
    """An instance of a class of the plan with anything its annotations allow, no deeper than `depth`."""
    return cls(**{member.name: draw(values(cls, member.name, member.shape, depth)) for member in members(cls)})


def values(cls: type[Any], name: str, shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    annotation = next(str(field.type) for field in fields(cls) if field.name == name)
    match shape:
        case Scalar():
            return scalars(annotation)
        case Native():
            return JSON if annotation == "Json" or "Json" in annotation else SCALARS
        case Exact(kind=kind):
            exact = st.fractions() if kind is Fraction else st.decimals(allow_nan=False, allow_infinity=False)
            return exact | st.none() if "None" in annotation else exact
        case Numbers():
            return st.frozensets(st.integers(0, 9), max_size=3)
        case Many(item=item):
            return st.lists(values(cls, name, item, depth - 1), max_size=2 if depth > 0 else 0).map(tuple)
        case Fixed(items=items):
            return st.tuples(*(values(cls, name, item, depth - 1) for item in items))
        case Node(classes=classes):
            usable = classes if depth > 0 else tuple(c for c in classes if not any(_nodes(m.shape) for m in members(c)))
            options = [instances(c, depth - 1) for c in usable or classes]
            return st.one_of(*options, *([st.none()] if "None" in annotation else []))


def _nodes(shape: Shape) -> bool:
    return isinstance(shape, Node)


def scalars(annotation: str) -> st.SearchStrategy[Any]:
    if annotation == "bool":
        return st.booleans()
    if annotation.startswith("int") or "int, int" in annotation:
        return st.integers() if "None" not in annotation else st.integers() | st.none()
    if annotation == "Scalar":
        return SCALARS
    return TEXTS | st.none() if "None" in annotation else TEXTS


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(instances(Plan, 7))
def test_reading_gives_back_what_was_printed(plan: Plan) -> None:
    text = print_plan(plan)
    again = read_plan(text)
    assert again == plan
    assert print_plan(again) == text


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(instances(Tool, 6))
def test_tools_survive(tool: Tool) -> None:
    plan = with_(tools=(tool,))
    assert read_plan(print_plan(plan)) == plan


def with_(**parts: Any) -> Plan:
    return Plan(**{field.name: parts.get(field.name, getattr(EMPTY, field.name)) for field in fields(Plan)})


DATASET = Dataset(
    name="mini", doc="", seed=0, size=10, mix=(), split=Split((), "chain", ()), chains=(), system=None,
    distractors=(0, 4), narrate=Fraction(1, 2), upset=Fraction(0), select="balanced", strength=2, at="m.chain:1:1",
)  # fmt: skip
PERSON = RecordType(
    "Person", (Field("name", DomainType("FullName", "full_name"), face=True), Field("age", StringType()))
)
PAGE = RecordType("Page", (Field("author", PERSON), Field("others", ListType(PERSON, 0, 3), optional=True)))


def test_record_types_are_written_out_once() -> None:
    plan = with_(records=(PERSON, PAGE), tables=(Table("pages", PAGE, "author", None, "a.chain:1:1"),))
    text = print_plan(plan)
    assert text.count("RecordType {") == 2
    assert "row: @Page" in text
    again = read_plan(text)
    assert again == plan
    assert again.tables[0].row is again.records[1]


def test_another_type_of_the_same_name_is_written_out() -> None:
    other = RecordType("Page", (Field("title", StringType()),))
    plan = with_(records=(PAGE,), tables=(Table("pages", other, "title", None, ""), Table("more", PAGE, "", None, "")))
    assert read_plan(print_plan(plan)) == plan


def test_numbers_keep_their_kind() -> None:
    price = DecimalType(Decimal("0.50"), None, 3)
    row = RecordType("Row", (Field("price", price),))
    plan = with_(records=(row,))
    assert "min: 0.50d, places: 3" in print_plan(plan)
    read = read_plan(print_plan(plan)).records[0].fields[0].type
    assert isinstance(read, DecimalType)
    assert isinstance(read.min, Decimal)
    for value in (1, 1.0, True, "1", None):
        found = read_plan(print_plan(with_(tools=(tool(Const(value)),)))).tools[0].requirements[0].when
        assert isinstance(found, Const)
        assert (found.value, type(found.value)) == (value, type(value))


def tool(when: Any) -> Tool:
    return Tool("t", "T", "", None, (), (), (Requirement("p", when),), "{}", StringType(), None, (), (), "x:1:1")


def test_long_records_have_a_line_for_each_field() -> None:
    when = Apply("and", tuple(Apply("eq", (Var(f"parameter_{i}"), Const(f"value {i}"))) for i in range(8)))
    text = print_plan(with_(tools=(tool(when),)))
    assert max(map(len, text.splitlines())) <= 120
    assert 'Apply { function: "eq", arguments: [Var { name: "parameter_3" }, Const { value: "value 3" }] },' in text


def test_shares_are_fractions() -> None:
    split = Split((Share("train", Fraction(4, 5)), Share("test", Fraction(1))), "chain", ())
    plan = with_(datasets=(replace(DATASET, split=split),))
    assert 'Share { name: "train", part: 4/5 }' in print_plan(plan)
    assert read_plan(print_plan(plan)) == plan


GOOD = print_plan(
    with_(
        records=(PERSON, PAGE, RecordType("Kind", (Field("k", EnumType((EnumValue("a"),))),))),
        tools=(tool(Apply("eq", (Var("a"), Const("b")))),),
    )
)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("edition: 1", "edition: ]", "2:12", "a string, a number"),
        ("edition: 1", "editions: 1", "2:3", "a field of Plan"),
        ("edition: 1,", "", "1:1", "Plan lacks `edition`"),
        ("@Person", "@Persona", "15:39", "no record type `Persona`"),
        ("Var { name", "Vase { name", "", "one of Const, Var"),
        ('name: "empty"', 'name: "empty', "3:9", "a string, a number"),
        ("Plan {", "Plane {", "1:1", "Plan belongs here"),
    ],
)
def test_mistakes_are_located(old: str, new: str, place: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(PlanTextError) as caught:
        read_plan(GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(place)
    assert said in caught.value.reason


@pytest.mark.parametrize("text", ["", "null", "Plan", "Plan {", GOOD + "x", GOOD[:-3], "Plan { records: [" * 5000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PlanTextError):
        read_plan(text)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.sampled_from(list(' "{}[],:@\\x1-/')), st.integers(0, 3))
def test_damaged_texts_never_crash(at: int, char: str, gone: int) -> None:
    text = GOOD[:at] + char + GOOD[at + gone :]
    try:
        plan = read_plan(text)
    except PlanTextError as error:
        place = (error.line, error.column)
    else:
        place = (1, 1)
        assert read_plan(print_plan(plan)) == plan
    assert 1 <= place[0] <= text.count("\n") + 1
    assert place[1] >= 1


def test_slots_nest() -> None:
    plan = with_(tools=(tool(Apply("if", (Const(True), Const(None), Apply("f", ())))),))
    assert read_plan(print_plan(plan)) == plan
    assert Slot("a", Const(1)) != Slot("a", Const(2))
