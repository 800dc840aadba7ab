"""Splits: whole groups, what is held out is seen in the last split only."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.expand import pattern
from agentalign.expand.splitting import Splitting
from agentalign.ir import Case, Index, Plan, Step
from compiling import SPEC, cases_of, plan_of, small_plan, split_by
from expand.test_selection import several

HELD = {
    "tool": ("green_mail", {"green_mail"}),
    "platform": ("green", {"green_mail", "green_search"}),
    "capability": ("Notes.keep_note", {"notebook"}),
}
FALLBACK = "\n".join(SPEC).replace("upset sent: rate_limited then retry", "upset pages: rate_limited then alternative")


def shortened(plan: Plan, name: str) -> Plan:
    """The plan with a chain `name` that does the first step only."""
    (chain,) = plan.chains
    return replace(plan, chains=(chain, replace(chain, name=name, items=chain.items[:1], plants=())))


def test_chains_of_one_pattern_are_one_group():
    plan = several(small_plan(), dict.fromkeys("abcdefgh", "privacy"))
    assert len({pattern(Index(plan), name) for name in "abcdefgh"}) == 1
    for seed in range(6):
        assert len({case.split for case in cases_of(plan, 60, seed=seed, split=split_by("chain"))}) == 1
    one = shortened(small_plan(), "short")
    assert pattern(Index(one), "short") != pattern(Index(one), "look_and_write")


@settings(max_examples=20)
@given(st.integers(0, 2**40), st.integers(1, 10**6))
def test_shares_are_of_the_step_sequences_whatever_the_size(seed, rows):
    plan = several(small_plan(), dict.fromkeys("abcde", "privacy"))
    chains = tuple(
        replace(chain, items=tuple(replace(i, operation=chain.name) if isinstance(i, Step) else i for i in chain.items))
        for chain in plan.chains
    )
    index = Index(replace(plan, chains=chains))
    dataset = replace(plan.datasets[0], split=split_by("chain", train=60, test=40), size=rows)
    splitting = Splitting(index, dataset, seed, {chain.name: () for chain in chains})
    assert Counter(splitting.split(chain, ((), "")) for chain in chains) == {"train": 3, "test": 2}


@pytest.mark.parametrize("by", HELD)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**40))
def test_what_is_held_out_is_neither_used_nor_offered_before_the_last_split(by, seed):
    plan = plan_of(FALLBACK)
    name, held = HELD[by]
    cases = cases_of(plan, 150, seed=seed, split=split_by(by, name), distractors=(1, 2))
    splits = Counter(case.split for case in cases)
    for case in cases:
        if case.split != "test":
            assert not held & set(case.context.offered)
        if held & set(case.tools.values()):
            assert case.split == "test"
    if by != "capability":
        assert splits["test"] > 20
        assert splits["train"] + splits["validation"] > 20


def test_a_held_out_capability_takes_its_chains_along():
    cases = cases_of(small_plan(), 50, split=split_by("capability", "Mail.write_mail"))
    assert {case.split for case in cases} == {"test"}


@pytest.mark.parametrize("percent", [{"test": 100}, {"train": 0, "test": 100}])
def test_nothing_but_a_last_split_is_fine(percent):
    cases = cases_of(small_plan(), 40, split=split_by("tool", "green_mail", **percent))
    assert {case.split for case in cases} == {"test"}


def test_whole_twin_groups_are_in_one_split():
    for by, (name, _) in HELD.items():
        splits: dict[str, set[str]] = {}
        for case in cases_of(small_plan(), 300, split=split_by(by, name)):
            splits.setdefault(case.context.key, set()).add(case.split)
        assert all(len(found) == 1 for found in splits.values())


def test_rows_before_the_last_split_still_have_distractors():
    def offered(case: Case) -> int:
        return len(set(case.context.offered) - set(case.tools.values()))

    cases = cases_of(small_plan(), 200, split=split_by("capability", "Notes.keep_note"), distractors=(1, 1))
    assert {offered(case) for case in cases if case.split != "test"} == {1}
