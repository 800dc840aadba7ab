"""What a text states, and whether evidence bears it out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates import claims, unsupported
from agentalign.templates.filters.dates import STYLES
from agentalign.templates.filters.numbers import amount, number
from agentalign.templates.readoff import FRAGMENTS
from agentalign.types import domains


def stated(text: str) -> list[tuple[str, str]]:
    return [(claim.kind, claim.text) for claim in claims(text)]


@pytest.mark.parametrize(
    ("text", "kind", "slice_"),
    [
        ("Mail ana@example.org.", "email", "ana@example.org"),
        ("See https://example.org/a?b=1.", "url", "https://example.org/a?b=1"),
        ("Ping @amber_fox today.", "handle", "@amber_fox"),
        ("Open /srv/data/a.csv, please", "path", "/srv/data/a.csv"),
        ("Open ~/notes.txt.", "path", "~/notes.txt"),
        ("On 5 March 2027 we go", "date", "5 March 2027"),
        ("On March 5th, 2027 we go", "date", "March 5th, 2027"),
        ("On the 5th of March.", "date", "5th of March"),
        ("By 2027-03-05.", "date", "2027-03-05"),
        ("At 7:30 pm.", "time", "7:30 pm"),
        ("At 19:30.", "time", "19:30"),
        ("It costs $1,200.50.", "amount", "$1,200.50"),
        ("It costs 1,200 EUR.", "amount", "1,200 EUR"),
        ("Order AB-1234 came.", "identifier", "AB-1234"),
        ("Hash 0xdb84a1df971b8d90.", "identifier", "0xdb84a1df971b8d90"),
        ("Call +1 608-555-0177.", "phone", "+1 608-555-0177"),
        ("To AT35 9990 0000 4743 8661.", "account", "AT35 9990 0000 4743 8661"),
        ("I found 12.", "number", "12"),
        ("It fell 12.5%.", "number", "12.5%"),
        ("Ask Ana Koskinen first.", "name", "Ana Koskinen"),
    ],
)
def test_claims_are_found(text: str, kind: str, slice_: str) -> None:
    assert stated(text) == [(kind, slice_)]
    (claim,) = claims(text)
    assert text[claim.start : claim.end] == slice_


@pytest.mark.parametrize(
    "text", ["Dear all, thank you and/or sorry.", "The New Year is near. Best Regards", "", "May I?"]
)
def test_plain_prose_claims_nothing(text: str) -> None:
    assert claims(text) == ()
    assert unsupported(text, "") == ()


EVIDENCE = json.dumps(
    {
        "name": "Ana Koskinen",
        "email": "ana.koskinen@example.org",
        "on": "2027-03-05",
        "at": "19:30",
        "total": 1200,
        "rate": 12.5,
        "url": "https://example.org/a/b",
        "phone": "+16085550177",
        "iban": "AT359990000047438661",
        "order": "AB-1234",
        "path": "/srv/data/a.csv",
        "wallet": "0xEe86D54E8dF12A5C15710E5d76e300206bF5F715",
    }
)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("on 5 March 2027", "on 6 March 2027"),
        ("on March 5", "on May 5"),
        ("the 5th of March", "the 5th of April"),
        ("Friday, 5 March 2027", "5 March 2028"),
        ("March 2027", "April 2027"),
        ("at 7:30 pm", "at 7:30 am"),
        ("at 19:30", "at 19:31"),
        ("$1,200", "$1,201"),
        ("1,200.00 USD", "1,200.50 USD"),
        ("$1.2k", "$1.3k"),
        ("12.5%", "13.5%"),
        ("1200 times", "120 times"),
        ("ana.koskinen@example.org", "koskinen@example.org"),
        ("https://example.org/a/b", "https://example.org/a"),
        ("+1 608-555-0177", "+1 608-555-0178"),
        ("(608) 555-0177", "(608) 555-0178"),
        ("AT35 9990 0000 4743 8661", "AT35 9990 0000 4743 8662"),
        ("AB-1234", "AB-123"),
        ("/srv/data/a.csv", "/srv/dat"),
        ("0xEe86D54E8dF12A5C15710E5d76e300206bF5F715", "0xEe86D54E8dF12A5C15710E5d76e300206bF5F716"),
        ("Ana Koskinen's", "Bo Koskinen"),
    ],
)
def test_support_is_by_value(true: str, false: str) -> None:
    assert unsupported(f"Well, {true}, and done.", EVIDENCE) == ()
    found = unsupported(f"Well, {false}, and done.", EVIDENCE)
    assert found
    assert found[0].text in false


def test_what_is_said_twice_needs_only_one_proof() -> None:
    assert unsupported("12 of 12", "[12]") == ()


@given(st.integers(0, 300), st.integers(1, 99_999), st.sampled_from(sorted(STYLES)))
def test_formatted_values_are_supported_by_raw_ones(day: int, value: int, style: str) -> None:
    on = domains["date"].generate(day)
    text = f"We meet {STYLES[style](on)} and pay {amount(value, 'USD')}, that is {number(value)} in all."
    assert unsupported(text, json.dumps({"on": on, "value": value})) == ()
    assert unsupported(text, json.dumps({"on": on, "value": value + 100_000}))


@given(st.text(max_size=120), st.text(max_size=60))
def test_any_text_can_be_searched(text: str, evidence: str) -> None:
    found = claims(text)
    for claim in found:
        assert text[claim.start : claim.end] == claim.text
    assert set(unsupported(text, evidence)) <= set(found)


@given(st.text(alphabet="abA12 .,@/-:$", max_size=60))
def test_a_text_supports_itself(text: str) -> None:
    assert unsupported(text, text) == ()


PARTS = [(key, part) for key, domain in domains.items() for part in domain.parts if (key, part) not in FRAGMENTS]


@pytest.mark.parametrize(("key", "part"), PARTS)
@pytest.mark.parametrize("evidence", ["Use {}, please.", '{{"x":"{}","y":1}}'])
def test_who_says_a_value_says_its_parts(key: str, part: str, evidence: str) -> None:
    for index in range(0, min(domains[key].size, 400), 19):
        value = domains[key].generate(index)
        shown = domains[key].parts[part].read(value)
        assert unsupported(f"We use {shown}, as agreed.", evidence.format(value)) == ()


def test_what_is_no_part_is_made_up() -> None:
    (found,) = unsupported("It is in /home/ana.", "Look at /home/ana2/notes.md.")
    assert found.text == "/home/ana"
    assert unsupported("It took 14 steps.", "Today's date: 2026-09-14")
