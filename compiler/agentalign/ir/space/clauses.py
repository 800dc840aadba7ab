"""Interned conjunctions over axes and value sets, and what becomes of them as axes are decided.

A *clause* is a number for a tuple of *literals* `(axis position, number of a value set)`, at most one per axis,
ascending. Numbers make states cheap to compare and every step on a clause a table look-up. The clause without literals
is `HOLDS`.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.ir.space.model import Axis, Test
from agentalign.ir.space.values import Values, complement, values_of

Literal: TypeAlias = tuple[int, int]
Grouping: TypeAlias = tuple[tuple[frozenset[int], Values], ...]

HOLDS = 0


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses met so far: their literals, the bit sets of their axes, and the constraints they come from."""

    literals: list[tuple[Literal, ...]] = field(default_factory=lambda: [()])
    masks: list[int] = field(default_factory=lambda: [0])
    origins: list[set[str]] = field(default_factory=lambda: [set()])
    sets: list[frozenset[int]] = field(default_factory=list)
    _numbers: dict[tuple[Literal, ...], int] = field(default_factory=lambda: {(): HOLDS})
    _set_numbers: dict[frozenset[int], int] = field(default_factory=dict)
    _shorter: dict[tuple[int, int], int] = field(default_factory=dict)
    _pruned: dict[tuple[int, int, int], int | None] = field(default_factory=dict)
    _axes: dict[frozenset[int], int] = field(default_factory=dict)
    _shortened: dict[tuple[frozenset[int], int, frozenset[int], int], frozenset[int]] = field(default_factory=dict)
    _groupings: dict[tuple[int, frozenset[int]], Grouping] = field(default_factory=dict)

    def declare(self, tests: Sequence[Test], name: str, axes: Sequence[Axis], seen: dict[str, int]) -> int | None:
        """Return the clause of some tests on the axes `seen`, or None if it can never hold.

        Raises ValueError for tests on other axes and on values out of range.
        """
        by_axis: dict[int, frozenset[int]] = {}
        for test in tests:
            at = seen.get(test.axis)
            if at is None:
                raise ValueError(f"{name!r} tests {test.axis!r}, which is not an earlier axis")
            if test.values and not 0 <= min(test.values) <= max(test.values) < axes[at].size:
                raise ValueError(f"{name!r} tests values that {test.axis!r} does not have")
            by_axis[at] = by_axis.get(at, test.values) & test.values
        if not all(by_axis.values()):
            return None
        return self.add(((at, self.set_number(by_axis[at])) for at in sorted(by_axis)), {name})

    def set_number(self, values: frozenset[int]) -> int:
        """Return the number of a value set."""
        number = self._set_numbers.setdefault(values, len(self.sets))
        if number == len(self.sets):
            self.sets.append(values)
        return number

    def add(self, literals: Iterable[Literal], names: Collection[str]) -> int:
        """Return the clause of some literals; `names` are added to where it comes from."""
        key = tuple(literals)
        number = self._numbers.setdefault(key, len(self.literals))
        if number == len(self.literals):
            self.literals.append(key)
            self.masks.append(sum(1 << at for at, _ in key))
            self.origins.append(set())
        self.origins[number].update(names)
        return number

    def tested(self, clauses: Iterable[int], axis: int) -> frozenset[int]:
        """Return the numbers of the sets that clauses test an axis for."""
        bit = 1 << axis
        return frozenset(
            number
            for clause in clauses
            if self.masks[clause] & bit
            for at, number in self.literals[clause]
            if at == axis
        )

    def groups(self, axis: int, size: int, tested: frozenset[int]) -> Grouping:
        """Group the values of an axis by which of the tested sets they are in."""
        key = (axis, tested)
        if key not in self._groupings:
            holding: dict[int, set[int]] = {}
            for number in sorted(tested):
                for value in self.sets[number]:
                    holding.setdefault(value, set()).add(number)
            by_sets: dict[frozenset[int], list[int]] = {}
            for value, numbers in holding.items():
                by_sets.setdefault(frozenset(numbers), []).append(value)
            groups = [(numbers, values_of(values)) for numbers, values in by_sets.items()]
            groups.append((frozenset(), complement(size, holding)))
            self._groupings[key] = tuple(sorted((g for g in groups if g[1].size), key=lambda g: g[1].starts[0]))
        return self._groupings[key]

    def shorten(self, clauses: frozenset[int], axis: int, holding: frozenset[int], dead: int) -> frozenset[int]:
        """Decide an axis: drop the clauses that can no longer hold, and the literal on the axis from the others.

        `holding` are the sets the axis's value is in, `dead` is the bit set of axes that turned out not to be live.
        """
        if not clauses:
            return clauses
        bit = 0 if axis < 0 else 1 << axis
        concerned = self._axes_of(clauses) & (dead | bit)
        if not concerned:
            return clauses
        key = (clauses, axis, holding, concerned)
        if key not in self._shortened:
            self._shortened[key] = self._decided(clauses, axis, holding, concerned)
        return self._shortened[key]

    def _decided(self, clauses: frozenset[int], axis: int, holding: frozenset[int], concerned: int) -> frozenset[int]:
        bit = 0 if axis < 0 else 1 << axis
        dead = concerned & ~bit
        masks = self.masks
        left = set()
        for clause in clauses:
            mask = masks[clause]
            if mask & dead:
                continue
            if not mask & bit:
                left.add(clause)
                continue
            for at, number in self.literals[clause]:
                if at == axis and number in holding:
                    left.add(self._without(clause, axis))
        return frozenset(left)

    def _axes_of(self, clauses: frozenset[int]) -> int:
        if clauses not in self._axes:
            self._axes[clauses] = reduce(or_, (self.masks[clause] for clause in clauses), 0)
        return self._axes[clauses]

    def _without(self, clause: int, axis: int) -> int:
        key = (clause, axis)
        known = self._shorter.get(key)
        if known is None:
            rest = (literal for literal in self.literals[clause] if literal[0] != axis)
            known = self._shorter[key] = self.add(rest, self.origins[clause])
        return known

    def simplify(self, forbids: frozenset[int]) -> frozenset[int]:
        """Join the one-literal clauses of an axis and take their values out of the others: more states become equal."""
        banned: dict[int, int] = {}
        for clause in forbids:
            if len(self.literals[clause]) == 1:
                at = self.literals[clause][0][0]
                banned[at] = self._join(banned[at], clause) if at in banned else clause
        if not banned:
            return forbids
        simple = set(banned.values())
        for clause in forbids:
            if len(self.literals[clause]) > 1:
                short: int | None = clause
                for at, _ in self.literals[clause]:
                    if at in banned and short is not None:
                        short = self._prune(short, at, self.literals[banned[at]][0][1])
                if short is not None:
                    simple.add(short)
        return frozenset(simple)

    def _join(self, one: int, two: int) -> int:
        """Return the one-literal clause that holds where either of two over the same axis does."""
        (at, first), (_, second) = self.literals[one][0], self.literals[two][0]
        both = self.set_number(self.sets[first] | self.sets[second])
        return self.add(((at, both),), self.origins[one] | self.origins[two])

    def _prune(self, clause: int, axis: int, banned: int) -> int | None:
        """Take banned values out of a clause's literal on an axis; None if nothing is left to hold."""
        key = (clause, axis, banned)
        if key not in self._pruned:
            number = next(number for at, number in self.literals[clause] if at == axis)
            rest = self.sets[number] - self.sets[banned]
            literals = tuple(
                (at, self.set_number(rest) if at == axis else number) for at, number in self.literals[clause]
            )
            self._pruned[key] = self.add(literals, self.origins[clause]) if rest else None
        return self._pruned[key]
