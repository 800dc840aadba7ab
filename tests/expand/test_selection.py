"""Which points become rows: a larger size extends a smaller one, shares are met, values are used evenly, all is reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.expand import Selection, lane, missing, prepare
from agentalign.ir import AskOptions, Case, Index, LiteralOptions, Plan, PoolOptions, RegisterOptions, ToolOptions
from agentalign.render import Renderer
from compiling import BENIGN, BENIGN_TOO, CHAIN, HARMFUL, TOOLS, WORLD, cases_of, dataset_of, plan_of, small_plan
from ir.space.brute import enumerate_points

FEW = settings(max_examples=12)
seeds = st.integers(0, 2**40)
mixes = (
    st.lists(st.integers(0, 9), min_size=3, max_size=3)
    .filter(lambda parts: sum(parts) > 0)
    .map(lambda parts: dict(zip(("harmful", "benign", "borderline"), parts, strict=True)))
    .map(lambda parts: {n: 100 * part // sum(parts.values()) for n, part in parts.items()})
    .map(lambda parts: {**parts, "benign": 100 - parts["harmful"] - parts["borderline"]})
)

TINY = (
    WORLD,
    TOOLS,
    CHAIN,
    *(
        reading.replace("vary who\n", 'bind who = "Ada Lindqvist"\n').replace("{{ who }}", "Ada Lindqvist")
        for reading in (HARMFUL, BENIGN, BENIGN_TOO)
    ),
    "dataset tiny { mix { harmful: 50%, benign: 50% } split { train: 100% } by chain }",
)


def several(plan: Plan, homes: dict[str, str]) -> Plan:
    """The plan with its chain (and the readings of it) once for each name, its harmful readings in the given category."""
    (chain,) = plan.chains
    chains = tuple(replace(chain, name=name) for name in homes)
    readings = tuple(
        replace(r, name=f"{r.name}_{name}", chain=name, category=home if r.category else None)
        for name, home in homes.items()
        for r in plan.readings
    )
    return replace(plan, chains=chains, readings=readings)


def lanes(plan: Plan, cases: list[Case]) -> Iterator[str]:
    readings = Index(plan).readings
    return (lane(readings[case.reading]) for case in cases)


# ---------------------------------------------------------------------------------------------------- size and shares


@FEW
@given(mixes, seeds, st.integers(1, 60), st.integers(0, 60), st.sampled_from([(0, 0), (0, 2), (3, 3)]))
def test_a_larger_size_extends_a_smaller_one(mix, seed, small, more, distractors):
    plan = small_plan()
    changes = {"mix": mix, "seed": seed, "distractors": distractors}
    fewer = cases_of(plan, small, size=small, **changes)
    assert len(fewer) == small
    assert cases_of(plan, small + more, size=small + more, **changes)[:small] == fewer


@pytest.mark.parametrize("select", ["balanced", "exhaustive", "cover"])
def test_every_way_to_select_is_prefix_stable(select):
    plan = plan_of(*TINY)
    whole = cases_of(plan, size=10_000, select=select, strength=2)
    assert cases_of(plan, 17, size=17, select=select, strength=2) == whole[:17]


@FEW
@given(mixes, seeds)
def test_shares_are_met_within_one_row_at_every_prefix(mix, seed):
    plan = small_plan()
    given_out: Counter[str] = Counter()
    for rows, name in enumerate(lanes(plan, cases_of(plan, 90, mix=mix, seed=seed)), 1):
        given_out[name] += 1
        for label, percent in mix.items():
            assert abs(given_out[label] - rows * percent / 100) <= 1


def test_labels_without_a_share_get_nothing():
    plan = small_plan()
    found = Counter(lanes(plan, cases_of(plan, 80, mix={"harmful": 0, "benign": 100, "borderline": 0})))
    assert found == {"benign": 80}
    assert cases_of(plan, mix={"harmful": 0, "benign": 0, "borderline": 0}) == []


def test_borderline_readings_that_are_refused_count_as_harmful():
    plan = small_plan()
    cases = cases_of(plan, 200)
    by_reading = Counter(case.reading for case in cases)
    assert by_reading["expose"] + by_reading["pry"] == 80
    assert by_reading["warn"] == 20


def test_quotas_are_even_from_category_to_chain_to_reading():
    plan = several(small_plan(), {"a": "privacy", "b": "privacy", "c": "fraud"})
    mix = {"harmful": 50, "benign": 50}
    quotas = Selection(Index(plan), dataset_of(plan, mix=mix)).quotas(160)
    # half of each label to `c`, alone in its category; a quarter to `a` and `b`; each in halves to its two readings
    assert {name: rows for name, rows in quotas.items() if rows} == {
        **{f"{reading}_c": 20 for reading in ("expose", "pry", "reunite", "thank")},
        **{f"{reading}_{chain}": 10 for reading in ("expose", "pry", "reunite", "thank") for chain in "ab"},
    }
    found = Counter(case.reading for case in cases_of(plan, 160, mix=mix))
    assert found == {name: rows for name, rows in quotas.items() if rows}


def test_readings_of_one_chain_are_counted_together_whatever_their_category():
    """`expose` is about privacy and `pry` about fraud: twins would otherwise not meet in the mix's ratio."""
    plan = several(small_plan(), {"a": "privacy", "b": "fraud"})
    strange = tuple(replace(r, category="fraud") if r.name == "pry_a" else r for r in plan.readings)
    quotas = Selection(Index(replace(plan, readings=strange)), dataset_of(plan)).quotas(400)
    assert quotas["expose_a"] + quotas["pry_a"] == 80 == quotas["expose_b"] + quotas["pry_b"]


def test_a_single_reading_can_be_had_alone():
    plan = small_plan()
    index = Index(plan)
    for reading in plan.readings:
        cases = list(islice(Selection(index, dataset_of(plan), only=reading.name).cases(), 30))
        assert {case.reading for case in cases} == {reading.name}
        assert len({case.id for case in cases}) == 30


def test_a_dataset_may_take_some_chains_only():
    plan = several(small_plan(), {"a": "privacy", "b": "fraud"})
    chains = {Index(plan).readings[case.reading].chain for case in cases_of(plan, 50, chains=("b",))}
    assert chains == {"b"}


def test_seeds_give_other_rows():
    plan = small_plan()
    assert len({tuple(case.id for case in cases_of(plan, 20, seed=seed)) for seed in range(8)}) == 8


# ------------------------------------------------------------------------------------------------------------- space


def test_the_whole_space_is_reached_and_no_request_twice():
    plan = plan_of(*TINY)
    index = Index(plan)
    counts = {r.name: prepare(index, r).space.count for r in plan.readings}
    for reading in plan.readings:
        axes, forbids = [c.axis for c in reading.choices], [r.forbid for r in reading.removals]
        assert counts[reading.name] == len(list(enumerate_points(axes, forbids)))
    # more than there is gives exactly what there is, surplus of a label that is used up included
    cases = cases_of(plan, 10_000, size=10_000)
    assert Counter(case.reading for case in cases) == counts
    renderer = Renderer(plan)
    assert len({renderer.request(case) for case in cases}) == len(cases) == len({case.id for case in cases})


def test_points_and_indices_are_inverse_through_the_plan():
    plan = plan_of(*TINY)
    for reading in plan.readings:
        space = prepare(Index(plan), reading).space
        for at in range(space.count):
            assert space.index(space[at]) == at


def test_exhaustive_selection_lists_every_request_once():
    plan = plan_of(*TINY)
    every = cases_of(plan, select="exhaustive")
    renderer = Renderer(plan)
    assert len({renderer.request(case) for case in every}) == len(every)
    counts = {r.name: prepare(Index(plan), r).space.count for r in plan.readings}
    assert Counter(case.reading for case in every) == counts


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_a_covering_selection_covers(strength):
    plan = plan_of(*TINY)
    cases = cases_of(plan, select="cover", strength=strength)
    for reading in plan.readings:
        prepared = prepare(Index(plan), reading)
        points = [point_of(plan, case) for case in cases if case.reading == reading.name]
        names = [axis.name for axis in prepared.space.axes]
        assert missing(points, prepared.space, strength, names) == ()
        assert len(points) < prepared.space.count


def point_of(plan: Plan, case: Case) -> tuple[tuple[str, int], ...]:
    """The point a case was made of, read back from what the case says."""
    reading = Index(plan).readings[case.reading]
    found: list[tuple[str, int]] = []
    for choice in reading.choices:
        match choice.options:
            case ToolOptions(step=step, tools=tools):
                value = tools.index(case.tools[step])
            case RegisterOptions(registers=registers):
                value = registers.index(case.register)
            case AskOptions(asks=asks):
                value = asks.index(case.ask) if case.ask in asks else None
            case LiteralOptions(wording=ask, site=site):
                value = case.choices[site] if ask == case.ask else None
            case PoolOptions(names=names, rows=rows):
                value = rows.index(tuple(case.values[name] for name in names))
            case detail:
                if case.tools[detail.step] != detail.tool or case.register != "plain":
                    value = None
                else:
                    said = case.details.get((detail.step, detail.param))
                    value = 0 if said is None else detail.values.index(said) + detail.unsaid
        if value is not None:
            found.append((choice.axis.name, value))
    return tuple(found)


@FEW
@given(seeds)
def test_values_are_used_before_any_repeats(seed):
    plan = small_plan()
    cases = cases_of(plan, 120, seed=seed)
    for reading in plan.readings:
        mine = [case for case in cases if case.reading == reading.name]
        assert len({case.values["who"] for case in mine}) == len(mine)
        for name in ("topic", "mail"):
            rows = next(c.options.rows for c in reading.choices if f"value:{name}" == c.axis.name)
            drawn = [str(case.values[name]) for case in mine]
            assert len(set(drawn[: len(rows)])) == len(rows)
            uses: Counter[str] = Counter()
            for value in drawn:
                uses[value] += 1
                assert uses[value] - (min(uses.values()) if len(uses) == len(rows) else 0) <= 2


def test_groups_that_are_used_up_give_way_to_others():
    """Far more rows than the smallest group has: all of them are drawn, and the space runs dry only at its end."""
    plan = plan_of(*TINY)
    index = Index(plan)
    selection = Selection(index, dataset_of(plan, size=10_000))
    smallest = min(space.count for p in selection.readings.values() for space in p.groups.values())
    assert smallest < 20
    rows = Counter((case.reading, *case.tools.values(), case.register) for case in selection.cases())
    for prepared in selection.readings.values():
        for (tools, register), space in prepared.groups.items():
            assert rows[(prepared.reading.name, *tools, register)] == space.count


def test_rows_are_decided_one_by_one():
    """No matter how many rows are asked for, the first come without waiting for the last."""
    plan = small_plan()
    cases = Selection(Index(plan), dataset_of(plan, size=10**15)).cases()
    assert [next(cases).reading for _ in range(5)]
