"""Random small spaces, and the same spaces enumerated straight from the definitions."""

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from agentalign.ir.space import Axis, Forbid, Point, Space, Test, build_space


def on(axis: str, *values: int) -> Test:
    return Test(axis, frozenset(values))


def built(axes: Sequence[Axis], forbids: Sequence[Forbid] = ()) -> Space:
    space = build_space(axes, forbids)
    assert isinstance(space, Space), space
    return space


def enumerate_points(axes: Sequence[Axis], forbids: Sequence[Forbid]) -> Iterator[Point]:
    def hold(tests: Sequence[Test], given: dict[str, int]) -> bool:
        return all(test.axis in given and given[test.axis] in test.values for test in tests)

    def extend(left: Sequence[Axis], given: dict[str, int]) -> Iterator[Point]:
        if not left:
            if not any(hold(forbid.tests, given) for forbid in forbids):
                yield tuple(given.items())
            return
        axis, *rest = left
        if axis.guard == () or any(hold(clause, given) for clause in axis.guard):
            for value in range(axis.size):
                yield from extend(rest, {**given, axis.name: value})
        else:
            yield from extend(rest, given)

    return extend(axes, {})


@st.composite
def conjunctions(draw: st.DrawFn, axes: Sequence[Axis]) -> tuple[Test, ...]:
    picked = draw(st.lists(st.sampled_from(axes), max_size=3))
    return tuple(
        Test(axis.name, draw(st.frozensets(st.integers(0, axis.size - 1), max_size=axis.size))) for axis in picked
    )


@st.composite
def declarations(draw: st.DrawFn, *, axes: int = 6, size: int = 4) -> tuple[list[Axis], list[Forbid]]:
    made: list[Axis] = []
    for at in range(draw(st.integers(0, axes))):
        guard = ()
        if made and draw(st.booleans()):
            guard = tuple(draw(st.lists(conjunctions(made), min_size=1, max_size=2)))
        made.append(Axis(f"a{at}", draw(st.integers(1, size)), guard))
    forbids = []
    for at in range(draw(st.integers(0, 4)) if made else 0):
        tests = draw(conjunctions(made))
        if tests or draw(st.integers(0, 9)) == 0:
            forbids.append(Forbid(tests, f"f{at}"))
    return made, forbids


@st.composite
def vast_declarations(draw: st.DrawFn) -> tuple[list[Axis], list[Forbid]]:
    """A constrained space of more than 10**20 points."""
    axes, forbids = draw(declarations())
    free = [Axis(f"free{at}", draw(st.integers(60_000, 70_000))) for at in range(4)]
    late = [Axis("late", 65_536, ((on("free0", *range(100)),), (on("free1", 7),)))]
    extra = [Forbid((on("free2", 3, 9), on("late", *range(10, 5_000, 3))), "wide")]
    return [*axes, *free, *late], [*(f for f in forbids if f.tests), *extra]
