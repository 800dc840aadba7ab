from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.expand.splits import assign_groups, split_of

THREE = (("train", Fraction(8, 10)), ("validation", Fraction(1, 10)), ("test", Fraction(1, 10)))
names = st.sets(st.text("abcdef", min_size=1, max_size=6), max_size=40)
seeds = st.integers(0, 2**64)
mixes = (
    st.lists(st.fractions(0, 1), min_size=1, max_size=5)
    .filter(any)
    .map(lambda shares: tuple((f"s{at}", share) for at, share in enumerate(shares)))
)


@given(names, mixes, seeds)
def test_every_share_of_the_groups_is_met_within_one(groups, shares, seed):
    assigned = assign_groups(groups, shares, seed)
    assert assigned.keys() == groups
    total = sum(share for _, share in shares)
    counts = Counter(assigned.values())
    for name, share in shares:
        assert abs(counts[name] - len(groups) * share / total) < 1


@given(names, mixes, seeds, st.text("ghi", min_size=1, max_size=3))
def test_a_new_group_moves_at_most_one_other_per_cut(groups, shares, seed, new):
    before, after = assign_groups(groups, shares, seed), assign_groups(groups | {new}, shares, seed)
    assert sum(before[group] != after[group] for group in groups) <= len(shares) - 1


@given(names, seeds, st.randoms(use_true_random=False))
def test_only_the_set_of_groups_counts(groups, seed, shuffler):
    shuffled = [*groups, *groups]
    shuffler.shuffle(shuffled)
    assert assign_groups(shuffled, THREE, seed) == assign_groups(groups, THREE, seed)


@pytest.mark.parametrize(
    ("groups", "counts"), [(6, (4, 1, 1)), (10, (8, 1, 1)), (32, (26, 3, 3)), (240, (192, 24, 24))]
)
def test_small_sets_of_groups_fill_every_split(groups, counts):
    for seed in range(20):
        assigned = Counter(assign_groups([f"chain {at}" for at in range(groups)], THREE, seed).values())
        assert (assigned["train"], assigned["validation"], assigned["test"]) == counts


def test_seeds_give_different_assignments():
    groups = [f"chain {at}" for at in range(32)]
    assert len({tuple(sorted(assign_groups(groups, THREE, seed).items())) for seed in range(20)}) == 20


@given(st.text(max_size=10), mixes, seeds)
def test_a_hash_alone_never_picks_an_empty_split(group, shares, seed):
    assert dict(shares)[split_of(group, shares, seed)] > 0


def test_hashes_alone_meet_the_shares_on_average():
    counts = Counter(split_of(f"group {at}", THREE, 7) for at in range(4_000))
    assert 3_080 < counts["train"] < 3_320
    assert 330 < counts["validation"] < 470


@pytest.mark.parametrize("shares", [(), (("a", Fraction(0)),)])
def test_shares_without_a_positive_one_are_refused(shares):
    with pytest.raises(ValueError, match="positive"):
        split_of("x", shares, 0)
    with pytest.raises(ValueError, match="positive"):
        assign_groups(["x"], shares, 0)
