from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.expand.apportion import Share, apportion, seats, tally

PLENTY = 10**20
weights = st.integers(1, 100) | st.fractions(Fraction(1, 50), 10, max_denominator=50)


def leaf(name: str, weight: Fraction | int = 1, capacity: int = PLENTY) -> Share:
    return Share(name, weight, capacity=capacity)


def node(name: str, *children: Share, weight: Fraction | int = 1, strict: bool = False) -> Share:
    return Share(name, weight, children, strict=strict)


@st.composite
def trees(draw: st.DrawFn, capacities: st.SearchStrategy[int], depth: int = 3) -> Share:
    def grow(name: str, depth: int) -> Share:
        weight = draw(weights)
        if not depth or draw(st.integers(0, 3)) == 0:
            return leaf(name, weight, draw(capacities))
        return node(name, *(grow(str(at), depth - 1) for at in range(draw(st.integers(1, 6)))), weight=weight)

    return node("", *(grow(str(at), depth - 1) for at in range(draw(st.integers(1, 5)))))


def total_capacity(share: Share) -> int:
    return sum(map(total_capacity, share.children)) if share.children else share.capacity


def assert_within_one(share: Share, rows: list[tuple[str, ...]]) -> None:
    """After each of the rows below a node, each child has its exact share of them, up to less than one row."""
    total = sum(Fraction(child.weight) for child in share.children)
    given_to = {child.name: 0 for child in share.children}
    for size, path in enumerate(rows, 1):
        given_to[path[0]] += 1
        for child in share.children:
            assert abs(given_to[child.name] - size * Fraction(child.weight) / total) < 1
    for child in share.children:
        if child.children:
            assert_within_one(child, [path[1:] for path in rows if path[0] == child.name])


@given(trees(st.just(PLENTY)), st.integers(0, 250))
def test_every_child_is_within_one_row_of_its_share_at_every_size(tree, size):
    assert_within_one(tree, list(islice(seats(tree), size)))


@pytest.mark.parametrize(
    "mix",
    [(40, 50, 10), (80, 10, 10), (30, 20, 20, 10, 10, 5, 5), (90, *[1] * 10), (70, 10, 5, 5, 5, 3, 2), (1,) * 64],
    ids=str,
)
def test_realistic_mixes_stay_within_one_row_over_a_whole_period(mix):
    tree = node("", *(leaf(str(at), weight) for at, weight in enumerate(mix)))
    rows = list(islice(seats(tree), 2 * sum(mix)))
    assert_within_one(tree, rows)
    assert [rows.count((str(at),)) for at in range(len(mix))] == [2 * weight for weight in mix]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=3), st.integers(1, 200))
def test_up_to_three_children_follow_sainte_lague(mix, size):
    rows = [int(path[0]) for path in islice(seats(node("", *(leaf(str(at), w) for at, w in enumerate(mix)))), size)]
    had = [0] * len(mix)
    for at in rows:
        assert at == min(range(len(mix)), key=lambda other: Fraction(2 * had[other] + 1, mix[other]))
        had[at] += 1


@given(trees(st.integers(0, 12)))
def test_ends_when_every_capacity_is_used_and_never_exceeds_one(tree):
    rows = list(seats(tree))
    assert len(rows) == total_capacity(tree)
    capacities = dict(_leaves(tree))
    assert all(rows.count(path) == capacity for path, capacity in capacities.items())


def _leaves(share, path=()):
    if not share.children:
        yield path, share.capacity
    for child in share.children:
        yield from _leaves(child, (*path, child.name))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 40)), min_size=2, max_size=6), st.integers(1, 4))
def test_what_is_used_up_leaves_its_surplus_to_the_siblings_in_proportion(used_up, siblings):
    """Soon after the last child was used up, the others share what it did not take, each within one row."""
    kept = [leaf(name, weight) for name, weight in (("x", 5), ("y", 3), ("z", 1), ("w", 2))][:siblings]
    tree = node("", *(leaf(str(at), weight, capacity) for at, (weight, capacity) in enumerate(used_up)), *kept)
    counts = {child.name: 0 for child in kept}
    total = sum(child.weight for child in kept)
    missing, settled = sum(capacity for _, capacity in used_up), 0
    for (name,) in islice(seats(tree), 10_000):
        if name in counts:
            counts[name] += 1
        else:
            missing -= 1
        settled += not missing
        for child in kept if settled > 20 else ():
            assert abs(counts[child.name] - Fraction(sum(counts.values()) * child.weight, total)) < 1
        if settled > 100:
            return
    raise AssertionError


def test_a_strict_node_ends_with_its_first_child():
    tree = node("", leaf("a", 1, 3), leaf("b", 1), strict=True)
    assert [path[0] for path in seats(tree)] == ["a", "b", "a", "b", "a", "b"]


def test_a_strict_node_below_leaves_its_surplus_to_its_siblings():
    tree = node("", node("s", leaf("a", 1, 1), leaf("b"), strict=True), leaf("t", 1, 6))
    assert tally(tree, 100) == {("s", "a"): 1, ("s", "b"): 1, ("t",): 6}


def test_a_share_of_nothing_gets_nothing_not_even_surplus():
    assert tally(node("", leaf("a", 0), leaf("b", 2, 3)), 10) == {("a",): 0, ("b",): 3}


def test_a_negative_share_is_refused():
    with pytest.raises(ValueError, match="negative"):
        next(seats(node("mix", leaf("a", -1), leaf("b", 2))))


def test_ties_go_by_declared_order():
    tree = node("", leaf("b"), leaf("a"), leaf("c"))
    assert [path[0] for path in islice(seats(tree), 6)] == ["b", "a", "c", "b", "a", "c"]


def test_a_single_leaf_is_a_mix():
    assert list(seats(leaf("only", 1, 2))) == [(), ()]


@given(st.dictionaries(st.text(max_size=2), weights, min_size=1, max_size=6), st.integers(0, 100))
def test_apportion_is_house_monotone(mix, size):
    small, large = apportion(mix, size), apportion(mix, size + 1)
    assert sum(small.values()) == size
    assert sorted(large[name] - small[name] for name in mix) == [*[0] * (len(mix) - 1), 1]
