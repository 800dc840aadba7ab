"""What goldens show less well: exact counts of constrained spaces, names over modules, what the plan holds."""
# ruff: noqa: E501  # wordings are not wrapped

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.expand import Selection, prepare
from agentalign.ir import Index, Plan, print_plan, read_plan
from agentalign.ir.space import Space
from agentalign.render import Renderer
from compiling import SPEC, cases_of, dataset_of, lowered, made_of, plan_of, small_plan

CORPUS = Path(__file__).parent.parent / "corpus" / "lower"
FORBIDS = (CORPUS / "forbids.chain").read_text()
PLACES = {
    "York": {"name": "York", "people": 200_000, "country": "GB"},
    "Graz": {"name": "Graz", "people": 290_000, "country": "AT"},
    "Bath": {"name": "Bath", "people": 90_000, "country": "GB"},
}
POINTS = list(product(("red_look", "blue_look"), ("plain", "casual", "curt"), PLACES.values(), (1, 2, 3, 4)))


def space_of(plan: Plan, reading: str) -> Space:
    return prepare(Index(plan), Index(plan).readings[reading]).space


# ------------------------------------------------------------------------------------------------------------ forbids

Point = tuple[str, str, dict[str, Any], int]
Condition = tuple[str, Callable[[Point], bool]]

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _comparison(
    subject: str, read: Callable[[Point], Any], values: st.SearchStrategy[Any], names: str
) -> st.SearchStrategy[Condition]:
    def shown(value: Any) -> str:
        return f'"{value}"' if isinstance(value, str) and subject.startswith("place") else str(value)

    def compared(name: str, value: Any) -> Condition:
        return f"{subject} {name} {shown(value)}", lambda point: _COMPARE[name](read(point), value)

    def listed(word: str, members: list[Any]) -> Condition:
        text = ", ".join(map(shown, members))
        return f"{subject} {word} [{text}]", lambda point: (read(point) in members) == (word == "in")

    return st.one_of(
        st.builds(compared, st.sampled_from(names.split()), values),
        st.builds(listed, st.sampled_from(("in", "not in")), st.lists(values, min_size=1, max_size=2, unique=True)),
    )


atoms = st.one_of(
    _comparison("tool(seen)", lambda p: p[0], st.sampled_from(("red_look", "blue_look")), "== !="),
    _comparison("register", lambda p: p[1], st.sampled_from(("plain", "casual", "curt")), "== !="),
    _comparison("place.name", lambda p: p[2]["name"], st.sampled_from(("York", "Graz", "Bath", "Oslo")), "== !="),
    _comparison("place.country", lambda p: p[2]["country"], st.sampled_from(("GB", "AT")), "== !="),
    _comparison(
        "place.people", lambda p: p[2]["people"], st.sampled_from((90_000, 150_000, 290_000)), "== != < <= > >="
    ),
    _comparison("zoom", lambda p: p[3], st.integers(0, 5), "== != < <= > >="),
)


def _combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def negated(one: Condition) -> Condition:
        return f"not ({one[0]})", lambda point: not one[1](point)

    def both(one: Condition, other: Condition) -> Condition:
        return f"({one[0]}) and ({other[0]})", lambda point: one[1](point) and other[1](point)

    def either(one: Condition, other: Condition) -> Condition:
        return f"({one[0]}) or ({other[0]})", lambda point: one[1](point) or other[1](point)

    return st.one_of(st.builds(negated, inner), st.builds(both, inner, inner), st.builds(either, inner, inner))


@settings(max_examples=40)
@given(st.lists(st.recursive(atoms, _combined, max_leaves=5), min_size=1, max_size=3))
def test_forbidden_points_are_those_for_which_a_condition_holds(conditions: list[Condition]) -> None:
    text = "\n".join(line for line in FORBIDS.splitlines() if not line.startswith("  forbid"))
    said = "\n".join(f"  forbid {condition}" for condition, _ in conditions)
    result, found = lowered(spec=text.replace("  ask casual", f"{said}\n  ask casual"))
    left = [point for point in POINTS if not any(holds(point) for _, holds in conditions)]
    if not left:
        assert "E0803" in {finding.code for finding in found}
        return
    assert result.plan is not None
    space = space_of(result.plan, "tour")
    assert space.count == len(left)
    names = list(PLACES)
    points = [
        (("red_look", "blue_look")[p["tool:seen"]], ("plain", "casual", "curt")[p["register"]],
         PLACES[names[p["value:place"]]], p["value:zoom"] + 1)
        for p in map(dict, space)
    ]  # fmt: skip
    assert sorted(map(str, points)) == sorted(map(str, left))


def test_a_condition_on_record_fields_and_parts_of_values() -> None:
    text = "\n".join(SPEC).replace(
        "vary who\n  vary topic in { \"old debts\"", 'forbid mail.says == "make them afraid" and topic == "old debts"\n  vary who\n  vary topic in { "old debts"'
    )  # fmt: skip
    plan = plan_of(text)
    assert all(
        (case.values["mail"], case.values["topic"]) != ({"says": "make them afraid"}, "old debts")
        for case in cases_of(plan, 200)
    )


# ---------------------------------------------------------------------------------------------------------- coherence


def test_only_coherent_tools_are_left() -> None:
    plan = plan_of(spec=(CORPUS / "brands.chain").read_text())
    index = Index(plan)
    combos = {tools for tools, _ in prepare(index, index.readings["shop_for"]).groups}
    platform = {tool.name: tool.platform for tool in plan.tools}
    every = product(*(c.options.tools for c in index.readings["shop_for"].choices[:4]))
    coherent = {c for c in every if platform[c[0]] == platform[c[1]] and platform[c[2]] == platform[c[3]]}
    assert combos == coherent
    assert len(coherent) == 4


def test_a_branded_value_has_the_shape_of_the_tool_that_takes_it() -> None:
    plan = plan_of(spec=(CORPUS / "brands.chain").read_text())
    starts = {
        (case.tools["paid"], str(case.values["wallet"])[:2] == "0x")
        for case in cases_of(plan, 60)
        if case.reading == "shop_for"
    }
    assert starts == {("red_pay", True), ("blue_pay", False)}


def test_keys_given_as_arguments_couple_values() -> None:
    plan = plan_of(spec=(CORPUS / "brands.chain").read_text())
    pairs = {(c.values["here"], c.values["there"]) for c in cases_of(plan, 200, chains=("keep",), size=200)}
    assert pairs == {("box.example.net", "box.example.net"), ("disk.example.com", "disk.example.com")}


def test_a_constant_couples_like_a_listed_value() -> None:
    text = (CORPUS / "brands.chain").read_text()
    bound = text.replace(
        'vary here in { "box.example.net", "disk.example.com" }', 'bind here = "disk.example.com"'
    ).replace("on {{ here }}", "on disk.example.com")
    plan = plan_of(spec=bound)
    assert {case.values["there"] for case in cases_of(plan, 30, chains=("keep",))} == {"disk.example.com"}
    apart = bound.replace('"box.example.net", "disk.example.com"', '"box.example.net"')
    _, found = lowered(spec=apart)
    assert {finding.code for finding in found} & {"E0801", "E0802", "E0803"}


# ----------------------------------------------------------------------------------------------------------- literals


@pytest.mark.parametrize("name", ["literals", "forbids", "ports"])
def test_every_point_is_worded_differently(name: str) -> None:
    """Choices under an `if` count where they are reached and nowhere else, so the count of requests is exact."""
    plan = plan_of(spec=(CORPUS / f"{name}.chain").read_text())
    renderer = Renderer(plan)
    cases = cases_of(plan, select="exhaustive")
    (reading,) = plan.readings
    assert len(cases) == space_of(plan, reading.name).count
    assert len({renderer.request(case) for case in cases}) == len(cases)


def test_records_that_agree_in_the_fields_drawn_are_one_value() -> None:
    text = (CORPUS / "labels.chain").read_text()
    more = text.replace("where_from: string(1..40) }", "where_from: string(1..40) age: int(1..99) }").replace(
        '"York" }', '"York", age: 30 }'
    )
    twice = more.replace(
        '{ who: "Filip', '{ who: "Ada Lindqvist", where_from: "York", age: 31 } { old: false }, { who: "Filip'
    ).replace('"Graz" }', '"Graz", age: 4 }')
    plan = plan_of(spec=twice)
    assert space_of(plan, "stalk").count == 2
    assert space_of(plan, "greet").count == 2  # the younger Ada alone is not old
    cases = cases_of(plan, 4, select="exhaustive", chains=("look_up",), size=9, mix={"harmful": 50, "benign": 50})
    requests = [Renderer(plan).request(case) for case in cases[:4]]
    assert len(set(requests)) == 4


# --------------------------------------------------------------------------------------------------- what a plan holds


def test_the_plan_holds_the_lexicons_that_run_time_draws_from_and_no_others() -> None:
    world = "\n".join(SPEC).replace("url: Url author", "url: Url title: string from heads author")
    listed = world.replace('vary topic in { "our reunion", "the choir", "old photos" }', "vary topic in topics")
    more = 'lexicon heads: string { "News" }\nlexicon topics: string(2..40) { "our reunion", "the choir" }'
    plan = plan_of(listed + more)
    assert [lexicon.name for lexicon in plan.lexicons] == ["prompts", "heads"]


OTHER = """edition 1
record Page { title: string(1..9) }
lexicon heads: string { "News" }
record Item { key: string(1..9) title: string from heads }
table shelf: Item key key
/// X.
capability Other.peek(q: string(1..9)) -> Page
/// P.
tool peeker implements peek {
  title "Peek"
  /// Q.
  q: string(1..9)
  simulate { otherwise => { let item = insert world.shelf { key: q } return Page { title: item.title } } }
}
chain peep(q: string(1..9)) { step seen = peek(q: q) }
reading benign look of peep {
  because "x"
  vary q in { "abc", "def" }
  ask \"\"\"Peek {{ q }} with {{ tool(seen) }}.\"\"\"
  answer \"\"\"{{ seen.title }}\"\"\"
}
"""


def test_what_two_modules_call_the_same_is_told_apart() -> None:
    spec = "\n".join(("edition 1", *SPEC)).replace("url: Url author", "url: Url title: string from heads author")
    plan = plan_of(a=OTHER, b=spec + 'lexicon heads: string { "Notes" }')
    records = [record.name for record in plan.records]
    assert sorted(name for name in records if name.endswith("Page")) == ["a.Page", "b.Page"]
    assert len(set(records)) == len(records)
    assert sorted(lexicon.name for lexicon in plan.lexicons) == ["b.heads", "heads", "prompts"]
    assert read_plan(print_plan(plan)) == plan
    assert not [finding for made in made_of(plan, 60) for finding in made.findings]


def test_a_record_may_be_called_like_the_account() -> None:
    text = "\n".join(SPEC).replace(
        "id: string(3..20) to: Email }",
        "id: string(3..20) to: Email by: Account }\nrecord Account { nick: string(1..9) }",
    )
    plan = plan_of(
        text.replace(", to: to }", ', to: to, by: Account { nick: "b" } }').replace(
            "to: recipient }", 'to: recipient, by: Account { nick: "g" } }'
        )
    )
    assert [field.name for field in Index(plan).records["Account"].fields] == ["nick"]
    assert plan.account is not None
    assert [field.name for field in plan.account.fields] == ["name", "email"]
    assert read_plan(print_plan(plan)) == plan
    assert not [finding for made in made_of(plan, 40) for finding in made.findings]


def test_datasets_are_those_of_the_spec_itself() -> None:
    plan = plan_of(*SPEC)
    assert [dataset.name for dataset in plan.datasets] == ["small"]
    bare = plan_of(*SPEC[:-1])
    assert [(dataset.name, dataset.size) for dataset in bare.datasets] == [("spec", 1_000)]
    assert len(cases_of(bare, 50)) == 50


def test_a_dataset_that_takes_everything_has_room_for_it() -> None:
    text = (CORPUS / "forbids.chain").read_text()
    plan = plan_of(
        spec=text
        + "dataset all { mix { benign: 100% } select exhaustive }\ndataset some { size 7 mix { benign: 100% } select exhaustive }\ndataset pairs { mix { benign: 100% } select cover 2 }"
    )
    assert [dataset.size for dataset in plan.datasets] == [
        space_of(plan, "tour").count,
        7,
        space_of(plan, "tour").count,
    ]


@pytest.mark.parametrize(
    "edit",
    [("email: Email }", "email: Email nick: string }"), ("email: Email }", "email: Email nick: string from nicks }")],
)
def test_an_account_is_made_up_whole(edit: tuple[str, str]) -> None:
    result, found = lowered("\n".join(SPEC).replace(*edit) + 'lexicon nicks: string { "a" }')
    assert result.plan is None
    assert [finding.code for finding in found if finding.code != "W0102"] == ["E0221"]


@pytest.mark.parametrize(
    "edit",
    [
        ('vary topic in { "your talk", "the old book" }', "vary topic in prompts"),
        ('vary topic in { "', "vary topic in prompts //"),
        ('"kept"', "new.pick(prompts)"),
        ("url: Url author", "url: Url title: string from prompts author"),
    ],
)
def test_what_a_prompt_prints_is_no_value(edit: tuple[str, str]) -> None:
    result, found = lowered("\n".join(SPEC).replace(*edit))
    assert result.plan is None
    assert [finding.code for finding in found] == ["E0222"]


def test_positions_are_relative_to_the_root_and_the_same_everywhere() -> None:
    text = print_plan(small_plan())
    assert 'at: "spec.chain:' in text
    assert str(Path(__file__).parent) not in text
    assert str(Path.cwd()) not in text


def test_the_digest_tells_plans_apart() -> None:
    assert plan_of(*SPEC).digest == small_plan().digest
    assert plan_of("\n".join(SPEC).replace("seed 5", "seed 6")).digest != small_plan().digest


def test_defaults_of_a_chain_stand_for_what_a_reading_leaves_out() -> None:
    text = (CORPUS / "labels.chain").read_text()
    plan = plan_of(spec=text)
    by_reading = {case.reading: case.values for case in cases_of(plan, 80)}
    assert by_reading["stalk"]["limit"] == 3
    assert by_reading["greet"]["limit"] == 2
    assert list(by_reading["stalk"]) == ["who", "where_from", "limit", "deep"]


def test_a_selection_of_a_plan_read_back_is_the_same() -> None:
    plan = small_plan()
    assert [c.id for c in cases_of(plan, 40)] == [c.id for c in cases_of(plan_of(*SPEC), 40)]
    assert Selection(Index(plan), dataset_of(plan)).quotas(10)
