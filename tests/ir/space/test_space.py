from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agentalign.ir.space import Axis, Forbid, Overflow, Space, build_space
from ir.space.brute import built, declarations, enumerate_points, on, vast_declarations


@given(declarations())
def test_has_exactly_the_points_of_the_definition(declared):
    axes, forbids = declared
    space = built(axes, forbids)
    expected = list(enumerate_points(axes, forbids))
    assert space.count == len(expected)
    assert sorted(space) == sorted(expected)


@given(declarations())
def test_index_inverts_unranking(declared):
    space = built(*declared)
    assert [space.index(point) for point in space] == list(range(space.count))


@given(vast_declarations(), st.data())
def test_index_inverts_unranking_in_vast_spaces(declared, data):
    space = built(*declared)
    assume(space.count)
    assert space.count > 10**20
    index = data.draw(st.integers(0, space.count - 1))
    assert space.index(space[index]) == index


@given(declarations(), st.data())
def test_refuses_every_point_outside(declared, data):
    axes, forbids = declared
    space = built(axes, forbids)
    names = [axis.name for axis in axes]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    point = tuple((name, data.draw(st.integers(-1, 4))) for name in names if name in chosen)
    if point in set(enumerate_points(axes, forbids)):
        assert space[space.index(point)] == point
    else:
        with pytest.raises(ValueError, match=r"axis|forbidden"):
            space.index(point)


@pytest.mark.parametrize("index", [-1, 6, 10**30])
def test_unranking_refuses_an_index_out_of_range(index):
    with pytest.raises(IndexError):
        built([Axis("a", 2), Axis("b", 3)])[index]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ((("a", 0), ("b", 0), ("z", 0)), "there is no axis 'z'"),
        ((("a", 0), ("a", 1)), "axis 'a' has two values"),
        ((("a", 0),), "axis 'b' is live here and needs a value"),
        ((("a", 1), ("b", 0)), "axis 'b' is not live here and must have no value"),
        ((("a", 0), ("b", 9)), "axis 'b' has no value 9; it has 3"),
        ((("a", 0), ("b", 2)), "forbidden by 'never'"),
    ],
)
def test_index_says_why_not(point, reason):
    axes = [Axis("a", 2), Axis("b", 3, ((on("a", 0),),))]
    space = built(axes, [Forbid((on("a", 0), on("b", 2)), "never")])
    with pytest.raises(ValueError, match=reason):
        space.index(point)


def test_index_in_a_restricted_space_says_that_the_point_is_outside():
    space = built([Axis("a", 2), Axis("b", 3)]).restrict({"a": 1})
    with pytest.raises(ValueError, match="restricted"):
        space.index((("a", 0), ("b", 0)))
    assert (("a", 0), ("b", 0)) not in space
    assert (("a", 1), ("b", 0)) in space


@given(declarations(), st.data())
def test_restrict_keeps_exactly_the_points_with_the_values(declared, data):
    axes, forbids = declared
    space = built(axes, forbids)
    fixed = {
        axis.name: data.draw(st.none() | st.integers(0, axis.size - 1)) for axis in axes if data.draw(st.booleans())
    }
    expected = [
        point
        for point in enumerate_points(axes, forbids)
        if all(dict(point).get(name) == value for name, value in fixed.items())
    ]
    part = space.restrict(fixed)
    assert part.count == len(expected)
    assert sorted(part) == sorted(expected)
    assert [part.index(point) for point in part] == list(range(part.count))
    step_by_step = space
    for name, value in fixed.items():
        step_by_step = step_by_step.restrict({name: value})
    assert sorted(step_by_step) == sorted(expected)


@given(declarations(), st.data())
def test_heads_part_the_space_by_its_leading_axes(declared, data):
    space = built(*declared)
    names = space.names[: data.draw(st.integers(0, len(space.names)))]
    expected: dict[tuple[int, ...], list[object]] = {}
    for point in space:
        given = dict(point)
        if all(name in given for name in names):
            expected.setdefault(tuple(given[name] for name in names), []).append(point)
    heads = space.heads(len(names))
    assert [head.values for head in heads] == sorted(expected)
    for head in heads:
        assert head.size == len(expected[head.values])


@given(declarations(), st.data())
def test_keep_lets_axes_be_absent(declared, data):
    axes, forbids = declared
    allowed = {
        axis.name: data.draw(st.frozensets(st.integers(0, axis.size - 1))) for axis in axes if data.draw(st.booleans())
    }
    part = built(axes, forbids).keep(allowed)
    expected = [
        point
        for point in enumerate_points(axes, forbids)
        if all(value in allowed.get(name, (value,)) for name, value in point)
    ]
    assert sorted(part) == sorted(expected)


@given(declarations())
def test_marginals_count_points(declared):
    axes, forbids = declared
    space = built(axes, forbids)
    points = [dict(point) for point in enumerate_points(axes, forbids)]
    for axis in axes:
        expected = tuple(sum(point.get(axis.name) == value for point in points) for value in range(axis.size))
        assert space.marginals(axis.name) == expected
        assert tuple(space.alive(axis.name, value) for value in range(axis.size)) == expected


@given(vast_declarations())
def test_marginals_of_an_always_live_axis_add_up(declared):
    space = built(*declared)
    assert sum(space.marginals("free0")) == space.count
    late = space.restrict({"late": 12})
    assert late.count == space.alive("late", 12)


@given(declarations(), st.data())
def test_project_finds_the_combinations_that_occur(declared, data):
    axes, forbids = declared
    names = data.draw(
        st.permutations([axis.name for axis in axes]).flatmap(lambda p: st.integers(0, 3).map(lambda n: p[:n]))
    )
    points = [dict(point) for point in enumerate_points(axes, forbids)]
    assert built(axes, forbids).project(names) == {tuple(point.get(name) for name in names) for point in points}


def test_an_axis_without_values_empties_the_space_where_it_is_live():
    space = built([Axis("a", 3), Axis("none", 0, ((on("a", 1),),))])
    assert sorted(space) == [(("a", 0),), (("a", 2),)]
    assert built([Axis("none", 0)]).count == 0


def test_no_axes_have_one_point():
    assert list(built([])) == [()]


def test_the_text_of_a_space_stays_short():
    axes = [Axis(f"x{at}", 2) for at in range(60)]
    forbids = [Forbid((on(a.name, 1), on(b.name, 1)), "") for a, b in pairwise(axes)]
    assert len(repr(built(axes, forbids))) < 100


def test_pairwise_forbids_share_nodes():
    axes = [Axis(f"x{at}", 2) for at in range(30)]
    forbids = [Forbid((on(a.name, 1), on(b.name, 1)), f"{a.name} {b.name}") for a, b in combinations(axes, 2)]
    space = built(axes, forbids)
    assert space.count == 31
    assert space.nodes <= 3 * 30


def test_a_large_axis_with_one_exception_costs_two_branches():
    axes = [Axis("value", 65_536), Axis("kind", 2), *(Axis(f"free{at}", 65_536) for at in range(20))]
    space = built(axes, [Forbid((on("value", 77), on("kind", 1)), "not 77")])
    assert space.count == (65_536 * 2 - 1) * 65_536**20
    assert space.nodes < 30


def test_guards_of_one_axis_leave_the_others_independent():
    axes = [Axis("tool", 40), *(Axis(f"p{at}", 65_536, ((on("tool", at),),)) for at in range(40))]
    space = built(axes)
    assert space.count == 40 * 65_536
    assert space.nodes < 100


def test_a_chain_of_hundreds_of_couplings_needs_no_recursion():
    axes = [Axis(f"x{at}", 2) for at in range(500)]
    forbids = [Forbid((on(a.name, 1), on(b.name, 1)), "") for a, b in pairwise(axes)]
    space = built(axes, forbids)
    low, high = 1, 2
    for _ in range(499):
        low, high = high, low + high
    assert space.count == high
    assert space.index(space[high // 3]) == high // 3
    assert space.restrict({"x0": 1, "x499": 1}).count == space.restrict({"x499": 1, "x0": 1}).count > 0


def _tangle(width: int) -> tuple[list[Axis], list[Forbid]]:
    """Pairs whose partners are `width` axes apart and linked: after `width` axes every subset is another situation."""
    axes = [Axis(f"x{at}", 2) for at in range(2 * width)]
    pairs = [Forbid((on(f"x{at}", 1), on(f"x{at + width}", 1)), f"pair {at}") for at in range(width)]
    links = [Forbid((on(f"x{at}", 0), on(f"x{at + 1}", 0)), f"link {at}") for at in range(width, 2 * width - 1)]
    return axes, [*pairs, *links]


def test_overflow_names_what_interacts():
    axes, forbids = _tangle(20)
    innocent = Forbid((on("aside", 1), on("aside too", 1)), "innocent")
    result = build_space([*axes, Axis("aside", 3), Axis("aside too", 2)], [*forbids, innocent], node_limit=2_000)
    assert isinstance(result, Overflow)
    assert set(result.names) <= {forbid.name for forbid in forbids}
    assert {f"pair {at}" for at in range(8)} <= set(result.names)
    assert result.width > 100
    assert result.limit == 2_000


def test_overflow_names_guarded_axes():
    axes = [Axis(f"x{at}", 2) for at in range(40)]
    pairs = tuple((on(f"x{at}", 1), on(f"x{at + 20}", 1)) for at in range(20))
    result = build_space([*axes, Axis("paired", 2, pairs)], [], node_limit=2_000)
    assert isinstance(result, Overflow)
    assert result.names == ("paired",)


def test_a_link_over_values_that_are_banned_anyway_ties_nothing_together():
    """Two tangles with their axes taking turns: independent, they need sums of situations, else products."""
    axes, forbids = _tangle(5)
    twice = [Axis(f"{side}{axis.name}", 2) for axis in axes for side in "ab"]
    both = [
        Forbid(tuple(on(side + test.axis, *test.values) for test in forbid.tests), side + forbid.name)
        for forbid in forbids
        for side in "ab"
    ]
    link = Forbid((on("ax9", 1), on("bx9", 1)), "link")
    ban = Forbid((on("ax9", 1),), "ban")
    single = next(n for n in range(1, 500) if isinstance(build_space(axes, forbids, node_limit=n), Space))
    assert isinstance(build_space(twice, [*both, link, ban], node_limit=2 * single + 20), Space)
    assert isinstance(build_space(twice, [*both, link], node_limit=2 * single + 20), Overflow)


def test_the_node_limit_is_exact():
    axes, forbids = _tangle(4)
    first = next(n for n in range(1, 500) if isinstance(build_space(axes, forbids, node_limit=n), Space))
    assert first > 16
    assert isinstance(build_space(axes, forbids, node_limit=first + 1), Space)
    assert isinstance(build_space(axes, forbids, node_limit=first - 1), Overflow)


@pytest.mark.parametrize(
    ("axes", "forbids", "message"),
    [
        ([Axis("a", 2), Axis("a", 2)], [], "two axes"),
        ([Axis("a", -1)], [], "negative"),
        ([Axis("a", 2, ((on("b", 0),),)), Axis("b", 2)], [], "not an earlier axis"),
        ([Axis("a", 2, ((on("a", 0),),))], [], "not an earlier axis"),
        ([Axis("a", 2)], [Forbid((on("b", 0),), "f")], "not an earlier axis"),
        ([Axis("a", 2)], [Forbid((on("a", 2),), "f")], "does not have"),
    ],
)
def test_building_refuses_malformed_declarations(axes, forbids, message):
    with pytest.raises(ValueError, match=message):
        build_space(axes, forbids)


@given(declarations(), st.randoms(use_true_random=False))
def test_the_order_of_forbids_does_not_matter(declared, shuffler):
    axes, forbids = declared
    shuffled = list(forbids)
    shuffler.shuffle(shuffled)
    assert list(built(axes, forbids)) == list(built(axes, shuffled))
