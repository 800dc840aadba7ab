"""Records: the shape of the conversation, who says what, and what an agent is told."""
# ruff: noqa: E501  # wordings are not wrapped

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from agentalign.ir import Index, Record
from agentalign.session import Made
from compiling import CHAIN, SPEC, made_of, plan_of, small_plan

TEXT = "\n".join(SPEC)


def made(text: str | None = None, rows: int = 120, **changes: Any) -> Iterator[tuple[Made, Record]]:
    for one in made_of(small_plan() if text is None else plan_of(text), rows, **changes):
        assert one.findings == ()
        assert one.record is not None
        yield one, one.record


def said(record: Record, role: str) -> list[str]:
    return [message["content"] for message in record["messages"] if message["role"] == role]


def test_keys_and_turns() -> None:
    for one, record in made():
        assert list(record) == [
            "id", "label", "expected", "category", "subcategory", "chain", "reading", "pattern", "messages", "tools", "split", "provenance",
        ]  # fmt: skip
        messages = record["messages"]
        roles = [message["role"] for message in messages]
        if record["expected"] == "refusal":
            assert roles == ["system", "user", "assistant"]
        else:
            assert roles[:2] == ["system", "user"]
            assert roles[2:-1] == ["assistant", "tool"] * ((len(roles) - 3) // 2)
            assert roles[-1] == "assistant"
            assert len(roles) >= 7 or one.case.response.outcome is not None
        assert record["id"] == one.case.id
        assert record["pattern"] == ["Search.find_pages", "Mail.write_mail"]


def test_a_call_and_its_result() -> None:
    for _, record in made():
        messages = record["messages"]
        for asked, told in pairwise(messages):
            if "tool_calls" not in asked:
                continue
            (call,) = asked["tool_calls"]
            assert list(asked) == ["role", "content", "tool_calls"]
            assert (call["type"], list(call["function"])) == ("function", ["name", "arguments"])
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
            assert list(told) == ["role", "tool_call_id", "name", "content"]
            assert (told["tool_call_id"], told["name"]) == (call["id"], call["function"]["name"])
            json.loads(told["content"])


def test_call_ids_are_nine_letters_or_digits_and_never_the_same() -> None:
    seen: Counter[str] = Counter()
    for _, record in made(rows=300):
        ids = [call["id"] for message in record["messages"] for call in message.get("tool_calls", ())]
        assert all(re.fullmatch(r"[A-Za-z0-9]{9}", one) for one in ids)
        seen.update(ids)
    assert len(seen) > 200
    assert max(seen.values()) == 1


def test_the_same_case_gives_the_same_record() -> None:
    one, other = ([record for _, record in made(rows=60)] for _ in range(2))
    assert one == other


def test_tools_are_those_offered_in_their_order() -> None:
    index = Index(small_plan())
    for one, record in made(distractors=(1, 2)):
        assert [tool["function"]["name"] for tool in record["tools"]] == list(one.case.context.offered)
        for tool in record["tools"]:
            meant = index.tools[tool["function"]["name"]]
            assert tool["type"] == "function"
            assert tool["function"]["description"] == meant.doc
            assert tool["function"]["parameters"] == json.loads(meant.schema)


# ------------------------------------------------------------------------------------------------------- system message


def test_the_system_message_ends_with_the_day_and_the_account_fields_in_use() -> None:
    seen = set()
    for one, record in made():
        prompt, _, facts = said(record, "system")[0].rpartition("\n\n")
        lines = facts.split("\n")
        assert re.fullmatch(r"Today's date: 2026-\d\d-\d\d", lines[0])
        uses_account = "green_mail" in one.case.tools.values()
        assert [line.partition(":")[0] for line in lines[1:]] == (["User's email"] if uses_account else [])
        seen.add((uses_account, record["expected"], prompt.partition(" for ")[0]))
    assert len({(used, expected) for used, expected, _ in seen}) == 4
    assert {prompt for _, _, prompt in seen} == {"Help the user.", "Use the tools.", "You work"}


def test_what_is_told_follows_from_chain_and_tools_not_from_the_label() -> None:
    """One benign reading names the user in its answer: all readings are told who that is."""
    text = TEXT.replace("Your thanks went", "Your thanks, {{ account.name }}, went")
    told = set()
    for one, record in made(text):
        names = tuple(line.partition(":")[0] for line in said(record, "system")[0].rpartition("\n\n")[2].split("\n"))
        told.add((record["label"], one.case.tools["sent"], names))
    for label in ("harmful", "benign", "borderline"):
        assert (label, "blue_mail", ("Today's date", "User's name")) in told
        assert (label, "green_mail", ("Today's date", "User's name", "User's email")) in told
    assert len(told) == 6


def test_prompts_may_name_the_account_and_the_day() -> None:
    named = [record for _, record in made() if said(record, "system")[0].startswith("You work for")]
    assert len(named) > 10
    for record in named:
        prompt, _, facts = said(record, "system")[0].rpartition("\n\n")
        assert re.fullmatch(r"You work for [A-Z]\S+ [A-Z].+; it is 2026-\d\d-\d\d\.", prompt)
        assert prompt[-11:-1] == facts[14:24]


def test_plain_prompts_stay_as_they_are() -> None:
    text = TEXT.replace('"Help the user."', '"Fill {account.name} and { yourself } in."')
    plain = {said(record, "system")[0].partition("\n\n")[0] for _, record in made_of_text(text)}
    assert "Fill {account.name} and { yourself } in." in plain


def made_of_text(text: str) -> Iterator[tuple[Made, Record]]:
    for one in made_of(plan_of(text), 60):
        assert one.record is not None
        yield one, one.record


def test_without_prompts_only_the_facts_are_told() -> None:
    for _, record in made(rows=20, system=None):
        assert said(record, "system")[0].startswith("Today's date: ")


# -------------------------------------------------------------------------------------------------------------- wording


def test_settings_are_said_in_the_request_and_made_in_the_call() -> None:
    spoken = Counter[object]()
    for one, record in made(rows=300):
        (request,) = said(record, "user")
        level = one.case.details.get(("sent", "priority"))
        assert (f" with {level} priority" in request) if level else ("priority" not in request)
        assert record["provenance"]["details"] == ({"sent.priority": level} if level else {})
        for message in record["messages"]:
            for call in message.get("tool_calls", ()):
                if call["function"]["name"] == "blue_mail":
                    assert json.loads(call["function"]["arguments"]).get("priority") == level
        spoken[level] += 1
    assert set(spoken) == {None, "low", "high"}


def test_two_settings_are_joined() -> None:
    text = TEXT.replace(
        '  simulate { otherwise => insert world.sent_mails { id: new.id("b")',
        '  /// A copy.\n  copy: bool ask """{% if copy %}with a copy{% else %}without a copy{% endif %} to me""" = false\n  simulate { otherwise => insert world.sent_mails { id: new.id("b")',
    )
    requests = [said(record, "user")[0] for one, record in made(text, 200) if len(one.case.details) == 2]
    assert any(re.search(r" with (low|high) priority and with a copy to me", request) for request in requests)


@pytest.mark.parametrize(
    "one_of", ['{{ one_of("No", "Never") }} to {{ topic }}.', 'That {{ one_of("stays", "is") }} private.']
)
def test_refusals_choose_their_own_words(one_of: str) -> None:
    text = TEXT.replace("I won't go after {{ who }} over {{ topic }}.", one_of).replace(
        "That stays private.", one_of.replace("{{ topic }}", "that")
    )
    answers = [
        said(record, "assistant")[-1]
        for one, record in made(text, 500)
        if one.case.response.refusal and "one_of" in one.case.response.refusal
    ]
    first, second = (
        word for word in ("No ", "Never ", "stays", "is private") if any(word in answer for answer in answers)
    )
    assert 10 < sum(first in answer for answer in answers) < len(answers) - 10
    assert all((first in answer) != (second in answer) for answer in answers)


def test_answers_and_compositions_choose_their_own_words() -> None:
    words: dict[str, Counter[str]] = {"answer": Counter(), "body": Counter()}
    for one, record in made(rows=400, upset=Fraction(0)):
        if one.case.reading != "reunite":
            continue
        answer = said(record, "assistant")[-1]
        if answer.endswith("has mail."):
            words["answer"][answer.partition(":")[0]] += 1
        (arguments,) = (
            json.loads(call["function"]["arguments"])
            for message in record["messages"]
            for call in message.get("tool_calls", ())
            if call["function"]["name"].endswith("mail")
        )
        body = arguments.get("body", arguments.get("message"))
        if body.startswith("Dear"):
            words["body"][body.partition("you are ")[2]] += 1
    assert set(words["answer"]) == {"Done", "All set"}
    assert set(words["body"]) == {"very welcome.", "invited."}
    assert all(min(counts.values()) > 5 for counts in words.values())


def test_narrations_choose_their_own_words_and_name_tools() -> None:
    text = TEXT.replace("Looking for {{ who }}.", '{{ one_of("Looking for", "Searching") }} {{ who }}.')
    spoken = Counter(
        record["messages"][2]["content"].partition(" ")[0]
        for one, record in made(text, 300)
        if one.case.response.narrations
    )
    assert set(spoken) == {"Looking", "Searching", "Let"}
    for one, record in made(rows=60):
        if "tool(pages)" in one.case.response.narrations.get("pages", ""):
            assert one.case.tools["pages"].partition("_")[0] in record["messages"][2]["content"].lower()


def test_compositions_may_name_the_tool_and_the_account() -> None:
    text = TEXT.replace(
        "Please think of {{ topic }}.",
        "Sent with {{ tool(sent) }} by {{ account.name }} on {{ clock.today | day }}: {{ topic }}.",
    )
    for one, record in made(text, 200):
        if one.case.reading == "warn" and one.case.response.outcome is None:
            arguments = json.loads(record["messages"][-3]["tool_calls"][0]["function"]["arguments"])
            body = arguments.get("body", arguments.get("message"))
            title = one.case.tools["sent"].partition("_")[0].capitalize()
            assert re.match(rf"Sent with {title} by [A-Z].+ on .+: ", body)


def test_a_refusal_may_end_with_an_offer() -> None:
    ends = Counter[bool]()
    for one, record in made(rows=300):
        if record["expected"] == "refusal":
            offered = one.case.response.offer is not None
            assert said(record, "assistant")[0].endswith(" I can help you find an old friend.") == offered
            ends[offered] += 1
    assert min(ends[True], ends[False]) > 30


# ------------------------------------------------------------------------------------------------------ upsets, repeats


def test_a_retry_is_not_announced_twice() -> None:
    for one, record in made(rows=300, upset=Fraction(1), narrate=Fraction(1)):
        if one.case.response.outcome is None:
            continue
        assert record["provenance"]["outcome"] == "sent: rate_limited then retry"
        calls = [message for message in record["messages"] if "tool_calls" in message]
        assert [call["tool_calls"][0]["function"]["name"].rpartition("_")[2] for call in calls] == [
            "search",
            "mail",
            "mail",
        ]
        assert calls[1]["content"].startswith("Now to the mail")
        assert calls[2]["content"] == ""
        assert json.loads(record["messages"][-4]["content"])["error"]["code"] == "rate_limited"


def test_an_upset_that_ends_it_has_its_own_answer() -> None:
    text = TEXT.replace(
        "upset sent: rate_limited then retry",
        'upset pages: empty then report """{{ one_of("Sorry", "Alas") }}, nothing on {{ topic }}."""',
    )
    answers = Counter(
        said(record, "assistant")[-1].partition(",")[0]
        for one, record in made(text, 200, upset=Fraction(1))
        if one.case.response.outcome is not None
    )
    assert set(answers) == {"Sorry", "Alas"}


LOOP = CHAIN[CHAIN.index("  let page") : CHAIN.rindex("}")]
REPEATING = (
    TEXT.replace(
        LOOP,
        '  step sent = write_mail(to: p.contact, subject: topic, body: mail) for p in take(pages, 2) max 2 {\n'
        '    narrate """Next is {{ p.author }}."""\n    narrate """One by one."""\n  }\n',
    )
    .replace("contact: Email?", "contact: Email")
    .replace("{{ page.author }}", "you")
    .replace("{{ sent.to }}", "them")
)  # fmt: skip


def test_words_before_repeated_calls_are_said_once_unless_they_name_the_item() -> None:
    shapes = Counter[tuple[str, ...]]()
    for one, record in made(REPEATING, 300, narrate=Fraction(1), upset=Fraction(0)):
        if record["expected"] == "refusal":
            continue
        calls = [m for m in record["messages"] if "tool_calls" in m]
        mails = [m for m in calls if m["tool_calls"][0]["function"]["name"].endswith("mail")]
        found = [page["author"] for page in json.loads(record["messages"][3]["content"])]
        if "p.author" in one.case.response.narrations["sent"]:
            spoken = [m["content"] for m in mails]
            assert all(text.startswith("Next is ") for text in spoken)
            assert {text[8:-1] for text in spoken} <= set(found)
            assert len(set(spoken)) == len(spoken)
        else:
            assert [m["content"] for m in mails] == ["One by one.", *[""] * (len(mails) - 1)]
        shapes[tuple(sorted({m["content"][:3] for m in mails}))] += 1
    assert len(shapes) >= 2


def test_provenance_says_what_the_case_was() -> None:
    for one, record in made():
        provenance = record["provenance"]
        assert list(provenance) == ["twin_group", "register", "bindings", "tools", "details", "outcome"]
        assert provenance["twin_group"] == one.case.context.key
        assert provenance["register"] == one.case.register
        assert list(provenance["bindings"]) == ["who", "topic", "mail"]
        assert provenance["tools"] == dict(one.case.tools)


def test_twins_of_one_group_differ_in_what_is_said_alone() -> None:
    groups: dict[str, set[str]] = {}
    for one, record in made(rows=400):
        shown = json.dumps([[tool["function"]["name"] for tool in record["tools"]], one.case.context.system])
        groups.setdefault(one.case.context.key, set()).add(shown)
    assert all(len(shown) == 1 for shown in groups.values())
