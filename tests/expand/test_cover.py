from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agentalign.expand.cover import bound, cover, missing
from agentalign.ir.space import Axis, Forbid
from ir.space.brute import built, declarations, enumerate_points, on

AXES = [
    Axis("tool", 3),
    Axis("register", 3),
    Axis("format", 4, ((on("tool", 0, 2),),)),
    Axis("tone", 2),
    Axis("retry", 2, ((on("format", 1, 2),), (on("tone", 1),))),
]
FORBIDS = [
    Forbid((on("tool", 1), on("register", 2)), "f1"),
    Forbid((on("format", 3), on("register", 0), on("tone", 1)), "f2"),
]
NAMES = [axis.name for axis in AXES]


@pytest.mark.parametrize("strength", [1, 2, 3, 4])
def test_covers_a_constrained_space(strength):
    space = built([*AXES, Axis("name", 65_536)], FORBIDS)
    rows = list(cover(space, strength, NAMES, "key"))
    assert missing(rows, space, strength, NAMES) == ()
    assert bound(space, strength, NAMES) <= len(rows) <= 2.5 * bound(space, strength, NAMES)
    assert all(row in space for row in rows)
    assert len({dict(row)["name"] for row in rows}) == len(rows)


@given(declarations(), st.integers(1, 3))
@settings(max_examples=60)
def test_covers_what_occurs(declared, strength):
    """Feasible combinations are found a third way here, by enumerating the points."""
    space = built(*declared)
    names = list(space.names)
    rows = list(cover(space, strength, names, "key"))
    points = list(enumerate_points(*declared))
    assert set(rows) <= set(points)
    for picked in combinations(names, min(strength, len(names))):
        occurring = {tuple(dict(point).get(name) for name in picked) for point in points}
        assert {tuple(dict(row).get(name) for name in picked) for row in rows} == occurring
        assert len(occurring) <= bound(space, strength, names) <= len(rows)
    assert missing(rows, space, strength, names) == ()


@given(declarations(), st.integers(1, 2), st.data())
@settings(max_examples=60)
def test_the_check_finds_exactly_what_a_part_of_the_rows_leaves_out(declared, strength, data):
    axes, forbids = declared
    assume(axes)
    space = built(axes, forbids)
    points = list(enumerate_points(axes, forbids))
    rows = [point for point in points if data.draw(st.booleans())] if len(points) < 30 else points[::3]
    names = list(space.names)
    expected = set()
    for picked in combinations(names, min(strength, len(names))):
        lost = {tuple(dict(point).get(name) for name in picked) for point in points}
        lost -= {tuple(dict(row).get(name) for name in picked) for row in rows}
        expected |= {tuple(zip(picked, values, strict=True)) for values in lost}
    assert set(missing(rows, space, strength, names)) == expected


@pytest.mark.parametrize("strength", [2, 3])
def test_the_check_fails_for_most_covers_without_one_row(strength):
    space = built(AXES, FORBIDS)
    rows = list(cover(space, strength, NAMES, "key"))
    needed = [at for at in range(len(rows)) if missing(rows[:at] + rows[at + 1 :], space, strength, NAMES)]
    assert len(needed) > len(rows) / 2


def test_points_outside_the_space_cover_nothing():
    space = built(AXES, FORBIDS)
    rows = list(cover(space, 2, NAMES, "key"))
    outside = [tuple((name, 9 if name == "tone" else value) for name, value in row) for row in rows]
    assert len(missing(outside, space, 2, NAMES)) == len(missing([], space, 2, NAMES)) > 0


def test_only_the_named_axes_are_covered():
    space = built(AXES, FORBIDS)
    rows = list(cover(space, 2, ["tool", "register"], "key"))
    assert len(rows) == bound(space, 2, ["tool", "register"]) == 8


def test_is_deterministic_and_follows_the_key():
    space = built(AXES, FORBIDS)
    assert list(cover(space, 2, NAMES, "key")) == list(cover(built(AXES, FORBIDS), 2, NAMES, "key"))
    assert list(cover(space, 2, NAMES, "key")) != list(cover(space, 2, NAMES, "other"))


def test_an_empty_space_or_no_axes_need_nothing_or_one_row():
    empty = built([Axis("a", 2)], [Forbid((on("a", 0, 1),), "all")])
    assert list(cover(empty, 2, ["a"], "")) == []
    assert bound(empty, 2, ["a"]) == 0
    space = built([Axis("a", 2)])
    assert len(list(cover(space, 2, [], ""))) == bound(space, 2, []) == 1


def test_size_is_near_the_known_best_for_thirteen_ternary_axes():
    space = built([Axis(f"a{at}", 3) for at in range(13)])
    rows = list(cover(space, 2, space.names, "key"))
    assert missing(rows, space, 2, space.names) == ()
    assert len(rows) <= 22  # 15 is the best known


def test_a_strength_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        list(cover(built([Axis("a", 2)]), 0, ["a"], ""))
