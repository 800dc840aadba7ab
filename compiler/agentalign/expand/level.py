"""Levelling: which wording a row gets, so that the surface of requests does not tell what is to be refused.

Refused and completed requests are worded by different asks, and some small words, marks, openings and lengths would be
commoner among one kind by the way their authors write. Each row therefore takes, of the wordings of its register, the
one that evens out best what the rows before it have left uneven (herding: Welling, "Herding Dynamical Weights to Learn",
2009): the means of both kinds meet, and with them goes all that a linear probe could use. Values are left as they were
drawn. A point is moved within its fibre only, the points that differ from it in nothing but wording, and each fibre
gives every point once, so a reading's space is still gone through without repeats or gaps.

Two more things are asked of a wording: that a reading's wordings are all used, none much more often than others and
none twice with the same values while another is left; and that requests are short and long as often as people's are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from operator import mul
from typing import Final

from agentalign.expand.prepared import Prepared
from agentalign.expand.twins import lane
from agentalign.expand.wordings import OPENING, Literals, Marks, Option, Parts, Seen, Wordings, wordings
from agentalign.ir.space import Slots
from agentalign.unique import Unique

_CALM: Final = 24.0  # rows' worth of each mark that are taken as seen before the first, so that the first decide little
_LAG: Final = 16  # rows, at most, that are not yet counted
_STEP: Final = 10  # words: how coarsely lengths are compared
_LENGTHS: Final = (1, 8, 19, 15, 10, 8, 6, 6, 6, 6, 8, 11, 12, 6)
"""How often a request should have so many times ten words, relatively; the last stands for all that are longer."""
_LONGEST: Final = len(_LENGTHS) - 1
_EACH: Final = tuple(sum(_LENGTHS) / part for part in _LENGTHS)
_EVEN: Final = 9.0
_PULL: Final = 3.5  # of lengths, where evening out has 1
_SPARE: Final = 1.2  # of what makes requests alike, likewise
_OFTEN: Final = 40  # uses of a wording more than of the least used
_MASK: Final = (1 << 64) - 1


class Level:
    """Remembers how uneven the rows so far are, and words the next one."""

    def __init__(self, mix: Mapping[str, float]) -> None:
        """Start with no rows; `mix` has the share of each lane, so that both kinds weigh the same."""
        refused = mix.get("harmful", 0.0)
        done = sum(share for name, share in mix.items() if name != "harmful")
        self._level = refused > 0 and done > 0
        self._marks = Marks()
        self._scale = _Scale(1 / refused, 1 / done) if self._level else _Scale(1.0, 1.0)
        self._lengths = [1] * len(_LENGTHS)
        self._rows = sum(self._lengths)
        self._long = [self._marks[f"#{length}"] for length in range(len(_LENGTHS))]
        self._readings: dict[str, _Fibres | None] = {}

    def word(self, prepared: Prepared, register: str, point: Slots) -> Slots | None:
        """The point of the same fibre that evens out best; None if all of its fibre have been given."""
        if not self._level:
            return point
        fibres = self._fibres(prepared)
        if fibres is None:
            return point
        of, refused = fibres.wordings.registers[register], lane(prepared.reading) == "harmful"
        seen, more = fibres.said(point)
        lengths = [
            length if (length := (option.words + more) // _STEP) < _LONGEST else _LONGEST for option in of.options
        ]
        values = fibres.values(point)
        sign, pull, long = 1.0 if refused else -1.0, self._scale.pull, self._long
        uneven = fibres.uneven(register, self._scale, sign)
        costs = [cost + sign * pull[long[length]] for cost, length in zip(uneven, lengths, strict=True)]
        order = self._ranked(of.options, lengths, costs, fibres.due(of.options, values))
        taken = fibres.take(point, values, [of.options[at] for at in order])
        if taken is None:
            return None
        option, found = taken
        length = lengths[of.options.index(option)]
        self._lengths[length] += 1
        self._rows += 1
        self._scale.add((option.seen, *seen, Seen((self._long[length],), (1.0,))), refused)
        return found

    def _fibres(self, prepared: Prepared) -> _Fibres | None:
        name = prepared.reading.name
        if name not in self._readings:
            found = wordings(prepared, self._marks)
            self._scale.widen(len(self._marks))
            self._readings[name] = None if found is None else _Fibres(found)
        return self._readings[name]

    def _ranked(
        self, options: Sequence[Option], lengths: Sequence[int], costs: Sequence[float], due: Sequence[int]
    ) -> list[int]:
        """The options of a register: those that are due, of these first those that take most away from what is uneven."""
        least = min(costs)
        spread = max(costs) - least or 1.0
        seen, rows = self._lengths, self._rows
        crowded = {length: _PULL * min(seen[length] * _EACH[length] / rows, 2.0) for length in set(lengths)}
        ranks = [
            (turn, _EVEN * (cost - least) / spread + crowded[length] + _SPARE * option.plain)
            for turn, cost, length, option in zip(due, costs, lengths, options, strict=True)
        ]
        return sorted(range(len(ranks)), key=ranks.__getitem__)


class _Scale:
    """How uneven each mark is; `pull` has that per row in which the mark was seen.

    It is worked out anew every few rows, of which there are more the less one row changes; `age` tells how often it was.
    """

    def __init__(self, refused: float, done: float) -> None:
        """Start with what a row to refuse and one to carry out weigh."""
        self.pull: list[float] = []
        self.age = 0
        self._weights = (refused, done)
        self._refused: list[float] = []
        self._done: list[float] = []
        self._rows = self._due = 0

    def widen(self, size: int) -> None:
        """Make room for so many marks."""
        for known in (self.pull, self._refused, self._done):
            known.extend([0.0] * (size - len(known)))

    def cost(self, seen: Seen) -> float:
        """How much a text would add to what is uneven."""
        return sum(map(mul, seen.counts, map(self.pull.__getitem__, seen.marks)), 0.0)

    def add(self, found: Iterable[Seen], refused: bool) -> None:
        """Note what is seen of a row."""
        side = self._refused if refused else self._done
        for seen in found:
            for mark, count in zip(seen.marks, seen.counts, strict=True):
                side[mark] += count
        self._rows += 1
        if self._rows > self._due:
            self._due = self._rows + min(self._rows // _LAG, _LAG)
            one, other = self._weights
            self.age += 1
            self.pull = [
                (one * refused - other * done) / (_CALM + one * refused + other * done)
                for refused, done in zip(self._refused, self._done, strict=True)
            ]


class _Fibres:
    """Which points of a reading have been given, and how often each of its options."""

    def __init__(self, of: Wordings) -> None:
        self.wordings = of
        self._turns: dict[int, int] = {}
        self._used = [0] * sum(len(register.options) for register in of.registers.values())
        self._uneven: dict[str, tuple[int, list[float]]] = {}
        # These three grow with the rows. Of the options that worded a row of values, numbers are kept modulo 64.
        self._given = Unique()
        self._values = Unique()
        self._worded = array("Q")

    def said(self, point: Slots) -> tuple[list[Seen], int]:
        """What is seen of the listed values of a point, and how many words they have beyond one each."""
        said = [rows[value] for axis, rows in self.wordings.rows if (value := point[axis]) is not None]
        return [row.seen for row in said], sum([row.words for row in said])

    def values(self, point: Slots) -> int:
        """A number for the values that a point says: equal values have equal ones."""
        key = hash(tuple([point[axis] for axis in self.wordings.values])) & _MASK
        known = self._values.add(key)
        if known is not None:
            return known
        self._worded.append(0)
        return len(self._worded) - 1

    def uneven(self, register: str, scale: _Scale, sign: float) -> list[float]:
        """How much each option of a register would add to what is uneven, or, with sign -1, take away."""
        known = self._uneven.get(register)
        if known is None or known[0] != scale.age:  # rows of a reading come together: most find it worked out
            of, pull = self.wordings.registers[register], scale.pull
            asks, requests = list(map(scale.cost, of.asks)), list(map(scale.cost, of.requests))
            costs = [sign * (asks[o.ask] + requests[o.request] + OPENING * pull[o.opens]) for o in of.options]
            known = self._uneven[register] = scale.age, costs
        return known[1]

    def due(self, options: Sequence[Option], values: int) -> list[int]:
        """For each option 0 if it is due, more if it has been used often or with the same values."""
        used, paired = self._used, self._worded[values]
        most = min([used[option.number] for option in options]) + _OFTEN
        return [2 * (paired >> option.number % 64 & 1) + (used[option.number] > most) for option in options]

    def take(self, point: Slots, values: int, options: Sequence[Option]) -> tuple[Option, Slots] | None:
        """Give a point of the fibre that has not been given, worded by the first option that has one left."""
        kept = list(point)
        for axis in self.wordings.own:
            kept[axis] = None
        for turn in (self._next, self._all):
            for option in options:
                for literals in turn(option.literals):
                    worded = kept.copy()
                    for axis, value in (*option.parts, *literals):
                        worded[axis] = value
                    found = tuple(worded)
                    if self._given.add(hash(found) & _MASK) is None:
                        self._used[option.number] += 1
                        self._worded[values] |= 1 << option.number % 64
                        return option, found
        return None

    def _next(self, axes: Literals) -> Iterator[Parts]:
        """Each literal takes turns, whatever the rows between were worded like."""
        chosen = []
        for axis, size in axes:
            turn = self._turns.get(axis, axis)
            self._turns[axis] = turn + 1
            chosen.append((axis, turn % size))
        yield tuple(chosen)

    def _all(self, axes: Literals) -> Iterator[Parts]:
        for values in product(*(range(size) for _, size in axes)):
            yield tuple([(axis, value) for (axis, _), value in zip(axes, values, strict=True)])
