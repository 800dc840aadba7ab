"""Filters: the documented examples, and that what they print is recognised again."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentalign.templates import (
    FILTERS,
    Example,
    Scope,
    check_template,
    compile_template,
    desugar,
    parse_template,
    voiced,
)
from agentalign.templates.filters.dates import STYLES, relative
from agentalign.types import DecimalType, DomainType, IntType, ListType, StringType, TextType, Type, domains, value_at

EXAMPLES = [
    pytest.param(known.name, example, id=f"{known.name}-{example.call}")
    for known in FILTERS.values()
    for example in known.examples
]


def printed(value: object, t: Type, call: str, **more: tuple[object, Type]) -> str:
    scope = Scope({"x": t, **{name: kind for name, (_, kind) in more.items()}})
    found = check_template(parse_template(f"{{{{ x | {call} }}}}"), scope)
    assert not found.issues, found.issues
    return compile_template(desugar(found)).render({"x": value, **{name: given for name, (given, _) in more.items()}})


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_documented_examples_hold(name: str, example: Example) -> None:
    assert example.call.startswith(name)
    assert printed(example.value, example.type, example.call) == example.shown


def test_every_filter_is_documented() -> None:
    for name, known in FILTERS.items():
        assert known.name == name
        assert known.examples
        assert known.doc.endswith(".")


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_documented_examples_are_voiced_if_the_filter_says_so(name: str, example: Example) -> None:
    if FILTERS[name].voices(example.type):
        today = "2027-03-01" if name == "relative" else None
        assert voiced(example.value, example.type, f"It is {example.shown}, they say.", today)


# ------------------------------------------------------------------- what a voicing filter prints is recognised again

DAYS = st.integers(0, domains["date"].size - 1).map(domains["date"].generate)
DATE, TIME, MOMENT = DomainType("Date", "date"), DomainType("Time", "time"), DomainType("DateTime", "date_time")
AROUND = st.sampled_from(
    [("", ""), ("Well, ", "."), ("on ", ", then"), ("(", ")"), ('"', '"'), ("a ", " b"), ("x\n", "\ny")]
)


def check(value: object, t: Type, call: str, around: tuple[str, str], today: str | None = None) -> None:
    text = f"{around[0]}{printed(value, t, call)}{around[1]}"
    assert voiced(value, t, text, today), (value, text)


@given(DAYS, st.sampled_from(sorted(STYLES)), AROUND)
def test_days_come_back(value: str, style: str, around: tuple[str, str]) -> None:
    check(value, DATE, f'day("{style}")', around)


@given(DAYS, DAYS, AROUND)
def test_relative_days_come_back(value: str, today: str, around: tuple[str, str]) -> None:
    check(value, DATE, f'relative("{today}")', around, today)


@given(DAYS, DAYS, DAYS)
def test_another_day_is_not_voiced(value: str, other: str, today: str) -> None:
    assume(value != other)
    for style in ("full", "long", "us", "short", "iso"):
        assert not voiced(other, DATE, f"see you {STYLES[style](value)}", None)
    assume(value[5:] != other[5:])
    assert not voiced(other, DATE, f"see you {relative(value, today)}", today)


@given(st.integers(0, domains["time"].size - 1).map(domains["time"].generate), st.sampled_from(["12", "24"]), AROUND)
def test_times_come_back(value: str, style: str, around: tuple[str, str]) -> None:
    check(value, TIME, f'time("{style}")', around)


@given(
    st.integers(0, domains["date_time"].size - 1).map(domains["date_time"].generate),
    st.sampled_from(["full", "long", "us", "short"]),
    AROUND,
)
def test_moments_come_back(value: str, style: str, around: tuple[str, str]) -> None:
    check(value, MOMENT, f'moment("{style}")', around)
    hour = f"{(int(value[11:13]) + 1) % 24:02d}"
    text = printed(value, MOMENT, f'moment("{style}")')
    assert not voiced(f"{value[:11]}{hour}{value[13:]}", MOMENT, text)


INTS = st.integers(0, 10**7)
CALLS = ["number", "plain", "percent", "words", "ordinal", "duration", 'duration("seconds")', 'count("page")', 'money("USD")',
         'money("JPY")', 'money("CHF")', 'money("ETH")', "number(2)"]  # fmt: skip


@given(INTS, st.sampled_from(CALLS), AROUND)
def test_whole_numbers_come_back(value: int, call: str, around: tuple[str, str]) -> None:
    assume(not (call == "ordinal" and value == 0))
    check(value, IntType(), call, around)


@given(INTS, INTS, st.sampled_from(["number", "plain", 'money("USD")', "ordinal", "number(2)"]))
def test_another_whole_number_is_not_voiced(value: int, other: int, call: str) -> None:
    assume(value != other)
    assert not voiced(other, IntType(), f"it is {printed(value, IntType(), call)} now")


@given(
    st.decimals(0, 10**6, places=2),
    st.sampled_from(["number", "plain", "percent", "number(2)", 'money("USD")', 'money("EUR")', 'money("SEK")']),
    AROUND,
)
def test_decimals_come_back(value: Decimal, call: str, around: tuple[str, str]) -> None:
    check(float(value), DecimalType(), call, around)


@given(st.integers(0, 65_535), AROUND)
def test_amounts_come_back(index: int, around: tuple[str, str]) -> None:
    money = DomainType("Money", "money")
    value = domains["money"].generate(index)
    check(value, money, "money", around)
    other = domains["money"].generate((index + 1) % 65_536)
    assert not voiced(other, money, printed(value, money, "money"))


WORDS = st.lists(st.from_regex(r"[A-Za-z]{1,8}('s)?", fullmatch=True), min_size=1, max_size=6).map(" ".join)
CASES = ["title", "lower", "upper", "capitalize", "sentence", "clause", "article", "possessive", "quote", "spaced"]


@given(WORDS, st.sampled_from(CASES), AROUND)
def test_prose_comes_back(value: str, call: str, around: tuple[str, str]) -> None:
    check(value, TextType(), call, around)


@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["listing", "either", 'join("; ")']), AROUND)
def test_lists_come_back(value: list[str], call: str, around: tuple[str, str]) -> None:
    check(value, ListType(StringType(), 1), call, around)


@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from(["listing", "either"]))
def test_a_list_with_one_more_item_is_not_voiced(value: list[str], call: str) -> None:
    t = ListType(StringType(), 1)
    assert not voiced([*value, "Zzyzx Qqqq"], t, printed(value, t, call))


@pytest.mark.parametrize("key", sorted(domains))
def test_values_of_every_domain_are_voiced_as_they_are_and_not_by_another(key: str) -> None:
    t = DomainType("D", key)
    values = [value_at(t, index) for index in range(min(domains[key].size, 12))]
    for value, other in pairwise(values):
        assert voiced(value, t, f"Use {value}, please.")
        assert voiced(value, t, f'{{"x": "{value}"}}')
        assert not voiced(other, t, f"Use {value}, please."), (other, value)


UNCODED = {"postal_address"}  # people leave its last part out


@pytest.mark.parametrize("key", [key for key in sorted(domains) if domains[key].identifier and key not in UNCODED])
def test_an_identifier_is_not_voiced_by_a_longer_one(key: str) -> None:
    t = DomainType("D", key)
    value = str(value_at(t, 0))
    assert not voiced(value, t, f"Use a{value}z, please.")
    assert not voiced(value, t, f"Use {value}9x, please.")


NAMES = st.integers(0, 65_535).map(domains["full_name"].generate)


@given(NAMES, st.sampled_from(["lower", "upper", "possessive", "quote"]), AROUND)
def test_names_come_back_in_any_case(value: str, call: str, around: tuple[str, str]) -> None:
    check(value, DomainType("FullName", "full_name"), call, around)


@given(st.integers(0, 65_535).map(lambda index: domains["phone"].generate(index % domains["phone"].size)), AROUND)
def test_phone_numbers_come_back(value: str, around: tuple[str, str]) -> None:
    check(value, DomainType("Phone", "phone"), "phone", around)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("I think so.", "I think so"), ("Nils is late.", "Nils is late"), ("NASA is late", "NASA is late"), ("A dog.", "a dog"),
     ("Monday works", "Monday works"), ("Wait...", "wait..."), ("", "")],
)  # fmt: skip
def test_a_clause_keeps_names_and_initials(value: str, shown: str) -> None:
    assert printed(value, TextType(), "clause") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("hour", "an hour"), ("university", "a university"), ("European plug", "a European plug"), ("FBI file", "an FBI file"),
     ("URL", "a URL"), ("uninvited guest", "an uninvited guest"), ("one-off", "a one-off"), ("house", "a house"),
     ("8-hour shift", "an 8-hour shift"), ("useful tip", "a useful tip"), ("umbrella", "an umbrella")],
)  # fmt: skip
def test_articles_follow_the_sound(value: str, shown: str) -> None:
    assert printed(value, TextType(), "article") == shown


@pytest.mark.parametrize(
    ("value", "base", "shown"),
    [("2027-03-01", "2027-03-01", "today"), ("2027-03-02", "2027-03-01", "tomorrow"), ("2027-02-28", "2027-03-01", "yesterday"),
     ("2027-03-07", "2027-03-01", "this Sunday"), ("2027-03-08", "2027-03-01", "next Monday"),
     ("2027-03-05", "2027-03-07", "last Friday"), ("2027-03-22", "2027-03-01", "in 3 weeks"),
     ("2027-04-13", "2027-03-01", "in 43 days")],
)  # fmt: skip
def test_relative_days(value: str, base: str, shown: str) -> None:
    assert relative(value, base) == shown
