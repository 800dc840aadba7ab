from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentalign.ir.space import Axis, BalancedOrder, Forbid, Orders
from agentalign.ir.space.interleave import fold, locate, position
from agentalign.ir.space.permute import permutation, shuffle
from ir.space.brute import built, declarations, enumerate_points, on, vast_declarations

keys = st.text(max_size=3)
words = st.integers(0, 2**64 - 1)


@given(declarations(), keys)
def test_is_a_bijection_onto_the_space(declared, key):
    space = built(*declared)
    order = BalancedOrder(space, key)
    points = [order[t] for t in range(space.count)]
    assert sorted(points) == sorted(enumerate_points(*declared))
    assert [order.index(point) for point in points] == list(range(space.count))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), keys)
def test_is_a_bijection_onto_products(sizes, key):
    space = built([Axis(f"a{at}", size) for at, size in enumerate(sizes)])
    order = BalancedOrder(space, key)
    assert len({order[t] for t in range(space.count)}) == space.count


@given(vast_declarations(), keys, st.data())
def test_index_inverts_in_vast_spaces(declared, key, data):
    space = built(*declared)
    assume(space.count)
    order = BalancedOrder(space, key)
    t = data.draw(st.integers(0, space.count - 1) | st.integers(0, 10_000))
    assert order[t] in space
    assert order.index(order[t]) == t


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), keys, st.data())
def test_no_value_of_a_free_axis_is_more_than_two_uses_ahead(sizes, key, data):
    space = built([Axis(f"a{at}", size) for at, size in enumerate(sizes)])
    order = BalancedOrder(space, key)
    used = {axis.name: dict.fromkeys(range(axis.size), 0) for axis in space.axes}
    for t in range(data.draw(st.integers(0, min(space.count, 500)))):
        for name, value in order[t]:
            used[name][value] += 1
    assert all(max(counts.values()) - min(counts.values()) <= 2 for counts in used.values())


@given(st.lists(st.integers(2, 12), max_size=6), keys)
def test_each_block_has_each_value_once_where_the_first_part_does_not_wrap(sizes, key):
    space = built([Axis("wide", 1_000), *(Axis(f"a{at}", size) for at, size in enumerate(sizes))])
    order = BalancedOrder(space, key)
    points = [dict(order[t]) for t in range(1_000)]
    for at, size in enumerate(sizes):
        values = [point[f"a{at}"] for point in points]
        assert all(len(set(values[t : t + size])) == size for t in range(0, 1_000 - size, size))
    assert len({point["wide"] for point in points}) == 1_000


@given(st.lists(st.integers(2, 12), min_size=2, max_size=2), keys)
def test_dividing_counts_keep_each_block_exact_to_the_end(sizes, key):
    small, factor = sizes
    space = built([Axis("large", small * factor), Axis("small", small)])
    order = BalancedOrder(space, key)
    values = [dict(order[t])["small"] for t in range(space.count)]
    assert all(len(set(values[t : t + small])) == small for t in range(0, space.count, small))


@given(declarations(axes=4), keys, st.data())
def test_a_deciding_axis_uses_each_value_before_it_repeats_any(declared, key, data):
    axes, forbids = declared
    first = Axis("first", data.draw(st.integers(2, 8)))
    tied = [
        Axis(axis.name, axis.size, tuple((on("first", 0), *clause) for clause in axis.guard or ((),))) for axis in axes
    ]
    space = built([first, *tied], forbids)
    assume(space.count)
    order = BalancedOrder(space, key)
    left = list(space.marginals("first"))
    used: set[int] = set()
    for t in range(min(space.count, 300)):
        if all(value in used for value, count in enumerate(left) if count):
            used = set()
        value = dict(order[t])["first"]
        assert value not in used
        used.add(value)
        left[value] -= 1


def test_axes_of_equal_size_do_not_run_in_lock_step():
    axes = [Axis("wide", 65_536), *(Axis(f"a{at}", 2 + at % 2) for at in range(8))]
    order = BalancedOrder(built(axes), "seed")
    points = [dict(order[t]) for t in range(1_200)]
    for one in range(8):
        for two in range(one):
            pairs = Counter((point[f"a{one}"], point[f"a{two}"]) for point in points)
            fair = 1_200 / (axes[one + 1].size * axes[two + 1].size)
            assert all(0.7 * fair < count < 1.3 * fair for count in pairs.values())
            assert len(pairs) == axes[one + 1].size * axes[two + 1].size


def test_coupled_axes_do_not_run_in_lock_step_with_others_like_them():
    axes = [Axis(name + part, 4) for name in "ab" for part in "12"]
    forbids = [Forbid((on(f"{name}1", at), on(f"{name}2", at)), name) for name in "ab" for at in range(4)]
    order = BalancedOrder(built([*axes, Axis("wide", 65_536)], forbids), "seed")
    points = [dict(order[t]) for t in range(2_400)]
    for one in ("a1", "a2"):
        for two in ("b1", "b2"):
            pairs = Counter((point[one], point[two]) for point in points)
            assert len(pairs) == 16
            assert all(90 < count < 220 for count in pairs.values())


def test_what_follows_a_large_group_is_used_evenly_too():
    axes = [Axis("value", 65_536), Axis("kind", 3), Axis("level", 4)]
    space = built(axes, [Forbid((on("value", *range(10)), on("kind", 0), on("level", 1)), "f")])
    order = BalancedOrder(space, "seed")
    assert all(398 <= count <= 402 for count in Counter(dict(order[t])["kind"] for t in range(1_200)).values())
    pairs = Counter((dict(order[t])["kind"], dict(order[t])["level"]) for t in range(1_200))
    assert len(pairs) == 12
    assert all(70 <= count <= 130 for count in pairs.values())
    assert len({dict(order[t])["value"] for t in range(1_200)}) == 1_200


@given(keys, st.integers(0, 99))
def test_spaces_that_share_axes_agree_on_their_values(key, t):
    shared = [Axis("x", 100), Axis("y", 200)]
    one = BalancedOrder(built([*shared, Axis("z", 65_536)]), key)
    two = BalancedOrder(built([Axis("other", 300), *shared]), key)
    assert dict(one[t])["x"] == dict(two[t])["x"]
    assert dict(one[t])["y"] == dict(two[t])["y"]


@given(declarations(), keys, st.data())
def test_over_gives_the_order_of_the_other_space(declared, key, data):
    space = built(*declared)
    assume(space.axes)
    axis = data.draw(st.sampled_from(space.axes))
    part = space.restrict({axis.name: data.draw(st.integers(0, axis.size - 1))})
    shared, own = BalancedOrder(space, key).over(part), BalancedOrder(part, key)
    assert [shared[t] for t in range(part.count)] == [own[t] for t in range(part.count)]


@given(declarations(), keys, st.data())
def test_behind_gives_the_order_behind_leading_axes(declared, key, data):
    space = built(*declared)
    names = space.names[: data.draw(st.integers(0, len(space.names)))]
    orders = Orders(space.names, key)
    for head in space.heads(len(names)):
        part = space.restrict(dict(zip(names, head.values, strict=True)))
        points, order = orders.behind(head), BalancedOrder(part, key)
        assert [part.point_of(points.slots(t)) for t in range(part.count)] == [order[t] for t in range(part.count)]


def test_over_refuses_other_axes():
    with pytest.raises(ValueError, match="different axes"):
        BalancedOrder(built([Axis("a", 2)]), "").over(built([Axis("b", 2)]))


def test_keys_give_different_orders():
    space = built([Axis("a", 50), Axis("b", 50)])
    orders = {tuple(BalancedOrder(space, str(key))[t] for t in range(5)) for key in range(20)}
    assert len(orders) == 20


def test_an_index_beyond_the_count_starts_again():
    order = BalancedOrder(built([Axis("a", 3), Axis("b", 2)]), "")
    assert [order[t + 6] for t in range(6)] == [order[t] for t in range(6)]


@pytest.mark.parametrize(("size", "t"), [(3, -1), (0, 0)])
def test_there_is_no_point_at(size, t):
    with pytest.raises(IndexError):
        BalancedOrder(built([Axis("a", size)]), "")[t]


def test_index_refuses_a_point_outside():
    order = BalancedOrder(built([Axis("a", 3)]), "")
    with pytest.raises(ValueError, match="has no value 3"):
        order.index((("a", 3),))


@given(st.integers(1, 300) | st.integers(4_097, 5_000), words)
def test_permutations_are_bijections(size, key):
    images = permutation(size, key)
    assert sorted(images.at(index) for index in range(size)) == list(range(size))


@given(st.integers(1, 2**80), words, st.data())
def test_permutations_invert(size, key, data):
    index = data.draw(st.integers(0, size - 1))
    images = permutation(min(size, 2**70), key) if size > 4_096 else permutation(size, key)
    index %= min(size, 2**70)
    assert images.find(images.at(index)) == index


def test_a_large_permutation_spreads_neighbours():
    images = permutation(65_536, 7)
    tops = Counter(images.at(index) >> 12 for index in range(1_600))
    assert len(tops) == 16
    assert all(60 < count < 150 for count in tops.values())


@given(st.integers(1, 60) | st.integers(4_097, 4_200), words, st.integers(0, 50))
def test_shuffles_are_bijections_of_each_block(size, key, block):
    blocks = shuffle(size, key)
    images = [blocks.at(block, offset) for offset in range(size)]
    assert sorted(images) == list(range(size))
    assert all(blocks.find(block, image) == offset for offset, image in enumerate(images[:60]))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=8), st.data())
def test_interleaving_gives_each_group_its_items_in_order(sizes, data):
    tree = fold(list(enumerate(sizes)))
    total = sum(sizes)
    origin = data.draw(st.integers(0, total - 1))
    found = [locate(tree, (origin + at) % total, origin) for at in range(total)]
    for group, size in enumerate(sizes):
        assert [rank for other, rank in found if other == group] == list(range(size))
    for at, (group, rank) in enumerate(found):
        assert position(tree, group, rank, origin) == (origin + at) % total


@given(st.lists(st.integers(1, 20), min_size=2, max_size=8), st.integers(0, 159))
def test_interleaving_is_even(sizes, at):
    tree = fold(list(enumerate(sizes)))
    total = sum(sizes)
    assume(at <= total)
    seen = Counter(locate(tree, slot, 0)[0] for slot in range(at))
    depth = len(sizes).bit_length()
    assert all(abs(seen[group] - at * size / total) <= depth for group, size in enumerate(sizes))
