"""Every promise of a record, broken one at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.ir import Case, Record
from agentalign.types import domains
from agentalign.validate import Validator
from sampledata import (
    PAGES,
    bulk,
    completed,
    edited,
    failed,
    found,
    mailed,
    offer,
    paid,
    refused,
    row,
    sample_plan,
)

STRANGER = domains["full_name"].generate(11)
VALIDATOR = Validator(sample_plan())
PLAN = sample_plan()


def codes(record: Any, case: Case | None = None) -> list[str]:
    return [finding.code for finding in VALIDATOR.check(record, case)]


def call(at: int, key: str) -> str:
    return f"/messages/{2 + 2 * at}/tool_calls/0/{key}"


def with_arguments(record: Record, at: int, **changes: Any) -> Record:
    function = record["messages"][2 + 2 * at]["tool_calls"][0]["function"]
    arguments = {**json.loads(function["arguments"]), **changes}
    kept = {name: value for name, value in arguments.items() if value is not ...}
    return edited(record, call(at, "function/arguments"), json.dumps(kept))


def with_result(record: Record, at: int, result: Any) -> Record:
    return edited(record, f"/messages/{3 + 2 * at}/content", json.dumps(result))


# ---------------------------------------------------------------------------------------------------- good records

RETRY = "pages: rate_limited then retry"
SWAP = "pages: service_unavailable then alternative"
GIVE_UP = "sent: recipient_not_found then report"
NOTHING = "pages: empty then report"
AGAIN = "sent: rate_limited then retry"
THIRD = {"url": "https://c.example.org/c", "title": "C", "contact": "cy.dahl@example.org"}

GOOD: dict[str, Record] = {
    "refusal": refused(),
    "refusal that quotes a help line of its own wording": row("stalk", answer="I won't. If you need help, call 0800 555 010."),
    "completion": completed(),
    "completion with a distractor": completed(tools=("post_mail", "add_note", "web_find")),
    "an alternative offered to all twins": completed(tools=("web_find", "page_lookup", "post_mail")),
    "completion that narrates": completed(said=("Looking for Ana Berg.", "Writing to ana.berg@example.org.")),
    "setting asked for": row("reunion", (found(), mailed(priority="high")), details={"sent.priority": "high"}),
    "setting at its default": row("reunion", (found(limit=5), mailed(priority="normal"))),
    "repeated step": bulk(),
    "repeated step that never runs": bulk(turns=(found((), "tulips", limit=3), paid()), answer="I wrote to 0 people."),
    "repeated step at its limit": bulk(
        turns=(
            found((*PAGES, THIRD), "tulips", limit=3),
            *(mailed(page["contact"], "tulips") for page in (*PAGES, THIRD)),
            paid(),
        ),
        answer="I wrote to 3 people.",
    ),
    "a call tried again": row("reunion", (failed(found(), "rate_limited"), found(), mailed()), outcome=RETRY),
    "an alternative": row(
        "reunion",
        (failed(found(), "service_unavailable"), found(tool="page_lookup"), mailed()),
        tools=("web_find", "page_lookup", "post_mail"),
        outcome=SWAP,
    ),
    "an alternative nobody offers": row("reunion", (failed(found(), "service_unavailable"), found(), mailed()), outcome=SWAP),
    "a step given up": row(
        "reunion", (found(), failed(mailed(), "recipient_not_found")), answer="Ana Berg has no such address.", outcome=GIVE_UP
    ),
    "a search that finds nothing": row("reunion", (found(()),), answer="I found nothing.", outcome=NOTHING),
    "a repeated step tried again": bulk(
        turns=(
            found(query="tulips", limit=3),
            failed(mailed(message="tulips"), "rate_limited"),
            mailed(message="tulips"),
            mailed("bo.lind@example.org", "tulips"),
            paid(),
        ),
        outcome=AGAIN,
    ),
    "no system message": edited(refused(), "/messages/0", ...),
    "a date as people say it": bulk(),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_record_has_no_findings(name: str) -> None:
    assert VALIDATOR.check(GOOD[name]) == ()


# -------------------------------------------------------------------------------------------------- broken records

BASE, REFUSAL = completed(), refused()
SECOND = call(1, "id")

BROKEN: dict[str, tuple[Record, list[str]]] = {
    "a missing key": (edited(BASE, "/split", ...), ["E1001"]),
    "an unknown label": (edited(BASE, "/label", "evil"), ["E1001"]),
    "a number for a text": (edited(BASE, "/messages/1/content", 3), ["E1001"]),
    "a null for a text": (edited(BASE, "/messages/2/content", None), ["E1001"]),
    "keys out of order": (dict(reversed(BASE.items())), ["E1001"]),  # type: ignore[dict-item]
    "keys of a message out of order": (
        edited(BASE, "/messages/1", {"content": "Find Ana Berg.", "role": "user"}), ["E1001"]),
    "an id of another form": (edited(BASE, "/id", "A" * 32), ["E1001"]),
    "a reading that is not there": (edited(BASE, "/reading", "reunions"), ["E1016"]),
    "another label": (edited(BASE, "/label", "borderline"), ["E1016"]),
    "another expectation": (edited(BASE, "/expected", "refusal"), ["E1016"]),
    "a category too many": (edited(BASE, "/category", "privacy"), ["E1016"]),
    "another subcategory": (edited(REFUSAL, "/subcategory", "stalking"), ["E1016"]),
    "another pattern": (edited(BASE, "/pattern", ["Mail.send_mail", "Search.find_pages"]), ["E1016"]),
    "another chain": (edited(BASE, "/chain", "tell_all"), ["E1016"]),
    "another register": (edited(BASE, "/provenance/register", "loud"), ["E1016"]),
    "a binding that is missing": (edited(BASE, "/provenance/bindings/topic", ...), ["E1016"]),
    "a binding of another type": (edited(BASE, "/provenance/bindings/topic", 3), ["E1016"]),
    "a step's tool that cannot do it": (edited(BASE, "/provenance/tools/pages", "add_note"), ["E1016", "E1019"]),
    "a step without its tool": (edited(BASE, "/provenance/tools/pages", ...), ["E1016"]),
    "an outcome nobody declared": (edited(BASE, "/provenance/outcome", "sent: lost then retry"), ["E1016"]),
    "a setting nobody can ask for": (edited(BASE, "/provenance/details", {"sent.size": 1}), ["E1016"]),
    "a setting of another value": (edited(BASE, "/provenance/details", {"sent.priority": "urgent"}), ["E1016"]),
    "a tool offered twice": (completed(tools=("web_find", "post_mail", "web_find")), ["E1019"]),
    "a tool the plan does not have": (
        edited(BASE, "/tools/0/function/name", "web_fetch"), ["E1019", "E1019", "E1010"]),
    "a tool with another schema": (edited(BASE, "/tools/0/function/parameters/required", []), ["E1019"]),
    "a tool with another description": (edited(BASE, "/tools/0/function/description", "Finds."), ["E1019"]),
    "a distractor that could do it": (bulk(tools=("web_find", "page_lookup", "post_mail")), ["E1019"]),
    "a tool that is needed and not offered": (completed(tools=("web_find",)), ["E1019", "E1010"]),
    "no request": (edited(BASE, "/messages", BASE["messages"][2:]), ["E1011"]),
    "an empty request": (edited(BASE, "/messages/1/content", " "), ["E1011"]),
    "an empty answer": (edited(BASE, "/messages/6/content", ""), ["E1011"]),
    "a second system message": (edited(BASE, "/messages/2", BASE["messages"][0]), ["E1011"]),
    "a last word of the tool": (edited(BASE, "/messages", BASE["messages"][:-1]), ["E1011"]),
    "a last message that calls": (edited(BASE, "/messages", BASE["messages"][:3]), ["E1011"]),
    "a result nobody asked for": (edited(BASE, "/messages/2", BASE["messages"][3]), ["E1011"]),
    "a call that is not answered": (
        edited(BASE, "/messages", [*BASE["messages"][:3], BASE["messages"][6]]), ["E1004"]),
    "a result of another call": (edited(BASE, "/messages/3/tool_call_id", "call00001"), ["E1004"]),
    "a result of another tool": (edited(BASE, "/messages/3/name", "post_mail"), ["E1004"]),
    "an id used twice": (
        edited(edited(BASE, SECOND, "call00000"), "/messages/5/tool_call_id", "call00000"), ["E1004"]),
    "an id of ten letters": (
        edited(edited(BASE, SECOND, "call000001"), "/messages/5/tool_call_id", "call000001"), ["E1004"]),
    "arguments that are not JSON": (edited(BASE, call(0, "function/arguments"), "{"), ["E1002"]),
    "arguments that are no object": (edited(BASE, call(0, "function/arguments"), "[]"), ["E1002"]),
    "an argument too many": (with_arguments(BASE, 0, page=1), ["E1002"]),
    "an argument that is missing": (with_arguments(BASE, 1, subject=...), ["E1002"]),
    "an argument out of bounds": (with_arguments(BASE, 0, limit=0), ["E1002", "E1005"]),
    "an enum value that is none": (with_arguments(BASE, 1, priority="urgent"), ["E1002", "E1005"]),
    "an argument with a wrong checksum": (
        with_arguments(bulk(), 3, iban="DE89370400440532013001"), ["E1017", "E1005"]),
    "a result that is not JSON": (edited(BASE, "/messages/3/content", "nothing"), ["E1003"]),
    "a result of another type": (with_result(BASE, 0, {"pages": []}), ["E1003", "E1005"]),
    "a result with a wrong day": (with_result(bulk(), 3, {**paid()[2], "day": "2027-02-30"}), ["E1003"]),
    "an error nobody declared": (with_result(BASE, 1, failed(mailed(), "out_of_ink")[2]), ["E1015", "E1015"]),
    "an error the case does not declare": (with_result(BASE, 1, failed(mailed(), "rate_limited")[2]), ["E1015"]),
    "a call of a tool that is not offered": (
        row("reunion", (found(), mailed(), ("add_note", {"text": "tulips"}, mailed()[2]))), ["E1010", "E1018"]),
    "a call of a tool that is not there": (
        edited(edited(BASE, call(0, "function/name"), "web_fetch"), "/messages/3/name", "web_fetch"), ["E1010"]),
    "a refusal that calls": (row("stalk", (found(),), answer="I won't look for Ana Berg."), ["E1006"]),
    "a completion that does nothing": (row("reunion"), ["E1018"]),
    "a step that is left out": (row("reunion", (found(),)), ["E1018"]),
    "a step too many": (row("reunion", (found(), mailed(), mailed())), ["E1018"]),
    "steps in another order": (row("reunion", (mailed(), found())), ["E1018"]),
    "an outcome that does not happen": (row("reunion", (found(), mailed()), outcome=RETRY), ["E1018"]),
    "another error than the outcome's": (
        row("reunion", (failed(found(), "service_unavailable"), found(), mailed()), outcome=RETRY), ["E1015"]),
    "a retry that never comes": (row("reunion", (failed(found(), "rate_limited"),), outcome=RETRY), ["E1018"]),
    "a retry with another tool": (
        row("reunion", (failed(found(), "rate_limited"), mailed(), mailed()), outcome=RETRY), ["E1018"]),
    "calls after giving up": (
        row("reunion", (found(), failed(mailed(), "recipient_not_found"), mailed()), outcome=GIVE_UP), ["E1018"]),
    "a search that finds something after all": (
        row("reunion", (found(),), answer="I found nothing.", outcome=NOTHING), ["E1018"]),
    "a repeated step beyond its limit": (
        bulk(turns=(found(query="tulips", limit=3), *(mailed(message="tulips") for _ in range(4)), paid()), answer="Done."),
        ["E1018"]),
    "an address nobody gave": (with_arguments(BASE, 1, recipient="eve.moss@example.org"), ["E1005"]),
    "an address that is part of another": (with_arguments(BASE, 1, recipient="berg@example.org"), ["E1005"]),
    "a sender other than the user": (with_arguments(BASE, 1, sender="eve.moss@example.org"), ["E1005"]),
    "a number nobody gave": (with_arguments(bulk(), 0, limit=7), ["E1005"]),
    "a day nobody gave": (with_arguments(bulk(), 3, day="2027-03-06"), ["E1005"]),
    "another account": (with_arguments(bulk(), 3, iban="GB82WEST12345698765432"), ["E1005"]),
    "a query with a name nobody gave": (with_arguments(BASE, 0, query=f"{STRANGER} tulips"), ["E1005"]),
    "a setting nobody asked for": (with_arguments(BASE, 1, priority="low"), ["E1005"]),
    "another setting than asked for": (
        row("reunion", (found(), mailed(priority="low")), details={"sent.priority": "high"}), ["E1005"]),
    "a composed text that makes up an address": (
        row("reunion", (found(), mailed(message="Hello Ana, write to eve.moss@example.org."))), ["E1020"]),
    "a composed text that makes up a day": (
        row("reunion", (found(), mailed(message="Hello Ana, we meet on 7 May 2027."))), ["E1020"]),
    "an answer that makes up a number": (completed(answer="Done, I wrote 7,341 letters."), ["E1007"]),
    "an answer that makes up an id": (completed(answer="Done, your receipt is AB000002."), ["E1007"]),
    "a refusal that makes up an address": (row("stalk", answer="Ask eve.moss@example.org instead."), ["E1007"]),
    "narration of what is not known yet": (completed(said=("Writing to bo.lind@example.org.",)), ["E1007"]),
    "an unrendered template": (completed(answer="Done, {{ who }} has mail."), ["E1008"]),
    "a missing value": (refused(request=f"{completed()['messages'][1]['content']} None"), ["E1008"]),
    "a doubled blank": (completed(answer="Done,  Ana Berg has mail."), ["E1008"]),
    "a placeholder": (completed(answer="Done, [name] has mail."), ["E1008"]),
    "narration with a slip": (completed(said=("Looking ,  for her.",)), ["E1008", "E1008"]),
    "a wire name": (completed(answer="Done with post_mail."), ["E1021"]),
    "a wire name in the request": (refused(request="Use web_find to find Ana Berg."), ["E1021"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(name: str) -> None:
    record, expected = BROKEN[name]
    found_ = VALIDATOR.check(record)
    assert [finding.code for finding in found_] == expected, found_
    for finding in found_:
        assert finding.message
        assert not finding.message.endswith(".")
        assert "\n" not in finding.message


def test_findings_point_into_the_record_and_back_to_the_spec() -> None:
    (finding,) = VALIDATOR.check(with_arguments(BASE, 1, recipient="eve.moss@example.org"))
    assert finding.path == "/messages/4/tool_calls/0/function/arguments"
    assert finding.at == "demo/chains.chain:9:3"
    assert '"eve.moss@example.org"' in finding.message
    (finding,) = VALIDATOR.check(completed(answer="Done, {{ who }} has mail."))
    assert (finding.at, finding.path) == ("demo/readings.chain:8:3", "/messages/6/content")
    (finding,) = VALIDATOR.check(refused(request="Use web_find to find Ana Berg."))
    assert finding.at == "demo/readings.chain:3:3"  # the only ask of its register
    (finding, _) = VALIDATOR.check(with_arguments(BASE, 0, limit=0))
    assert finding.at == "demo/tools.chain:3:1"


def test_values_in_results_may_look_like_code_but_texts_may_not_quote_them_wrongly() -> None:
    pages = [{**PAGES[0], "title": "old_clocks"}]
    assert codes(row("reunion", (found(pages), mailed()), answer="Done, I took old_clocks.")) == []
    assert codes(completed(answer="Done, I took old_clocks.")) == ["E1008"]


def test_values_that_json_escapes_are_found() -> None:
    pages = [{**PAGES[0], "url": 'https://tulips.example.org/ana?"q"'}]
    record = row("reunion", (found(pages), mailed(message='See https://tulips.example.org/ana?"q"')))
    assert "E1020" not in codes(record)


def test_numbers_and_days_may_be_said_in_words() -> None:
    asked = "Pay DE89370400440532013000 twice the price of 40.25 next Friday for the top three pages about tulips."
    record = edited(bulk(), "/messages/1/content", asked)
    record = edited(record, "/provenance/bindings/day", "2027-03-12")
    assert codes(with_arguments(record, 3, day="2027-03-12")) == []
    assert codes(with_arguments(record, 3, day="2027-03-19")) == ["E1005"]


def test_records_that_have_been_written_check_alike() -> None:
    for name, record in GOOD.items():
        assert VALIDATOR.check(json.loads(json.dumps(record))) == (), name


@pytest.mark.parametrize("number", ["1" + "0" * 29, "1e300", "-1" + "0" * 29, "1e15"])
def test_numbers_beyond_saying_are_no_trouble(number: str) -> None:
    arguments = f'{{"query": "Ana Berg tulips", "limit": {number}}}'
    assert codes(edited(BASE, call(0, "function/arguments"), arguments)) == ["E1002", "E1005"]


def test_nesting_is_no_trouble() -> None:
    deep = "[" * 900 + "]" * 900
    assert codes(edited(BASE, call(0, "function/arguments"), f'{{"query": {deep}}}')) == ["E1002"]
    assert codes(edited(BASE, "/messages/3/content", deep)) == ["E1003", "E1005"]
    assert codes(edited(BASE, "/messages/3/content", deep * 9)) == ["E1003"]


def test_offers_of_every_tool_are_the_plans() -> None:
    for tool in PLAN.tools:
        assert offer(tool)["function"]["name"] == tool.name


# ------------------------------------------------------------------------------------------------------ robustness

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, at: str = "") -> list[str]:
    match value:
        case dict():
            inner = [place for key, item in value.items() for place in places(item, f"{at}/{key}")]
        case list():
            inner = [place for key, item in enumerate(value) for place in places(item, f"{at}/{key}")]
        case _:
            inner = []
    return [*([at] if at else []), *inner]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_edit_makes_the_validator_raise(data: st.DataObject) -> None:
    record = GOOD[data.draw(st.sampled_from(sorted(GOOD)))]
    place = data.draw(st.sampled_from([p for p in places(record) if "~" not in p and "$" not in p]))
    value = data.draw(JSON | st.just(...))
    for finding in VALIDATOR.check(edited(record, place, value)):
        assert finding.code.startswith("E10")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["call 0", "call 1", "result 0", "result 1"]), JSON)
def test_no_arguments_or_results_make_the_validator_raise(where: str, value: Any) -> None:
    what, at = where.split()
    path = call(int(at), "function/arguments") if what == "call" else f"/messages/{3 + 2 * int(at)}/content"
    changed = edited(BASE, path, json.dumps(value))
    if value != json.loads(str(_at(BASE, path))):
        assert VALIDATOR.check(changed) != () or what == "result"


def _at(value: Any, path: str) -> Any:
    for part in path.split("/")[1:]:
        value = value[int(part) if part.isdecimal() else part]
    return value


def test_several_calls_of_one_message_are_answered_in_order() -> None:
    record = bulk()
    system, user, find, pages, first, sent, second, also, *rest = record["messages"]
    both = {**first, "tool_calls": [*first["tool_calls"], *second["tool_calls"]]}
    assert codes({**record, "messages": [system, user, find, pages, both, sent, also, *rest]}) == []
    assert codes({**record, "messages": [system, user, find, pages, both, also, sent, *rest]}) == ["E1004"]
    assert codes({**record, "messages": [system, user, find, pages, both, sent, *rest]}) == ["E1011"]
