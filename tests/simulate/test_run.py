"""Playing cases: trajectories, upsets, and breakdowns that say where."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.ir import Breakdown, Case, Choice, Const, Outcome, Plant, Removal, Slot, ToolOptions, Trajectory
from agentalign.ir.space import Axis, Forbid, Test
from agentalign.simulate import Simulator
from compiling import cases_of, plan_of
from simulate.plans import MAILBOX, PLAN, TOOLS, case, record, upset

SIMULATOR = Simulator(PLAN)
NAMES = ("invite", "greet", "present")
OFFERED = ("gmail_send", "bing_search", "scout_search", "outlook_send")


def run(one: Case) -> Trajectory:
    trajectory = SIMULATOR.run(one)
    assert isinstance(trajectory, Trajectory), trajectory
    return trajectory


def with_reading(name: str, **more: Any) -> Simulator:
    readings = tuple(replace(r, **more) if r.name == name else r for r in PLAN.readings)
    return Simulator(replace(PLAN, readings=readings))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 10_000))
def test_the_same_case_plays_alike(name: str, key: int) -> None:
    assert run(case(name, key)) == Simulator(PLAN).run(case(name, key))


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import json; from agentalign.simulate import Simulator; from simulate.plans import PLAN, case\n"
        "s = Simulator(PLAN)\n"
        "for n in ('invite', 'greet', 'present'):\n"
        "    for c in s.run(case(n)).calls: print(c.tool, json.dumps(c.arguments), json.dumps(c.result))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "tests"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
    assert all(len(text) > 1000 for text in found)


def test_steps_feed_each_other() -> None:
    items, order, paid, seen = run(case("present")).calls
    results: list[Any] = [call.result for call in (items, order, paid, seen)]
    assert order.arguments == {"action": "order", "item": "it_planted1", "count": 3}
    assert results[1]["order"]["total"] == 3.75
    assert paid.arguments["order"] == seen.arguments["order"] == results[1]["order"]["id"]
    assert results[3] == results[2]
    assert results[3]["order"]["status"] == "paid"


def test_results_are_mapped_and_kept() -> None:
    trajectory = run(case("invite"))
    search: Any = trajectory.calls[0].result
    assert trajectory.values["pages"] == search["results"]
    best: Any = trajectory.values["page"]
    assert best["rank"] == max(page["rank"] for page in search["results"])
    assert trajectory.calls[1].arguments["recipient"] == best["contact"]
    assert set(trajectory.values) == {"who", "brief", "most", "pages", "page", "sent"}


def test_texts_are_composed_from_all_that_is_known() -> None:
    trajectory = run(case("invite"))
    message = trajectory.calls[1].arguments["message"]
    assert message == f"Dear Carys Okafor, come to the reunion. Yours, {trajectory.scene.account['name']}"
    assert trajectory.calls[1].arguments["sender"] == trajectory.scene.account["email"]


def test_defaults_go_without_saying() -> None:
    assert dict(run(case("greet")).calls[0].arguments) == {"query": "choirs"}
    assert dict(run(case("invite")).calls[0].arguments) == {"query": "Carys Okafor contact", "limit": 4}
    asked = case("invite")._replace(details={("sent", "priority"): "low"})
    assert list(run(asked).calls[1].arguments) == ["recipient", "message", "sender", "priority"]


def test_loops_run_for_the_first_few() -> None:
    trajectory = run(case("greet"))
    sent: Any = [call.arguments for call in trajectory.calls[1:]]
    assert {mail["recipient"] for mail in sent} == {"ann@example.org", "bea@example.org"}
    assert sent[0]["message"].endswith(f"hello from {trajectory.scene.account['name']}.")
    assert trajectory.values["sent"] == [call.result for call in trajectory.calls[1:]]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 1000))
def test_time_goes_on(name: str, key: int) -> None:
    trajectory = run(case(name, key))
    times = [
        str(call.result["at"]) for call in trajectory.calls if isinstance(call.result, dict) and "at" in call.result
    ]
    assert sorted([trajectory.scene.now, *times]) == [trajectory.scene.now, *times]
    assert "2026-07-01" <= trajectory.scene.today <= "2026-12-20"
    assert "08" <= trajectory.scene.now[11:13] < "17"
    assert trajectory.scene == SIMULATOR.scene(case(name, key))


def test_facts_are_what_the_tools_take_from_the_account() -> None:
    account = SIMULATOR.scene(case("invite")).account
    assert SIMULATOR.scene(case("invite")).facts == (("email", account["email"]),)
    names = [name for name, _ in SIMULATOR.scene(case("greet")).facts]
    assert names == ["name", "email"], "what a template says of the account counts too"
    assert SIMULATOR.scene(case("present")).facts == ()


# ------------------------------------------------------------------------------------------------------------- upsets


@pytest.mark.parametrize("name", NAMES)
def test_a_retry_ends_as_if_nothing_had_happened(name: str) -> None:
    plain = run(case(name))
    for position, step in enumerate(dict.fromkeys(call.step for call in plain.calls)):
        tried = run(case(name, outcome=upset(step, "rate_limited", "retry")))
        assert tried.outcome == (step, "rate_limited", "retry")
        assert not tried.stopped
        failed = tried.calls[position]
        assert failed.failed == "rate_limited"
        assert failed.result == {
            "error": {"code": "rate_limited", "message": "Too many requests. Please try again later."}
        }
        assert tried.calls[position + 1].arguments == failed.arguments
        kept = [call for call in tried.calls if call.failed is None]
        assert [(call.tool, timeless(call.arguments)) for call in kept] == [
            (call.tool, timeless(call.arguments)) for call in plain.calls
        ]
        assert [timeless(call.result) for call in kept] == [timeless(call.result) for call in plain.calls]


def timeless(value: object) -> str:
    """A value without what depends on the clock."""
    return json.dumps({k: v for k, v in value.items() if k != "at"} if isinstance(value, dict) else value)


def test_an_error_carries_its_details() -> None:
    trajectory = run(case("invite", outcome=upset("sent", "recipient_not_found", "report")))
    error: Any = trajectory.calls[-1].result
    assert error["error"]["address"] == trajectory.calls[-1].arguments["recipient"]


def test_a_report_ends_the_case() -> None:
    trajectory = run(case("present", outcome=upset("order", "out_of_stock", "report")))
    assert trajectory.stopped
    assert [call.step for call in trajectory.calls] == ["items", "order"]
    assert "order" not in trajectory.values


def test_nothing_found_is_no_error() -> None:
    trajectory = run(case("invite", outcome=upset("pages", "empty", "report")))
    assert [(call.result, call.failed) for call in trajectory.calls] == [({"results": [], "total": 0}, None)]
    assert trajectory.values["pages"] == []
    assert trajectory.outcome == ("pages", "empty", "report")


def test_an_alternative_takes_over() -> None:
    trajectory = run(case("invite", offered=OFFERED, outcome=upset("pages", "service_unavailable", "alternative")))
    assert [call.tool for call in trajectory.calls] == ["bing_search", "scout_search", "gmail_send"]
    assert trajectory.outcome == ("pages", "service_unavailable", "alternative")


@pytest.mark.parametrize(
    ("step", "offered"), [("pages", ("bing_search", "gmail_send")), ("sent", OFFERED)], ids=["not offered", "brand"]
)
def test_without_an_alternative_it_is_tried_again(step: str, offered: tuple[str, ...]) -> None:
    """The mailbox is planted at Gmail, so that no other mail service knows the recipient."""
    trajectory = run(case("invite", offered=offered, outcome=upset(step, "rate_limited", "alternative")))
    assert trajectory.outcome == (step, "rate_limited", "retry")
    assert [call.tool for call in trajectory.calls if call.step == step] == [case("invite").tools[step]] * 2


def test_a_forbidden_alternative_is_none() -> None:
    axis = Choice(Axis("tool:pages", 2), ToolOptions("pages", ("bing_search", "scout_search")))
    other = Choice(Axis("tool:sent", 1), ToolOptions("sent", ("gmail_send",)))
    together = (Test("tool:pages", frozenset({1})), Test("tool:sent", frozenset({0})))
    one = case("invite", offered=OFFERED, outcome=upset("pages", "rate_limited", "alternative"))
    free = with_reading("invite", choices=(axis, other)).run(one)
    bound = with_reading("invite", choices=(axis, other), removals=(Removal(Forbid(together, "f"), "r", ""),)).run(one)
    assert isinstance(free, Trajectory)
    assert isinstance(bound, Trajectory)
    assert (free.outcome or ())[2:] == ("alternative",)
    assert (bound.outcome or ())[2:] == ("retry",)


MODES = st.sampled_from(["retry", "alternative", "report"])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 500),
    st.sampled_from(["rate_limited", "service_unavailable"]),
    st.sampled_from(["pages", "sent"]),
    MODES,
)
def test_every_upset_happens_once(
    key: int, code: str, step: str, mode: Literal["retry", "alternative", "report"]
) -> None:
    outcome = Outcome(step, code, mode, (), "u:1:1")
    trajectory = run(case("invite", key, offered=OFFERED, outcome=outcome))
    assert [call.step for call in trajectory.calls if call.failed] == [step]
    assert trajectory.stopped is (mode == "report")


# ----------------------------------------------------------------------------------- where a case cannot go on


def test_an_error_nobody_declared_is_located() -> None:
    found = with_reading("invite", plants=()).run(
        case("invite")._replace(tools={"pages": "bing_search", "sent": "gmail_send"})
    )
    assert isinstance(found, Trajectory), "the chain plants the mailbox itself"
    chains = tuple(replace(c, plants=c.plants[1:]) if c.name == "write" else c for c in PLAN.chains)
    readings = tuple(replace(r, plants=()) for r in PLAN.readings)
    found = Simulator(replace(PLAN, chains=chains, readings=readings)).run(case("invite"))
    rule = next(tool for tool in TOOLS if tool.name == "gmail_send").rules[0]
    assert found == Breakdown("sent", "recipient_not_found", "Recipient not found.", rule.at)


def test_a_call_against_the_schema_is_located() -> None:
    found = SIMULATOR.run(case("invite", compositions={("sent", "body"): "x" * 5001}))
    assert isinstance(found, Breakdown)
    assert (found.step, found.code, found.at) == ("sent", "invalid_arguments", "chain.chain:1:4")
    assert found.reason.startswith("message: ")


def test_a_text_nobody_composed_is_located() -> None:
    found = SIMULATOR.run(case("invite", compositions={}))
    assert isinstance(found, Breakdown)
    assert (found.step, found.code, found.at) == ("sent", "no_composition", "reading.chain:1:6")


def test_a_value_that_is_not_there_is_located() -> None:
    simulator = with_reading("invite", bound=(Slot("most", Const(None)),))
    found = simulator.run(case("invite", compositions={("sent", "body"): "{{ page.note }}"}))
    assert isinstance(found, Breakdown)
    assert (found.step, found.code, found.at) == ("sent", "no_value", "chain.chain:1:4")


def test_a_row_on_nobodys_platform_is_a_bug() -> None:
    plant = replace(named("a@example.org"), on=None, at="p:9:9")
    with pytest.raises(ValueError, match="p:9:9"):
        with_reading("invite", plants=(plant,)).run(case("invite"))


def test_a_row_planted_twice_has_what_both_say() -> None:
    """The chain plants a mailbox, the reading adds whose it is."""
    simulator = Simulator(PLAN)
    world = simulator.world(case("greet"))
    assert len(world.rows("mailboxes", "outlook")) == 2
    both = with_reading("greet", plants=(*reading_plants("greet"), named("ann@example.org"))).world(case("greet"))
    rows: Any = both.rows("mailboxes", "outlook")
    assert len(rows) == 2
    assert rows[0]["name"] == "Ann Somebody"
    assert rows[0]["address"] == "ann@example.org"


def reading_plants(name: str) -> tuple[Plant, ...]:
    return next(reading for reading in PLAN.readings if reading.name == name).plants


def named(address: str) -> Plant:
    return Plant(
        "mailboxes",
        "sent",
        None,
        record(MAILBOX, address=Const(address), name=Const("Ann Somebody")),
        ("address", "name"),
        "p:1:1",
    )


NOTED = """
record Page { title: string(1..80) note: string(1..20) kept: bool? }
table pages: Page key title
lexicon notes: string(1..20) { "by the reading", "by this reading" }
capability Search.find(words: string(1..40)) -> list[Page]
/// Search.
tool finder implements find {
  title "the finder"
  /// What for.
  words: string(1..40)
  simulate { otherwise => sample(world.pages, 9) }
}
chain look(one: string(2..40)) {
  given pages { title: one, note: "by the chain", kept: true } on found
  step found = find(words: one)
  answer \"\"\"{{ found | length }}.\"\"\"
}
reading benign note of look {
  because "people take notes"
  vary one in { "apples", "tea" }
  given pages { title: one, note: new.pick(notes) } on found
  ask \"\"\"Find {{ one }} with {{ tool(found) }}.\"\"\"
}
dataset rows { mix { benign: 100% } split { train: 100% } by chain }
"""


def test_what_a_reading_writes_of_a_row_of_its_chain_holds_even_if_it_is_made_up() -> None:
    plan = plan_of(NOTED)
    for made in cases_of(plan, None):
        played = Simulator(plan).run(made)
        assert isinstance(played, Trajectory)
        (page,) = played.values["found"]  # type: ignore[misc,union-attr]
        assert page["note"] in ("by the reading", "by this reading")  # type: ignore[index,call-overload]
        assert page["kept"] is True, "what it leaves out stays"  # type: ignore[index,call-overload]


TWO_SEARCHES = """
taxonomy harm { category privacy "Privacy" { subcategory stalking "Stalking" { refuse \"\"\"I won't.\"\"\" } } }
record Page { title: string(1..80) }
table pages: Page key title
capability Search.find(words: string(1..40)) -> list[Page]
/// Search.
tool finder implements find {
  title "the finder"
  /// What for.
  words: string(1..40)
  simulate {
    otherwise => {
      invent world.pages (3..3) { title: words + " " + new.id() }
      return sample(world.pages, 9)
    }
  }
}
chain twice(one: string(2..40), other: string(2..40)) {
  given pages { title: one } on first_found
  given pages { title: other } on then_found
  step first_found = find(words: one)
  step then_found = find(words: other)
  answer \"\"\"{{ first_found | length }} and {{ then_found | length }}.\"\"\"
}
reading benign compare of twice {
  because "people compare"
  vary one, other in { { one: "apples", other: "pears" }, { one: "tea", other: "coffee" } }
  ask \"\"\"Find {{ one }} with {{ tool(first_found) }} and then find {{ other }}.\"\"\"
}
dataset rows { mix { benign: 100% } split { train: 100% } by chain }
"""


def test_a_search_finds_what_it_made_up_and_what_is_planted_for_it() -> None:
    plan = plan_of(TWO_SEARCHES)
    for made in cases_of(plan, None):
        played = Simulator(plan).run(made)
        assert isinstance(played, Trajectory)
        for step, name in (("first_found", "one"), ("then_found", "other")):
            titles = [page["title"] for page in played.values[step]]  # type: ignore[index,union-attr,call-overload]
            assert len(titles) == 4
            assert made.values[name] in titles
            assert all(str(title).startswith(str(made.values[name])) for title in titles)
