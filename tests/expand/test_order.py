from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agentalign.expand.order import Draw
from agentalign.ir.space import Axis, Forbid, Orders, Points, Space
from ir.space.brute import built, declarations, on


def draw_from(spaces: Sequence[Space], key: str) -> Draw:
    orders = Orders(spaces[0].names, key)

    def points(group: int) -> Points:
        return orders.points(orders.bundle(spaces[group].root, None), spaces[group].count)

    return Draw([space.count for space in spaces], points)


@given(declarations(), st.lists(st.integers(0, 3), max_size=200), st.text(max_size=2))
def test_draws_points_of_the_group_without_replacement_until_none_is_left(declared, groups, key):
    whole = built([Axis("group", 4), *declared[0]], declared[1])
    spaces = [whole.restrict({"group": group}) for group in range(4)]
    draw = draw_from(spaces, key)
    drawn: list[set[object]] = [set() for _ in spaces]
    for group in groups:
        point = draw.draw(group)
        if point is None:
            assert len(drawn[group]) == spaces[group].count
        else:
            assert spaces[group].point_of(point) in spaces[group]
            assert point not in drawn[group]
            drawn[group].add(point)
        assert draw.left(group) == spaces[group].count - len(drawn[group])


@given(declarations(axes=4, size=3), st.integers(0, 3))
def test_draining_a_group_gives_all_of_it(declared, others):
    whole = built([Axis("group", 2), *declared[0]], declared[1])
    space = whole.restrict({"group": 0})
    draw = draw_from([space, whole.restrict({"group": 1})], "")
    for _ in range(others):
        draw.draw(1)
    assert sorted(map(space.point_of, iter(lambda: draw.draw(0), None))) == sorted(space)


@given(declarations(), st.lists(st.integers(0, 2), max_size=60), st.integers(0, 60))
def test_a_shorter_run_is_a_prefix(declared, groups, length):
    whole = built([Axis("group", 3), *declared[0]], declared[1])

    def run(picks: list[int]) -> list[object]:
        draw = draw_from([whole.restrict({"group": group}) for group in range(3)], "key")
        return [draw.draw(group) for group in picks]

    assert run(groups[:length]) == run(groups)[:length]


def test_values_are_used_evenly_across_groups():
    whole = built([Axis("group", 5), Axis("word", 5), Axis("name", 65_536), Axis("tone", 4)])
    draw = draw_from([whole.restrict({"group": group}) for group in range(5)], "seed")
    points = [dict(whole.point_of(draw.draw(at % 5))) for at in range(1_000)]
    assert set(Counter(point["word"] for point in points).values()) == {200}
    assert set(Counter(point["tone"] for point in points).values()) == {250}
    assert len({point["name"] for point in points}) == 1_000
    pairs = Counter((point["group"], point["word"]) for point in points)
    assert len(pairs) == 25
    assert all(15 < count < 75 for count in pairs.values())


def test_groups_of_different_shape_can_be_drawn_from():
    axes = [Axis("tool", 2), Axis("page", 50, ((on("tool", 1),),)), Axis("size", 3)]
    whole = built(axes, [Forbid((on("tool", 0), on("size", 2)), "f")])
    draw = draw_from([whole.restrict({"tool": tool}) for tool in range(2)], "seed")
    assert [draw.left(0), draw.left(1)] == [2, 150]
    assert len({draw.draw(1) for _ in range(150)}) == 150
    assert draw.draw(1) is None
    assert {draw.draw(0), draw.draw(0)} == {(0, None, 0), (0, None, 1)}
    assert draw.draw(0) is None


def test_vast_groups_keep_no_record():
    vast = built([Axis(f"a{at}", 65_536) for at in range(4)])
    draw = draw_from([vast], "seed")
    assert len({draw.draw(0) for _ in range(2_000)}) == 2_000
    assert draw.left(0) == 65_536**4 - 2_000


def test_the_key_decides_the_order():
    space = built([Axis("a", 1_000)])
    assert draw_from([space], "one").draw(0) != draw_from([space], "two").draw(0)
