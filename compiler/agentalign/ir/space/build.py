"""Building the diagram top-down: what is left of each constraint is the state, and equal states share a node.

Deciding an axis shortens or drops clauses; what remains falls apart into problems over disjoint axes, which are solved
(and memoised) independently. This is component caching as in model counters (Sang et al., "Combining component caching
and clause learning for effective model counting", SAT 2004) with the variable order given by the caller.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.ir.space.clauses import HOLDS, Clauses
from agentalign.ir.space.model import Axis, Forbid, Overflow
from agentalign.ir.space.nodes import EMPTY, Node, Table
from agentalign.ir.space.space import Space
from agentalign.ir.space.values import Values, span

Pending: TypeAlias = tuple[tuple[int, frozenset[int]], ...]
"""Guards that are still open: the axes that have it (a bit set) and clauses of which one has to hold, ascending.

Axes with the same guard are live or not together, and stay together: the words of one wording, the settings of one tool.
"""


class Problem(NamedTuple):
    """Undecided axes (a bit set; all live unless guarded), pending guards, and clauses that must not hold."""

    axes: int
    guards: Pending
    forbids: frozenset[int]


Parts: TypeAlias = tuple[int | Problem, ...]
"""Independent problems; one over a single axis that nothing constrains is just the axis, as most of them are."""

Expansion: TypeAlias = tuple[tuple[Values, Parts], ...]
"""Per group of values of the problem's first axis: what is left."""


def build_space(axes: Sequence[Axis], forbids: Sequence[Forbid], node_limit: int = 20_000) -> Space | Overflow:
    """Compile axes, guards and forbids into a space.

    Returns an `Overflow` that names the interacting constraints when more than `node_limit` situations have to be told
    apart (the default takes about a second to reach).
    Raises ValueError for repeated axis names, tests on unknown or not yet decided axes, and values out of range.
    """
    builder = _Builder(tuple(axes))
    start = builder.start(forbids)
    roots = start or ()
    free: set[int] = set()
    expansions: dict[Problem, Expansion] = {}
    queue = deque(roots)
    while queue:
        problem = queue.popleft()
        if problem in (free if isinstance(problem, int) else expansions):
            continue
        if len(expansions) + len(free) >= node_limit:
            return builder.overflow([*expansions, *map(_lone, free), *map(_lone, (problem, *queue))], node_limit)
        if isinstance(problem, int):
            free.add(problem)
            continue
        expansions[problem] = expansion = builder.expand(problem)
        queue.extend(sub for _, subs in expansion for sub in subs)
    table = Table()
    made: dict[int | Problem, Node] = {at: table.choice(at, span(builder.axes[at].size)) for at in free}
    # a sub-problem has fewer axes than its parent, so this order makes children first, without recursion
    for problem in sorted(expansions, key=lambda problem: problem.axes.bit_count()):
        branches = [(values, table.product(made[sub] for sub in subs)) for values, subs in expansions[problem]]
        made[problem] = table.sum(_first(problem.axes), branches)
    root = EMPTY if start is None else table.product(made[problem] for problem in roots)
    return Space(builder.axes, tuple(forbids), root)


@dataclass(frozen=True, slots=True)
class _Builder:
    axes: tuple[Axis, ...]
    clauses: Clauses = field(default_factory=Clauses)

    def start(self, forbids: Sequence[Forbid]) -> Parts | None:
        """Return the independent problems that make up the space, or None if a forbid without tests empties it."""
        seen: dict[str, int] = {}
        guards: dict[frozenset[int], int] = {}
        for at, axis in enumerate(self.axes):
            if axis.name in seen:
                raise ValueError(f"two axes are named {axis.name!r}")
            if axis.size < 0:
                raise ValueError(f"axis {axis.name!r} has a negative size")
            if axis.guard:
                declared = (self.clauses.declare(tests, axis.name, self.axes, seen) for tests in axis.guard)
                guard = frozenset(clause for clause in declared if clause is not None)
                guards[guard] = guards.get(guard, 0) | 1 << at
            seen[axis.name] = at
        declared = (self.clauses.declare(forbid.tests, forbid.name, self.axes, seen) for forbid in forbids)
        clauses = frozenset(clause for clause in declared if clause is not None)
        # "deciding" no axis settles the guards that are trivially true or false
        pending = tuple((axes, guard) for guard, axes in guards.items())
        left = self._decide(Problem((1 << len(self.axes)) - 1, pending, clauses), -1, frozenset())
        return None if left is None else self._split(left)

    def expand(self, problem: Problem) -> Expansion:
        """Decide the first axis of a connected problem; nothing can guard it any more."""
        axis = _first(problem.axes)
        tested = self.clauses.tested(_clauses_of(problem), axis)
        branches = []
        for holding, values in self.clauses.groups(axis, self.axes[axis].size, tested):
            rest = self._decide(problem, axis, holding)
            if rest is not None:
                branches.append((values, self._split(rest)))
        return tuple(branches)

    def _decide(self, problem: Problem, axis: int, holding: frozenset[int]) -> Problem | None:
        """Return what is left once the value of `axis` is in the `holding` sets, or None if a forbid holds."""
        dead = 0
        guards = []
        for axes, guard in problem.guards:
            left = self.clauses.shorten(guard, axis, holding, dead)
            if not left:
                dead |= axes
            elif HOLDS not in left:
                guards.append((axes, left))
        forbids = self.clauses.shorten(problem.forbids, axis, holding, dead)
        if HOLDS in forbids:
            return None
        decided = dead if axis < 0 else dead | 1 << axis
        return Problem(problem.axes & ~decided, tuple(guards), self.clauses.simplify(forbids))

    def _split(self, problem: Problem) -> Parts:
        """Split a problem into the ones that share no constraint."""
        masks = self.clauses.masks
        parts: list[int] = []
        bound = {masks[clause] for clause in problem.forbids}
        bound.update(masks[clause] | axes for axes, guard in problem.guards for clause in guard)
        for mask in sorted(bound):
            joined = mask
            for part in parts:
                joined |= part if part & mask else 0
            parts = [part for part in parts if not part & mask]
            parts.append(joined)
        free = problem.axes
        for part in parts:
            free &= ~part
        problems: list[int | Problem] = [*_positions(free)]
        for part in parts:
            guards = tuple((axes, guard) for axes, guard in problem.guards if part & axes)
            problems.append(Problem(part, guards, frozenset(c for c in problem.forbids if masks[c] & part)))
        return tuple(problems)

    def overflow(self, problems: Sequence[Problem], limit: int) -> Overflow:
        """Name the constraints in which the problems of the widest level differ: these are what multiplies them."""
        levels: dict[int, set[Problem]] = {}
        for problem in problems:
            levels.setdefault(_first(problem.axes), set()).add(problem)
        axis = max(levels, key=lambda at: (len(levels[at]), -at))
        states = [set(_clauses_of(problem)) for problem in levels[axis]]
        differing = set().union(*states) - states[0].intersection(*states)
        names = {name for clause in differing for name in self.clauses.origins[clause]}
        return Overflow(tuple(sorted(names)), self.axes[axis].name, len(states), limit)


def _lone(part: int | Problem) -> Problem:
    return Problem(1 << part, (), frozenset()) if isinstance(part, int) else part


def _clauses_of(problem: Problem) -> Iterable[int]:
    yield from problem.forbids
    for _, guard in problem.guards:
        yield from guard


def _first(axes: int) -> int:
    return (axes & -axes).bit_length() - 1


def _positions(axes: int) -> Iterator[int]:
    while axes:
        at = _first(axes)
        axes ^= 1 << at
        yield at
