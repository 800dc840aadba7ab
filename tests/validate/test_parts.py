"""The parts of validation that stand on their own."""

from __future__ import annotations

import re

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.ir import Apply, Breakdown, Clock, Const, Expr, Get, Part, Select, Text, Var
from agentalign.source import Source
from agentalign.types import BrandedType, DomainType, Field, ListType, NullableType, RecordType, StringType, conforms
from agentalign.validate import Finding, diagnostic
from agentalign.validate.derived import Constants, derives
from agentalign.validate.evidence import Evidence, add_lengths, stands
from agentalign.validate.finding import place_of
from agentalign.validate.leaves import deep
from agentalign.validate.prose import name_finder, slips, spotless

# --------------------------------------------------------------------------------------------------------- findings


def test_a_finding_becomes_a_diagnostic_at_its_line() -> None:
    source = Source("demo/a.chain", "edition 1\ntool x {\n}\n")
    finding = Finding("E1002", "wrong arguments", "demo/a.chain:2:6", "/messages/2")
    found = diagnostic(finding, "ab", {"demo/a.chain": source}.get)
    assert found.location is not None
    assert (str(found.location), found.location.text) == ("demo/a.chain:2:6", "x {")
    assert found.notes == ("in record ab, /messages/2",)
    alone = diagnostic(finding, "ab", lambda _: None)
    assert (alone.location, alone.notes[1]) == (None, "it goes back to demo/a.chain:2:6")
    assert diagnostic(Finding("E1009", "twice"), "", lambda _: None).notes == ()


@pytest.mark.parametrize(
    ("at", "place"),
    [("", ("", 0, 0)), ("a.chain", ("", 0, 0)), ("a:b:3:4", ("a:b", 3, 4)), (":1:1", ("", 0, 0))],
)
def test_positions_are_taken_apart(at: str, place: tuple[str, int, int]) -> None:
    assert place_of(at) == place


def test_a_breakdown_is_a_finding() -> None:
    finding = Finding.breakdown(Breakdown("sent", "invalid_arguments", "`to` is missing", "a.chain:1:1"))
    assert finding.code == "E1015"
    assert finding.at == "a.chain:1:1"
    assert "`to` is missing" in finding.message
    assert finding.as_json()["message"] == finding.message


# ------------------------------------------------------------------------------------------------------------ values

EMAIL = DomainType("Email", "email")
RECORD = RecordType(
    "R", (Field("who", EMAIL), Field("all", ListType(NullableType(EMAIL))), Field("note", StringType()))
)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"who": "a@example.org", "all": [None], "note": "x"}, None),
        ({"who": ".a@example.org", "all": [], "note": "x"}, "/who"),
        ({"who": "a@example.org", "all": ["a@example.org", "a..b@example.org"], "note": "x"}, "/all/1"),
    ],
)
def test_what_no_schema_can_say_is_tested(value: object, reason: str | None) -> None:
    test = deep(RECORD)
    assert test is not None
    found = test(value)
    assert found is None if reason is None else found is not None and found.startswith(f"{reason}: ")
    assert (found is None) == (conforms(value, RECORD) is None)


def test_nothing_is_tested_where_the_schema_says_it_all() -> None:
    assert deep(RecordType("R", (Field("a", ListType(StringType(pattern="a"))),))) is None
    assert deep(BrandedType("Id", "platform", variants=(("x", StringType()),))) is None
    assert deep(BrandedType("Id", "network", variants=(("x", EMAIL),))) is not None


@settings(deadline=None)
@given(st.text("ab1.,@/_- \n", max_size=14), st.text("ab1", min_size=1, max_size=2))
def test_a_value_stands_as_a_whole(text: str, value: str) -> None:
    joints = r"[.+\-@/\\]"
    whole = rf"(?<![^\W_])(?<!_)(?<![^\W_]{joints}){re.escape(value)}(?![^\W_]|_)(?!{joints}[^\W_])"
    assert stands(value, text) == (re.search(whole, text) is not None)


def test_numbers_of_a_list_stand_alone() -> None:
    assert stands("500", "[1,500,2.5]")
    assert not stands("2", "[1,500,2.5]")


def test_lengths_of_all_lists() -> None:
    lengths: set[int] = set()
    add_lengths({"a": [1, 2, 3], "b": {"c": [[], [{"d": [5]}]]}}, lengths)
    assert lengths == {0, 1, 2, 3}


def test_computed_strings_consist_of_known_words() -> None:
    evidence = Evidence("", "Save the Spring List as PDF", Constants(frozenset(), ".pdf"))
    assert evidence.spells("spring-list.pdf")
    assert not evidence.spells("autumn-list.pdf")


def test_a_script_may_use_words_with_digits_and_an_answer_may_not() -> None:
    evidence = Evidence("", "Write a script that lists certificates.", Constants(frozenset(), ""))
    assert evidence.written("openssl x509 -in all.pem | sha256sum") == ()
    assert evidence.written("openssl x509 | grep AB000731") == ("AB000731",)
    assert evidence.claims("I used x509.") == ("x509",)


@pytest.mark.parametrize("gap", ["\n", "\t"])
def test_lines_and_columns_of_a_result_stand_for_themselves(gap: str) -> None:
    printed = f"5.4G{gap}/srv/backup"
    evidence = Evidence("", "Tell me what is large.", Constants(frozenset(), ""))
    assert evidence.claims(printed) != ()
    evidence.add(orjson.dumps({"output": printed}).decode())
    assert evidence.claims(printed) == ()
    assert evidence.says("/srv/backup")


def test_wire_names_are_told_from_paths_and_addresses() -> None:
    find = name_finder(("web_find", "web_find_all"))
    assert find("I use web_find_all, not web_find.") == "web_find_all"
    assert find("see /tools/web_find.py and web_find@example.org") is None
    assert find("web find") is None
    assert name_finder(("sendMail",))("I sendMail now") == "sendMail"
    assert name_finder(())("anything") is None


@pytest.mark.parametrize(
    ("expr", "computed"),
    [
        (Var("a"), False),
        (Var("total"), True),
        (Get(Get(Var("page"), "site"), "url"), False),
        (Get(Var("total"), "x"), True),
        (Part(Var("who"), "full_name", "first"), True),
        (Text("{{ who }}"), True),
        (Apply("add", (Var("a"), Const(1))), True),
        (Apply("if", (Apply("eq", (Var("total"), Const(1))), Var("a"), Var("b"))), False),
        (Apply("if", (Var("a"), Var("total"), Var("b"))), True),
        (Apply("reference", (Var("a"),)), False),
        (Apply("take", (Var("total"), Const(1))), True),
        (Select("min", "price", Var("rows"), Apply("gt", (Var("total"), Const(1)))), False),
        (Clock("today"), False),
        (Clock("after", Const(5)), True),
    ],
)
def test_what_is_computed(expr: Expr, computed: bool) -> None:
    assert derives(expr, {"total"}) == computed


@given(st.lists(st.text("ab \n\"'.,_{", min_size=1, max_size=8), max_size=3))
def test_one_look_at_all_texts_overlooks_nothing(texts: list[str]) -> None:
    if spotless(texts, "\n".join(texts)):
        assert [slips(text, iter(()), named=False) for text in texts] == [()] * len(texts)
