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

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.expand.prepared import Prepared
from agentalign.expand.surface import surface, words
from agentalign.expand.twins import lane
from agentalign.ir import (
    AskOptions,
    Choice,
    DetailOptions,
    GeneratedOptions,
    Json,
    LiteralOptions,
    PoolOptions,
    RequestOptions,
)
from agentalign.ir.space import Point

Marks: TypeAlias = tuple[tuple[str, float], ...]
"""What is seen of a text, each with a weight: see `surface`."""

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_REQUEST: Final = "{{ request }}"
_CALM: Final = 24.0  # rows' worth of each mark that are taken as seen before the first, so that the first decide little
_STEP: Final = 10  # words: how coarsely lengths are compared
_LENGTHS: Final = (1, 6, 17, 15, 11, 9, 8, 7, 7, 6, 6, 7, 4, 1)
"""How often a request should have so many times ten words, relatively; the last stands for all that are longer."""
_PULL: Final = 1.4  # of lengths, where evening out has 1


@dataclass(frozen=True, slots=True)
class _Wording:
    """An ask or a request: its axis and the value there, its literals with their sizes, and what is seen of it."""

    axis: str
    value: int
    literals: tuple[tuple[str, int], ...]
    marks: Marks
    length: int
    opens: str
    holds: bool = False


@dataclass(frozen=True, slots=True)
class _Register:
    """The wordings of a register: the ask axis with its values, and, where asks hold one, the request axis with its."""

    ask: str
    asks: tuple[_Wording, ...]
    request: str
    requests: tuple[_Wording, ...]


class Level:
    """Remembers how uneven the rows so far are, and words the next one."""

    def __init__(self, mix: Mapping[str, float]) -> None:
        """Start with no rows; `mix` has the share of each lane, so that both kinds weigh the same."""
        refused = mix.get("harmful", 0.0)
        done = sum(share for name, share in mix.items() if name != "harmful")
        self._weights = {name: 1 / refused if name == "harmful" else -1 / done for name, share in mix.items() if share}
        self._level = len({weight > 0 for weight in self._weights.values()}) > 1
        self._uneven: dict[str, float] = {}
        self._seen: dict[str, float] = {}
        self._lengths = [0] * len(_LENGTHS)
        self._readings: dict[str, _Reading | None] = {}

    def word(self, prepared: Prepared, register: str, point: Point) -> Point | None:
        """The point of the same fibre that evens out best; None if all of its fibre have been given."""
        if not self._level:
            return point
        name = prepared.reading.name
        if name not in self._readings:
            self._readings[name] = _reading(prepared)
        reading = self._readings[name]
        if reading is None:
            return point
        weight = self._weights[lane(prepared.reading)]
        options = self._best(reading, reading.registers[register], point, weight)
        chosen = next(reading.free(register, point, options), None)
        if chosen is None:
            return None
        found, seen, length = chosen
        self._lengths[length] += 1
        for mark, count in (*seen, *reading.said(point)):
            self._uneven[mark] = self._uneven.get(mark, 0.0) + weight * count
            self._seen[mark] = self._seen.get(mark, 0.0) + abs(weight) * count
        return found

    def _best(self, reading: _Reading, register: _Register, point: Point, weight: float) -> list[_Option]:
        """The wordings of a register: those that are due, of these first those that take most away from what is uneven."""
        asks = [(ask, self._cost(ask.marks)) for ask in register.asks]
        requests = [(request, self._cost(request.marks)) for request in register.requests]
        more = reading.length(point)
        rated: list[tuple[_Option, float]] = []
        for ask, cost in asks:
            for request, of_request in requests if ask.holds else _NO_REQUEST:
                length = min((ask.length + (request.length if request else 0) + more) // _STEP, len(_LENGTHS) - 1)
                joint = ((f"^{ask.opens or (request.opens if request else '')}", 2.0), (f"#{length}", 1.0))
                marks = (*ask.marks, *(request.marks if request else ()), *joint)
                rated.append((_Option(ask, request, marks, length), weight * (cost + of_request + self._cost(joint))))
        least = min(cost for _, cost in rated)
        spread = max(cost for _, cost in rated) - least or 1.0
        ready = reading.due([option for option, _ in rated], point)
        order = sorted(
            range(len(rated)),
            key=lambda at: (ready[at], (rated[at][1] - least) / spread + _PULL * self._crowded(rated[at][0].length)),
        )
        return [rated[at][0] for at in order]

    def _crowded(self, length: int) -> float:
        """How many times too often a length has been used: 1 is right, and 2 the most that is told."""
        part = _LENGTHS[length] / sum(_LENGTHS)
        return min((self._lengths[length] + 1) / (part * (sum(self._lengths) + len(_LENGTHS))), 2.0)

    def _cost(self, marks: Marks) -> float:
        uneven, seen = self._uneven, self._seen
        return sum([count * uneven[mark] / (seen[mark] + _CALM) for mark, count in marks if mark in uneven])


_NO_REQUEST: Final[list[tuple[_Wording | None, float]]] = [(None, 0.0)]


class _Option(NamedTuple):
    """A wording of a request as a whole, what is seen of it, and its length in steps."""

    ask: _Wording
    request: _Wording | None
    marks: Marks
    length: int


class _Reading:
    """The wordings of a reading, and which points have been given."""

    def __init__(self, prepared: Prepared, registers: Mapping[str, _Register]) -> None:
        self.registers = registers
        choices = prepared.reading.choices
        self._order = {choice.axis.name: at for at, choice in enumerate(choices)}
        self._wording = frozenset(choice.axis.name for choice in choices if isinstance(choice.options, _WORDING))
        self._turns: dict[str, int] = {}
        self._given: set[int] = set()
        self._rows = {choice.axis.name: _said(choice.options) for choice in choices if _is_pool(choice)}
        self._values = frozenset(c.axis.name for c in choices if isinstance(c.options, (PoolOptions, GeneratedOptions)))
        self._used: Counter[tuple[str, int, int]] = Counter()
        self._paired: set[int] = set()

    def length(self, point: Point) -> int:
        """How many words the listed values of a point have beyond one each."""
        return sum([self._rows[axis][value].words for axis, value in point if axis in self._rows])

    def due(self, options: Sequence[_Option], point: Point) -> list[int]:
        """For each option 0 if it is due, more if it has been used often or with the same values."""
        keys = [self._key(option) for option in options]
        most = min(self._used[key] for key in keys) + 5
        return [2 * (self._pair(key, point) in self._paired) + (self._used[key] > most) for key in keys]

    def _key(self, option: _Option) -> tuple[str, int, int]:
        ask, request = option.ask, option.request
        return ask.axis, ask.value, -1 if request is None else request.value

    def _pair(self, key: tuple[str, int, int], point: Point) -> int:
        return hash((self._order[key[0]], *key[1:], *[value for axis, value in point if axis in self._values]))

    def said(self, point: Point) -> Marks:
        """What is seen of the listed values of a point."""
        return tuple(mark for axis, value in point if axis in self._rows for mark in self._rows[axis][value].marks)

    def free(self, register: str, point: Point, options: Sequence[_Option]) -> Iterator[tuple[Point, Marks, int]]:
        """The points of a fibre that have not been given, in the order of the options; taking one gives it."""
        of = self.registers[register]
        kept = [(axis, value) for axis, value in point if axis not in self._wording]
        for turn in (self._next, self._all):
            for option in options:
                ask, request = option.ask, option.request
                worded = [(of.ask, ask.value), *(((of.request, request.value),) if request else ())]
                for literals in turn((*ask.literals, *(request.literals if request else ()))):
                    found = tuple(sorted((*kept, *worded, *literals), key=lambda part: self._order[part[0]]))
                    key = hash(tuple(value for _, value in found))
                    if key not in self._given:
                        self._given.add(key)
                        self._used[self._key(option)] += 1
                        self._paired.add(self._pair(self._key(option), point))
                        yield found, option.marks, option.length

    def _next(self, axes: tuple[tuple[str, int], ...]) -> Iterator[Point]:
        """Each literal takes turns, whatever the rows between were worded like."""
        chosen = []
        for axis, size in axes:
            turn = self._turns.get(axis, len(axis) + len(self._turns))
            self._turns[axis] = turn + 1
            chosen.append((axis, turn % size))
        yield tuple(chosen)

    def _all(self, axes: tuple[tuple[str, int], ...]) -> Iterator[Point]:
        for values in product(*(range(size) for _, size in axes)):
            yield tuple((axis, value) for (axis, _), value in zip(axes, values, strict=True))


# ------------------------------------------------------------------------------------------------------------ readings

_WORDING: Final = (AskOptions, RequestOptions, LiteralOptions)


def _reading(prepared: Prepared) -> _Reading | None:
    """The wordings of a reading; None where they hang together with anything else, or leave nothing to choose."""
    reading = prepared.reading
    wording = {choice.axis.name for choice in reading.choices if isinstance(choice.options, _WORDING)}
    if any(test.axis in wording for removal in reading.removals for test in removal.forbid.tests):
        return None
    registers = {
        name: _register(prepared, name, indices)
        for choice in reading.choices
        if isinstance(choice.options, AskOptions)
        for name, indices in ((choice.axis.name.removeprefix("ask:"), choice.options.asks),)
    }
    literals = {
        axis for of in registers.values() for wording in (*of.asks, *of.requests) for axis, _ in wording.literals
    }
    for choice in reading.choices:
        options = choice.options
        if isinstance(options, LiteralOptions) and choice.axis.name not in literals:
            return None  # its guard asks about values
        if isinstance(options, DetailOptions) and not _always_said(choice, registers, wording):
            return None
    return _Reading(prepared, registers)


def _register(prepared: Prepared, name: str, indices: tuple[int, ...]) -> _Register:
    reading, shared = prepared.reading, prepared.chain.requests
    ask, request = f"ask:{name}", f"request:{name}"
    asks = [
        _wording(reading.choices, at, i, reading.asks[i].template, ask, shared=False) for at, i in enumerate(indices)
    ]
    offered = [
        c.options.requests for c in reading.choices if c.axis.name == request and isinstance(c.options, RequestOptions)
    ]
    requests = [
        _wording(reading.choices, at, i, shared[i].template, request, shared=True)
        for each in offered
        for at, i in enumerate(each)
    ]
    return _Register(ask, tuple(asks), request, tuple(requests))


def _wording(choices: Sequence[Choice], at: int, index: int, template: str, axis: str, *, shared: bool) -> _Wording:
    """What is seen of a wording; its own choices of words stand for themselves in turns and are left out."""
    alone = {(axis, frozenset({at}))}
    literals = tuple(
        (choice.axis.name, choice.axis.size)
        for choice in choices
        if isinstance(choice.options, LiteralOptions)
        and (choice.options.wording, choice.options.shared) == (index, shared)
        and {(test.axis, test.values) for tests in choice.axis.guard for test in tests} == alone
    )
    pieces = _TAG.split(template)
    opens = words(pieces[0])[:1]
    first = template.lstrip()
    return _Wording(
        axis=axis,
        value=at,
        literals=literals,
        marks=tuple(surface(pieces).items()),
        length=sum(len(piece.split()) for piece in pieces) + template.count("{{"),
        opens=opens[0] if opens else "" if first.startswith(_REQUEST) else "{",
        holds=_REQUEST in template,
    )


def _always_said(choice: Choice, registers: Mapping[str, _Register], wording: set[str]) -> bool:
    """Whether a setting is said by whatever wording of a register that says it at all."""
    said: dict[str, set[int]] = {}
    for tests in choice.axis.guard:
        for test in tests:
            if test.axis in wording:
                said.setdefault(test.axis, set()).update(test.values)
    for of in registers.values():
        asks, requests = said.get(of.ask, set()), said.get(of.request, set())
        every = {ask.value for ask in of.asks if not ask.holds or requests != {r.value for r in of.requests}}
        if (asks or requests) and not every <= asks:
            return False
    return True


def _is_pool(choice: Choice) -> bool:
    return isinstance(choice.options, PoolOptions)


class _Row(NamedTuple):
    """What is seen of a row of listed values, and its words beyond one for each printed value."""

    marks: Marks
    words: int


def _said(options: object) -> tuple[_Row, ...]:
    rows = options.rows if isinstance(options, PoolOptions) else ()
    return tuple(
        _Row(tuple(surface(texts).items()), sum(len(text.split()) - 1 for text in texts))
        for texts in (tuple(_texts(row)) for row in rows)
    )


def _texts(value: Json | Sequence[Json]) -> Iterator[str]:
    """The strings of a value that a request prints: of a brief what it says."""
    match value:
        case str():
            yield value
        case Mapping():
            yield from (
                _texts(value["says"]) if "says" in value else (t for part in value.values() for t in _texts(part))
            )
        case tuple() | list():
            for part in value:
                yield from _texts(part)
        case _:
            return
