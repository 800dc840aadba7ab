"""Spaces that are not built at once: none of them could have been at fault."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agentalign.ir import Choice, RegisterOptions, Removal
from agentalign.ir.space import Axis, Forbid, Space, Test, build_space
from agentalign.lower.counts import Spaces, _situations, certain, space_of
from compiling import small_plan

READING = small_plan().readings[0]


@st.composite
def guarded(draw: st.DrawFn) -> tuple[Axis, ...]:
    """Axes of which some are guarded by earlier ones."""
    axes: list[Axis] = []
    for at in range(draw(st.integers(1, 9))):
        tests = st.sampled_from(axes).flatmap(
            lambda axis: st.builds(
                Test, st.just(axis.name), st.frozensets(st.integers(0, max(axis.size - 1, 0)), min_size=1)
            )
        )
        guard = (
            draw(st.lists(st.lists(tests, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)) if axes else ()
        )
        axes.append(Axis(f"x{at}", draw(st.integers(1, 4)), guard))
    return tuple(axes)


@given(guarded())
def test_no_more_situations_are_told_apart_than_are_thought_possible(axes: tuple[Axis, ...]) -> None:
    space = build_space(axes, (), node_limit=_situations(axes))
    assert isinstance(space, Space)
    assert space.count > 0


def test_what_is_constrained_or_empty_is_not_certain() -> None:
    choices = tuple(Choice(Axis(name, 2), RegisterOptions(())) for name in "ab")
    assert certain(replace(READING, choices=choices, removals=()))
    nothing = Choice(Axis("c", 0), RegisterOptions(()))
    assert not certain(replace(READING, choices=(*choices, nothing), removals=()))
    removal = Removal(Forbid((Test("a", frozenset({0})),), "forbid"), "forbid", "")
    assert not certain(replace(READING, choices=choices, removals=(removal,)))


def test_many_guards_are_not_certain() -> None:
    axes = [Axis(f"x{at}", 2) for at in range(40)]
    pairs = tuple((Test(f"x{at}", frozenset({1})), Test(f"x{at + 20}", frozenset({1}))) for at in range(20))
    choices = tuple(Choice(axis, RegisterOptions(())) for axis in (*axes, Axis("paired", 2, pairs)))
    assert not certain(replace(READING, choices=choices, removals=()))


def test_a_space_that_was_put_off_is_built_when_it_is_asked_for() -> None:
    spaces = Spaces()
    spaces.put_off(READING)
    built = space_of(READING)
    assert isinstance(built, Space)
    assert READING.name in spaces
    assert spaces.names == {READING.name}
    assert spaces[READING.name].count == built.count
    assert spaces[READING.name] is spaces[READING.name]
