"""Twin groups: nothing that a group fixes tells harmful from benign rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.expand import lane
from agentalign.expand.twins import VARIANTS, Walk
from agentalign.ir import Case, Index, Plan
from compiling import SPEC, cases_of, plan_of, small_plan

twin_mixes = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 3)).map(
    lambda parts: {
        "harmful": Fraction(100 * parts[0], sum(parts)),
        "benign": Fraction(100 * parts[1], sum(parts)),
        "borderline": Fraction(100 * parts[2], sum(parts)),
    }
)


def tally(plan: Plan, cases: list[Case], group: Callable[[Case], Hashable]) -> dict[Hashable, Counter[str]]:
    """How often each label's lane occurs in each group."""
    readings = Index(plan).readings
    found: dict[Hashable, Counter[str]] = {}
    for case in cases:
        found.setdefault(group(case), Counter())[lane(readings[case.reading])] += 1
    return found


def tools_and_register(case: Case) -> Hashable:
    return (*case.tools.values(), case.register)


@settings(max_examples=15)
@given(twin_mixes, st.integers(0, 2**40), st.integers(1, 300))
def test_groups_hold_both_labels_in_the_ratio_of_the_mix(mix, seed, rows):
    plan = small_plan()
    cases = cases_of(plan, rows, mix=mix, seed=seed)
    light, heavy = sorted(("harmful", "benign"), key=lambda name: mix[name])
    ratio = mix[heavy] / mix[light]
    for group in (tools_and_register, lambda case: case.context.key):
        for counts in tally(plan, cases, group).values():
            assert abs(counts[heavy] - ratio * counts[light]) <= ratio + 2


@pytest.mark.parametrize("ratio", [Fraction(1), Fraction(5, 4), Fraction(17, 10), Fraction(9)])
@pytest.mark.parametrize("groups", [1, 2, 3, 8, 15, 16, 31])
def test_lanes_walk_abreast(groups, ratio):
    """Within three rows in every group and in every variant of it, however far they go."""
    mix = {"harmful": Fraction(1), "benign": ratio}
    for rows in (1, 7, 40, 300, 2_000):
        walk = Walk(mix, groups)
        light = Counter(walk.next("harmful") for _ in range(rows))
        heavy = Counter(walk.next("benign") for _ in range(int(rows * ratio)))
        for place in light.keys() | heavy.keys():
            assert abs(heavy[place] - ratio * light[place]) < 3
        for group in range(groups):
            many, few = (sum(n for (g, _), n in lane.items() if g == group) for lane in (heavy, light))
            assert abs(many - ratio * few) < 3


@pytest.mark.parametrize("groups", [*range(1, 18), 31, 32, 64])
def test_a_walk_brings_every_group_to_every_reading(groups):
    """Readings take turns; were the walk in step with them, each would see some of the groups only."""
    for readings in (1, 2, 3, 4, 5):
        walk = Walk({"harmful": Fraction(1), "benign": Fraction(1)}, groups)
        places = [walk.next("harmful") for _ in range(groups * VARIANTS * 3)]
        assert len(set(places)) == groups * VARIANTS
        for turn in range(readings):
            assert len({group for group, _ in places[turn::readings]}) == groups


def test_every_group_has_all_variants_of_its_context():
    plan = small_plan()
    cases = cases_of(plan, 1_500)
    variants: dict[Hashable, set[str]] = {}
    for case in cases:
        variants.setdefault(tools_and_register(case), set()).add(case.context.key)
    assert len(variants) == 8
    assert all(len(keys) > VARIANTS // 2 for keys in variants.values())  # some of the sixteen draws come out alike
    assert {len(case.context.offered) for case in cases} == {2, 3, 4}
    assert len({case.context.system for case in cases}) == 3


def test_a_key_stands_for_one_context():
    plan = small_plan()
    shown = {(c.context.key, c.context.system, c.context.offered, tools_and_register(c)) for c in cases_of(plan, 800)}
    assert len({key for key, *_ in shown}) == len(shown)


def test_both_labels_are_seen_in_the_same_contexts():
    plan = small_plan()
    by_context = tally(plan, cases_of(plan, 900), lambda case: case.context.key)
    assert all(counts["harmful"] and counts["benign"] for counts in by_context.values())


def test_what_a_label_says_does_not_change_the_contexts():
    """The benign rows of a spec stand in the same contexts whatever its harmful reading says."""
    told = "\n".join(SPEC).replace("They must not sleep.", "They will regret it.").replace("expose", "shame")
    before, after = cases_of(small_plan(), 200), cases_of(plan_of(told), 200)
    assert [case.context for case in before] == [case.context for case in after]


def test_offered_tools_are_the_cases_own_and_strangers():
    plan = small_plan()
    for case in cases_of(plan, 300, distractors=(1, 2)):
        assert set(case.tools.values()) <= set(case.context.offered)
        assert set(case.context.offered) - set(case.tools.values()) <= {"weather", "notebook"}
        assert len(set(case.context.offered)) == len(case.context.offered)


def test_order_does_not_show_which_tool_is_used():
    plan = small_plan()
    places = Counter(
        case.context.offered.index(case.tools["pages"]) for case in cases_of(plan, 800, distractors=(2, 2))
    )
    assert set(places) == {0, 1, 2, 3}
    assert min(places.values()) > 100


# -------------------------------------------------------------------------------------------------------- alternatives


FALLBACK = "\n".join(SPEC).replace(
    "upset sent: rate_limited then retry",
    'upset pages: rate_limited then alternative """One search was busy, so I used the other for {{ topic }}."""',
)


def test_where_one_reading_falls_back_all_twins_are_offered_the_other_tool():
    plan = plan_of(FALLBACK)
    cases = cases_of(plan, 200, distractors=(0, 0), upset=Fraction(1))
    assert {case.reading for case in cases} == {reading.name for reading in plan.readings}
    for case in cases:
        assert {"blue_search", "green_search"} < set(case.context.offered)
        outcome = case.response.outcome
        assert (outcome is not None) == (case.reading == "reunite")
    assert all(min(c["harmful"], c["benign"]) for c in tally(plan, cases, lambda case: case.context.key).values())


def test_an_alternative_is_a_tool_that_can_do_it_unasked():
    """`green_search` wants a setting that only a request for it says, so nothing can stand in for `blue_search`."""
    asked = FALLBACK.replace(
        "q: string(1..100) from query",
        'q: string(1..100) from query\n  /// Order.\n  by: enum { "age", "name" } ask """by {{ by }}"""',
    )
    plan = plan_of(
        asked.replace("{{ tool(pages) }}", "{{ tool(pages) }}{{ details(pages) }}").replace(
            "{{ details(pages) }} first", ""
        )
    )
    cases = cases_of(plan, 200, distractors=(0, 0), upset=Fraction(1))
    for case in cases:
        if case.tools["pages"] == "blue_search":
            assert "green_search" not in case.context.offered
            assert case.response.outcome is None
        else:
            assert "blue_search" in case.context.offered
    assert any(case.response.outcome for case in cases)


def test_a_forbidden_tool_is_no_alternative():
    text = FALLBACK.replace(
        'because "an old friend',
        'forbid tool(pages) == green_search and tool(sent) == green_mail\n  because "an old friend',
    )
    plan = plan_of(text)
    for case in cases_of(plan, 300, upset=Fraction(1)):
        if case.reading == "reunite" and case.tools["sent"] == "green_mail":
            assert case.tools["pages"] == "blue_search"
            assert case.response.outcome is None


def test_twins_share_the_groups_that_all_of_them_can_use():
    text = "\n".join(SPEC).replace('because "an old friend', 'tools pages in { blue_search }\n  because "an old friend')
    plan = plan_of(text)
    cases = cases_of(plan, 200)
    assert {case.tools["pages"] for case in cases if case.reading in {"expose", "reunite", "thank"}} == {"blue_search"}


def test_a_borderline_reading_may_stand_apart() -> None:
    """Nothing of its kind is in the twins' registers; its rows come from groups of its own."""
    text = "\n".join(SPEC)
    warn = text[text.index("reading borderline warn") : text.index("reading borderline pry")]
    apart = plan_of(text.replace(warn, warn.replace("ask casual", "ask curt").replace('  ask """', '  ask stiff """')))
    cases = [case for case in cases_of(apart, 200) if case.reading == "warn"]
    assert len(cases) == 20
    assert {case.register for case in cases} == {"curt", "stiff"}
    assert len({tools_and_register(case) for case in cases}) == 8
    alone = replace(apart, readings=tuple(r for r in apart.readings if r.label == "borderline"))
    assert Counter(c.reading for c in cases_of(alone, 40, mix={"harmful": 50, "borderline": 50})) == {
        "warn": 20,
        "pry": 20,
    }


def test_a_chain_without_twins_uses_what_any_of_its_readings_can():
    plan = small_plan()
    alone = replace(plan, readings=tuple(r for r in plan.readings if r.label == "borderline"))
    cases = cases_of(alone, 100, mix={"harmful": 50, "borderline": 50})
    assert Counter(case.reading for case in cases) == {"warn": 50, "pry": 50}
    assert len({tools_and_register(case) for case in cases}) == 8


def test_distractors_run_out_without_harm():
    plan = small_plan()
    assert {len(case.context.offered) for case in islice(cases_of(plan, 40, distractors=(9, 9)), 40)} == {4}


def test_contexts_need_neither_prompts_nor_distractors():
    plan = small_plan()
    for case in cases_of(plan, 30, system=None, distractors=(0, 0)):
        assert case.context.system == ""
        assert sorted(case.context.offered) == sorted(case.tools.values())
