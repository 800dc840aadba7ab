"""Building the diagram top-down: what is left of each constraint is the state, and equal states share a node.

A *literal* is `(axis position, number of a value set)`, a *clause* the literals of a conjunction that are still to
hold. Deciding an axis shortens or drops clauses; what remains falls apart into problems over disjoint axes, which are
solved (and memoised) independently. This is component caching as in model counters (Sang et al., "Combining component
caching and clause learning for effective model counting", SAT 2004) with the variable order given by the caller.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from agentalign.ir.space.model import Axis, Forbid, Overflow, Test
from agentalign.ir.space.nodes import Node, Table
from agentalign.ir.space.space import Space
from agentalign.ir.space.values import Values, complement, values_of

Literal: TypeAlias = tuple[int, int]
Clause: TypeAlias = tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Undecided axes (all live unless guarded), pending guards by axis, ascending, and clauses that must not hold."""

    axes: tuple[int, ...]
    guards: tuple[tuple[int, frozenset[Clause]], ...]
    forbids: frozenset[Clause]


Expansion: TypeAlias = tuple[tuple[Values, tuple[Problem, ...]], ...]
"""Per group of values of the problem's first axis: the independent problems that are left."""


def build_space(axes: Sequence[Axis], forbids: Sequence[Forbid], node_limit: int = 100_000) -> Space | Overflow:
    """Compile axes, guards and forbids into a space.

    Returns an `Overflow` that names the interacting constraints when more than `node_limit` nodes are needed.
    Raises ValueError for repeated axis names, tests on unknown or not yet decided axes, and values out of range.
    """
    builder = _Builder(tuple(axes))
    start = builder.start(forbids)
    expansions: dict[Problem, Expansion] = {}
    roots = () if start is None else _split(start)
    queue = deque(roots)
    while queue:
        problem = queue.popleft()
        if problem in expansions:
            continue
        if len(expansions) >= node_limit:
            return builder.overflow([*expansions, problem, *queue], node_limit)
        expansions[problem] = expansion = builder.expand(problem)
        queue.extend(sub for _, subs in expansion for sub in subs)
    table = Table()
    made: dict[Problem, Node] = {}
    # a sub-problem has fewer axes than its parent, so this order makes children first, without recursion
    for problem in sorted(expansions, key=lambda problem: len(problem.axes)):
        branches = [(values, table.product(made[sub] for sub in subs)) for values, subs in expansions[problem]]
        made[problem] = table.sum(problem.axes[0], branches)
    root = table.sum(0, ()) if start is None else table.product(made[problem] for problem in roots)
    return Space(builder.axes, tuple(forbids), root)


@dataclass(frozen=True, slots=True)
class _Builder:
    axes: tuple[Axis, ...]
    sets: list[frozenset[int]] = field(default_factory=list)
    numbers: dict[frozenset[int], int] = field(default_factory=dict)
    origins: dict[Clause, set[str]] = field(default_factory=dict)
    groupings: dict[tuple[int, frozenset[int]], tuple[tuple[frozenset[int], Values], ...]] = field(default_factory=dict)

    def start(self, forbids: Sequence[Forbid]) -> Problem | None:
        """Return the whole problem, or None if a forbid without tests removes everything."""
        seen: dict[str, int] = {}
        guards: list[tuple[int, frozenset[Clause]]] = []
        for at, axis in enumerate(self.axes):
            if axis.name in seen:
                raise ValueError(f"two axes are named {axis.name!r}")
            if axis.size < 0:
                raise ValueError(f"axis {axis.name!r} has a negative size")
            if axis.guard:
                guards.append((at, self._clauses(((clause, axis.name) for clause in axis.guard), seen)))
            seen[axis.name] = at
        clauses = self._clauses(((forbid.tests, forbid.name) for forbid in forbids), seen)
        # "deciding" no axis settles the guards that are trivially true or false
        return self._decide(Problem(tuple(range(len(self.axes))), tuple(guards), clauses), -1, frozenset())

    def _clauses(self, named: Iterable[tuple[Sequence[Test], str]], seen: dict[str, int]) -> frozenset[Clause]:
        made = set()
        for tests, name in named:
            clause = self._clause(tests, name, seen)
            if clause is not None:
                self.origins.setdefault(clause, set()).add(name)
                made.add(clause)
        return frozenset(made)

    def _clause(self, tests: Sequence[Test], name: str, seen: dict[str, int]) -> Clause | None:
        """Return a clause with one literal per axis, or None if it can never hold."""
        by_axis: dict[int, frozenset[int]] = {}
        for test in tests:
            at = seen.get(test.axis)
            if at is None:
                raise ValueError(f"{name!r} tests {test.axis!r}, which is not an earlier axis")
            size = self.axes[at].size
            if any(not 0 <= value < size for value in test.values):
                raise ValueError(f"{name!r} tests values that {test.axis!r} does not have")
            by_axis[at] = by_axis.get(at, test.values) & test.values
        if not all(by_axis.values()):
            return None
        return tuple((at, self._number(by_axis[at])) for at in sorted(by_axis))

    def _number(self, values: frozenset[int]) -> int:
        if values not in self.numbers:
            self.numbers[values] = len(self.sets)
            self.sets.append(values)
        return self.numbers[values]

    def expand(self, problem: Problem) -> Expansion:
        """Decide the first axis of a connected problem; nothing can guard it any more."""
        axis = problem.axes[0]
        clauses = [*problem.forbids, *(clause for _, guard in problem.guards for clause in guard)]
        tested = frozenset(number for clause in clauses for at, number in clause if at == axis)
        branches = []
        for holding, values in self._groups(axis, tested):
            rest = self._decide(problem, axis, holding)
            if rest is not None:
                branches.append((values, _split(rest)))
        return tuple(branches)

    def _groups(self, axis: int, tested: frozenset[int]) -> tuple[tuple[frozenset[int], Values], ...]:
        """Group the values of an axis by which of the tested sets they are in."""
        key = (axis, tested)
        if key not in self.groupings:
            holding: dict[int, set[int]] = {}
            for number in sorted(tested):
                for value in self.sets[number]:
                    holding.setdefault(value, set()).add(number)
            by_sets: dict[frozenset[int], list[int]] = {}
            for value, numbers in holding.items():
                by_sets.setdefault(frozenset(numbers), []).append(value)
            groups = [(numbers, values_of(values)) for numbers, values in by_sets.items()]
            groups.append((frozenset(), complement(self.axes[axis].size, holding)))
            self.groupings[key] = tuple(sorted((g for g in groups if g[1].size), key=lambda g: g[1].starts[0]))
        return self.groupings[key]

    def _decide(self, problem: Problem, axis: int, holding: frozenset[int]) -> Problem | None:
        """Return what is left once the value of `axis` is in the `holding` sets, or None if a forbid holds."""
        dead: set[int] = set()
        guards = []
        for at, guard in problem.guards:
            left = self._shorten(guard, axis, holding, dead)
            if not left:
                dead.add(at)
            elif () not in left:
                guards.append((at, left))
        forbids = self._shorten(problem.forbids, axis, holding, dead)
        if () in forbids:
            return None
        axes = tuple(at for at in problem.axes if at != axis and at not in dead)
        return Problem(axes, tuple(guards), self._simplify(forbids))

    def _shorten(
        self, clauses: frozenset[Clause], axis: int, holding: frozenset[int], dead: set[int]
    ) -> frozenset[Clause]:
        """Drop the clauses that can no longer hold, and the decided literal from the others."""
        left = set()
        for clause in clauses:
            if any((at == axis and number not in holding) or at in dead for at, number in clause):
                continue
            short = tuple(literal for literal in clause if literal[0] != axis)
            if short != clause:
                self.origins.setdefault(short, set()).update(self.origins[clause])
            left.add(short)
        return frozenset(left)

    def _simplify(self, forbids: frozenset[Clause]) -> frozenset[Clause]:
        """Join the one-literal clauses of an axis and take their values out of the others: more states become equal."""
        banned: dict[int, frozenset[int]] = {}
        names: dict[int, set[str]] = {}
        for clause in forbids:
            if len(clause) == 1:
                at, number = clause[0]
                banned[at] = banned.get(at, frozenset()) | self.sets[number]
                names.setdefault(at, set()).update(self.origins[clause])
        if not banned:
            return forbids
        simple: set[Clause] = {((at, self._number(values)),) for at, values in banned.items()}
        for at, values in banned.items():
            self.origins.setdefault(((at, self._number(values)),), set()).update(names[at])
        for clause in forbids:
            if len(clause) > 1:
                sets = [(at, self.sets[number] - banned.get(at, frozenset())) for at, number in clause]
                if all(values for _, values in sets):
                    short = tuple((at, self._number(values)) for at, values in sets)
                    self.origins.setdefault(short, set()).update(self.origins[clause])
                    simple.add(short)
        return frozenset(simple)

    def overflow(self, problems: Sequence[Problem], limit: int) -> Overflow:
        """Name the constraints in which the problems of the widest level differ: these are what multiplies them."""
        levels: dict[int, set[Problem]] = {}
        for problem in problems:
            levels.setdefault(problem.axes[0], set()).add(problem)
        axis = max(levels, key=lambda at: (len(levels[at]), -at))
        states = [{*p.forbids, *(clause for _, guard in p.guards for clause in guard)} for p in levels[axis]]
        differing = set().union(*states) - states[0].intersection(*states)
        names = {name for clause in differing for name in self.origins[clause]}
        return Overflow(tuple(sorted(names)), self.axes[axis].name, len(states), limit)


def _split(problem: Problem) -> tuple[Problem, ...]:
    """Split a problem into the ones that share no constraint."""
    leader = {at: at for at in problem.axes}

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = leader[leader[at]]
            at = leader[at]
        return at

    def join(first: int, others: Iterable[Literal]) -> None:
        for at, _ in others:
            one, two = sorted((find(first), find(at)))
            leader[two] = one

    for at, guard in problem.guards:
        for clause in guard:
            join(at, clause)
    for clause in problem.forbids:
        join(clause[0][0], clause)
    axes: dict[int, list[int]] = {}
    for at in problem.axes:
        axes.setdefault(find(at), []).append(at)
    guards: dict[int, list[tuple[int, frozenset[Clause]]]] = {}
    for at, guard in problem.guards:
        guards.setdefault(find(at), []).append((at, guard))
    forbids: dict[int, set[Clause]] = {}
    for clause in problem.forbids:
        forbids.setdefault(find(clause[0][0]), set()).add(clause)
    return tuple(
        Problem(tuple(members), tuple(guards.get(lead, ())), frozenset(forbids.get(lead, ())))
        for lead, members in axes.items()
    )
