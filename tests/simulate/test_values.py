"""Arithmetic, functions, selections and made-up values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.check.functions import FUNCTIONS
from agentalign.ir import (
    Apply,
    Const,
    Entry,
    Expr,
    Fresh,
    Get,
    Index,
    Invent,
    Json,
    Lexicon,
    MakeList,
    MakeRecord,
    Select,
    Slot,
    Text,
    Var,
)
from agentalign.simulate import clock
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.fresh import decimal_between, int_between, maker, new_id, picker
from agentalign.simulate.functions import EAGER
from agentalign.simulate.numbers import divide, multiply, plus, rounded, subtract
from agentalign.simulate.rows import MOST_ROWS
from agentalign.simulate.state import State
from agentalign.types import (
    DomainType,
    EnumType,
    EnumValue,
    IntType,
    ListType,
    NullableType,
    Stream,
    StringType,
    Type,
    conforms,
    domains,
)
from simulate.plans import ACCOUNT, ITEM, PAGE, PLAN, call

EXPRESSIONS = Expressions(Index(PLAN))
CENTS = st.integers(-10_000_000, 10_000_000).map(lambda n: n / 100)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def state(key: str = "k") -> State:
    return State(Stream(key), 1_790_000_000, {})


def value(e: Expr, **names: Json) -> Json:
    return EXPRESSIONS.compile(e)(names, state())


# --------------------------------------------------------------------------------------------------------- arithmetic


@given(CENTS, CENTS)
def test_sums_of_money_have_no_noise(a: float, b: float) -> None:
    exact = Decimal(str(a)) + Decimal(str(b))
    assert plus(a, b) == float(exact)
    assert subtract(a, b) == float(Decimal(str(a)) - Decimal(str(b)))
    assert len(repr(plus(a, b)).partition(".")[2]) <= 2


@given(CENTS, st.integers(-1000, 1000))
def test_products_are_exact(a: float, b: int) -> None:
    assert multiply(a, b) == float(Decimal(str(a)) * b)
    assert divide(multiply(a, b), b) == (a if b else None)


@given(NUMBERS, NUMBERS)
def test_numbers_stay_numbers_of_json(a: float, b: float) -> None:
    for found in (plus(a, b), subtract(a, b), multiply(a, b), divide(a, b), rounded(a, 2)):
        assert found is None or abs(found) < float("inf") or isinstance(found, int)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (plus(0.1, 0.2), 0.3),
        (plus(1.5, 1.5), 3),
        (multiply(19.99, 3), 59.97),
        (divide(10, 4), 2.5),
        (divide(100, 3), 33.33333333),
        (divide(0.012, 5), 0.0024),
        (multiply(19.99, 0.5), 9.995),
        (multiply(0.012, 3), 0.036),
        (multiply(250, 0.029), 7.25),
        (divide(1, 0), None),
        (rounded(2.345, 2), 2.35),
        (rounded(2.5, 0), 3),
        (rounded(7, 2), 7),
    ],
)
def test_arithmetic(found: Any, wanted: Any) -> None:
    assert found == wanted
    assert type(found) is type(wanted)


# ---------------------------------------------------------------------------------------------------------- functions


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(EAGER)), st.lists(ANY, min_size=2, max_size=2))
def test_functions_are_total(name: str, arguments: list[Json]) -> None:
    wanted = 1 if name in ONE else 2
    found = EAGER[name](*arguments[:wanted])
    assert found in arguments or found is None or isinstance(found, bool | int | float | str | list)


CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("eq", (1, 1.0), True),
    ("eq", (1, True), False),
    ("ne", ("a", "b"), True),
    ("lt", ("2026-01-01", "2026-02-01"), True),
    ("lt", (None, 1), False),
    ("ge", (2, 2), True),
    ("in", ("a", ["a"]), True),
    ("in", ("a", "cat"), True),
    ("not_in", (3, [1]), True),
    ("add", ("a", "b"), "ab"),
    ("add", ([1], [2]), [1, 2]),
    ("add", ("n", 1), "n1"),
    ("neg", (2,), -2),
    ("count", ([1, 2],), 2),
    ("contains", ("concert", "cert"), True),
    ("starts_with", ("concert", "con"), True),
    ("contains_any", ("concert", ["x", "cert"]), True),
    ("contains_any", ("concert", []), False),
    ("starts_with_any", ("concert", ["cert", "con"]), True),
    ("starts_with_any", ("concert", ["cert"]), False),
    ("join", ([1, "a"], "-"), "1-a"),
    ("round", (2.55, 1), 2.6),
    ("round", (2.5,), 3),
    ("min", (3, 2), 2),
    ("max", (3, None), 3),
    ("length", ("abc",), 3),
    ("slug", ("Spring Fair, 2027!",), "spring-fair-2027"),
    ("slug", ("!",), "item"),
    ("sum", ([{"p": 0.1}, {"p": 0.2}], "p"), 0.3),
    ("sum", ([1, 2],), 3),
    ("text", (2.0,), "2"),
    ("text", (True,), "true"),
    ("text", (None,), ""),
    ("reference", ("or_1",), "or_1"),
    ("host", ("https://u@shop.example.org:8080/a?b",), "shop.example.org"),
    ("host", ("git@git.example.org:a/b.git",), "git.example.org"),
    ("file_name", ("/srv/a/notes.txt",), "notes.txt"),
    ("folder", ("/srv/a/notes.txt",), "/srv/a"),
    ("folder", ("/notes",), "/"),
]
ONE = {"neg", "count", "lower", "upper", "length", "slug", "reference", "text", "host", "file_name", "folder"}


@pytest.mark.parametrize(("name", "arguments", "wanted"), CASES)
def test_functions(name: str, arguments: tuple[Any, ...], wanted: Any) -> None:
    assert EAGER[name](*arguments) == wanted
    names = {f"x{n}": argument for n, argument in enumerate(arguments)}
    assert value(Apply(name, tuple(Var(x) for x in names)), **names) == wanted


def test_every_function_of_the_language_is_there() -> None:
    assert set(FUNCTIONS) <= set(EAGER) | {"take", "sample"}


def test_operands_are_not_evaluated_in_vain() -> None:
    boom = Var("nobody")
    assert value(call("and", Const(False), boom)) is False
    assert value(call("or", Const(True), boom)) is True
    assert value(call("if", Const(False), boom, Const(1))) == 1
    assert value(call("and", Const("there"), Const(None))) is False
    assert value(call("present", Const(False))) is True
    assert value(call("not", Const(None))) is True


# ---------------------------------------------------------------------------------------------------------- selections

ROWS = st.lists(st.fixed_dictionaries({"n": st.integers(0, 5), "p": st.none() | st.integers(0, 3)}), max_size=6)


@given(ROWS, st.sampled_from(["min", "max"]))
def test_extremes_are_the_first_of_their_kind(rows: list[Any], how: Any) -> None:
    found = value(Select(how, "p", Var("rows"), None), rows=rows)
    known = [row for row in rows if row["p"] is not None]
    if not known:
        assert found is (rows[0] if rows else None)
    else:
        best = (min if how == "min" else max)(row["p"] for row in known)
        assert found is next(row for row in known if row["p"] == best)


@given(ROWS)
def test_where_sees_the_row(rows: list[Any]) -> None:
    where = call("gt", Get(Var("@row"), "n"), Var("least"))
    kept = [row for row in rows if row["n"] > 2]
    assert value(Select("all", None, Var("rows"), where), rows=rows, least=2) == kept
    assert value(Select("first", None, Var("rows"), where), rows=rows, least=2) == (kept[0] if kept else None)
    assert value(Select("last", None, Var("rows"), where), rows=rows, least=2) == (kept[-1] if kept else None)


@given(st.lists(st.integers(), max_size=8), st.integers(-2, 10), st.text(max_size=3))
def test_take_and_sample(rows: list[int], n: int, key: str) -> None:
    listed = [{"n": row} for row in rows]
    w = state(key)
    assert EXPRESSIONS.compile(call("take", Var("rows"), Const(n)))({"rows": listed}, w) == listed[: max(n, 0)]
    sampled: Any = EXPRESSIONS.compile(call("sample", Var("rows"), Const(n)))({"rows": listed}, w)
    assert len(sampled) == min(max(n, 0), len(rows))
    assert all(any(row is one for one in listed) for row in sampled)
    assert len({id(row) for row in sampled}) == len(sampled)


def test_planted_rows_are_taken_first() -> None:
    w = state()
    rows: list[Any] = [{"n": n} for n in range(6)]
    for row in (rows[4], rows[2]):
        w.plant("t", row["n"], row)
    assert w.take(rows, 3) == [rows[0], rows[2], rows[4]]
    assert {row["n"] for row in w.sample(rows, 2)} == {2, 4}  # type: ignore[index,call-overload]
    changed = {"n": 4, "seen": True}
    w.put("t", 4, changed)
    assert changed in w.take([*rows[:4], changed], 2)


# ------------------------------------------------------------------------------------------------------ made-up values

MADE: list[Type] = [
    PAGE, ITEM.fields[2].type, ACCOUNT, NullableType(IntType(3, 9)), ListType(DomainType("Email", "email"), 1, 3),
    EnumType((EnumValue("a"), EnumValue("b"))), StringType(pattern=r"[A-Z]{2}-\d{3}"),
]  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from([t for t in MADE if t is not PAGE]), st.text(max_size=4))
def test_made_up_values_conform(t: Type, key: str) -> None:
    found = maker(t)(Stream(key))
    assert found is not None
    assert conforms(found, t) is None


def test_a_type_without_values_makes_none() -> None:
    with pytest.raises(ValueError, match="no values"):
        maker(StringType())


@given(st.text(max_size=5))
def test_ids(key: str) -> None:
    found = new_id("msg", Stream(key))
    assert found.startswith("msg_")
    assert len(found) == 12
    assert not set(found[4:]) & set("aeiou")
    assert new_id("", Stream(key)) == found[4:]
    assert new_id("#", Stream(key)) == f"#{found[4:]}"


@given(st.integers(-99, 99), st.integers(-99, 99), st.text(max_size=3))
def test_ranges_include_their_ends(low: int, high: int, key: str) -> None:
    found = int_between(low, high, Stream(key))
    assert low <= found <= max(low, high)
    price = decimal_between(low, high, Stream(key))
    assert low <= price <= max(low, high)
    assert rounded(price, 2) == price


def lexicon(*weights: int) -> Lexicon:
    return Lexicon("l", StringType(), tuple(Entry(f"v{n}", weight, ()) for n, weight in enumerate(weights)), "")


@given(st.integers(1, 8), st.text(max_size=3))
def test_even_lexicons_do_not_repeat_before_they_are_through(size: int, key: str) -> None:
    w, pick = state(key), picker(lexicon(*[1] * size))
    for _ in range(2):
        assert {pick({}, w) for _ in range(size)} == {f"v{n}" for n in range(size)}


def test_weights_count() -> None:
    w, pick = state(), picker(lexicon(1, 0, 9))
    found = [pick({}, w) for _ in range(1000)]
    assert "v1" not in found
    assert 50 < found.count("v0") < 160


def invent(low: Expr, high: Expr) -> Any:
    row = MakeRecord("Item", (Slot("id", Fresh("id")), Slot("name", Text("n")), Slot("price", Const(1))))
    return value(Invent("items", Const("x"), low, high, row))


@given(st.integers(0, 5), st.integers(0, 5))
def test_as_many_rows_as_asked_for(low: int, more: int) -> None:
    assert low <= len(invent(Const(low), Const(low + more))) <= low + more


@pytest.mark.parametrize(("low", "high", "count"), [(10**9, 10**9, MOST_ROWS), (-5, -3, 0), (None, None, 0)])
def test_no_argument_makes_endless_rows(low: Any, high: Any, count: int) -> None:
    assert len(invent(Const(low), Const(high))) == count


def test_keys_are_not_invented_twice() -> None:
    row = MakeRecord("Item", (Slot("id", Fresh("int", arguments=(Const(1), Const(3)))), Slot("name", Const("n"))))
    rows: Any = value(Invent("items", Const("x"), Const(9), Const(9), row))
    assert sorted(row["id"] for row in rows) == [1, 2, 3]


def test_lists_and_absent_fields() -> None:
    assert value(MakeList((Const(1), Var("x"))), x="y") == [1, "y"]
    page = MakeRecord("Page", (Slot("title", Const("t")), Slot("contact", Const(None)), Slot("note", Var("note"))))
    assert value(page, note=None) == {"title": "t", "contact": None}
    assert value(page, note="n") == {"title": "t", "contact": None, "note": "n"}
    assert value(Get(Const(None), "x")) is None


def test_a_field_says_nothing_about_rounding() -> None:
    """What a person said stays as it is: 0.012 of a coin is not 0.01."""
    item = MakeRecord("Item", (Slot("price", Var("amount")), Slot("name", call("sub", Const(0.05), Var("amount")))))
    assert value(item, amount=0.012) == {"price": 0.012, "name": 0.038}


# -------------------------------------------------------------------------------------------------------------- clock


@given(st.text(max_size=6))
def test_cases_play_in_working_hours(key: str) -> None:
    seconds = clock.start(Stream(key))
    assert conforms(clock.now(seconds), DomainType("DateTime", "date_time")) is None
    assert "2026-07-01" <= clock.today(seconds) <= "2026-12-20"
    assert (seconds // 86_400 + 3) % 7 < 5


@pytest.mark.parametrize("key", ["past_date", "past_date_time"])
def test_what_is_over_is_over_on_every_clock(key: str) -> None:
    domain = domains[key]
    assert max(domain.generate(index) for index in range(domain.size)) < "2026-07-01"
    assert all(domains[domain.wider or ""].validate(domain.generate(index)) is None for index in range(0, 999, 7))


@given(st.integers(-(10**9), 10**12) | st.floats(allow_nan=False) | st.none() | st.text())
def test_later_moments_are_moments(minutes: Any) -> None:
    found = clock.now(clock.after(1_790_000_000, minutes))
    assert conforms(found, DomainType("DateTime", "date_time")) is None


def test_after() -> None:
    assert clock.now(clock.after(0, 90)) == "1970-01-01T01:30:00Z"
    assert clock.now(clock.after(0, -0.5)) == "1969-12-31T23:59:30Z"
