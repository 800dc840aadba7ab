"""The wordings of a reading's requests: the ways there are to say one, and what can be seen of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.expand.prepared import Prepared
from agentalign.expand.surface import likeness, surface, words
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

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_REQUEST: Final = "{{ request }}"
_WORDING: Final = (AskOptions, RequestOptions, LiteralOptions)
OPENING: Final = 2.0  # what the first word weighs, where any word weighs 1

Literals: TypeAlias = tuple[tuple[int, int], ...]
"""Axes of literal choices, with their sizes. An axis is given by its place among those of the reading."""

Parts: TypeAlias = tuple[tuple[int, int], ...]
"""Axes with values."""

_Printed: TypeAlias = Mapping[tuple[int, bool], Sequence[Choice]]
"""The axes of literals by number of an ask or, where that is true, of a request."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of a text: numbers of marks (see `surface`), and how much there is of each."""

    marks: tuple[int, ...]
    counts: tuple[float, ...]


class Marks(dict[str, int]):
    """Gives every mark a number, from 0."""

    def __missing__(self, mark: str) -> int:
        return self.setdefault(mark, len(self))

    def of(self, found: Mapping[str, float]) -> Seen:
        """The same, by numbers."""
        return Seen(tuple(map(self.__getitem__, found)), tuple(found.values()))


@dataclass(frozen=True, slots=True)
class Wording:
    """An ask or a request: axis and place there, the literals it prints, what is seen of it, how many words and which."""

    part: tuple[str, int]
    literals: tuple[tuple[str, int], ...]
    surface: Mapping[str, float]
    words: int
    opens: str
    holds: bool
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class Option:
    """A way to word a request as a whole: an ask, and the request it holds, by their places in the register.

    Its `number` is among all options of the reading; `seen` is of both, and `opens` the mark of their first word;
    `plain` is how much like other requests their words make it.
    """

    number: int
    parts: Parts
    literals: Literals
    ask: int
    request: int
    opens: int
    seen: Seen
    words: int
    plain: float


@dataclass(frozen=True, slots=True)
class Register:
    """What is seen of the asks and requests of a register, and its options. The last of `requests` is none at all."""

    asks: tuple[Seen, ...]
    requests: tuple[Seen, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What is seen of a row of listed values, and its words beyond one for each printed value."""

    seen: Seen
    words: int


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of a reading.

    `own` are the axes of wordings, `rows` the listed values by axis, `values` the axes of values.
    """

    registers: Mapping[str, Register]
    own: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Row, ...]], ...]
    values: tuple[int, ...]


def wordings(prepared: Prepared, marks: Marks) -> Wordings | None:
    """The wordings of a reading; None where they hang together with anything else, or leave nothing to choose."""
    choices = prepared.reading.choices
    own = frozenset(choice.axis.name for choice in choices if isinstance(choice.options, _WORDING))
    if any(test.axis in own for removal in prepared.reading.removals for test in removal.forbid.tests):
        return None
    printed = _literals(choices)
    worded = {
        choice.axis.name.removeprefix("ask:"): _worded(prepared, choice.axis.name, choice.options.asks, printed)
        for choice in choices
        if isinstance(choice.options, AskOptions)
    }
    of = [wording for pair in worded.values() for wording in (*pair.asks, *pair.requests)]
    literals = {axis for wording in of for axis, _ in wording.literals}
    for choice in choices:
        if isinstance(choice.options, LiteralOptions) and choice.axis.name not in literals:
            return None  # its guard asks about values
        if isinstance(choice.options, DetailOptions) and not _always_said(choice, worded.values(), own):
            return None
    number, place = count(), prepared.space.position
    return Wordings(
        registers={name: _register(pair, marks, number, place) for name, pair in worded.items()},
        own=tuple(at for name, at in place.items() if name in own),
        rows=tuple(
            (at, _rows(c.options.rows, marks)) for at, c in enumerate(choices) if isinstance(c.options, PoolOptions)
        ),
        values=tuple(at for at, c in enumerate(choices) if isinstance(c.options, (PoolOptions, GeneratedOptions))),
    )


@dataclass(frozen=True, slots=True)
class _Worded:
    """The asks of a register, and the requests that they may hold."""

    asks: tuple[Wording, ...]
    requests: tuple[Wording, ...]


def _literals(choices: Sequence[Choice]) -> _Printed:
    """The axes of literals by the wording that prints them."""
    found: dict[tuple[int, bool], list[Choice]] = {}
    for choice in choices:
        if isinstance(choice.options, LiteralOptions):
            found.setdefault((choice.options.wording, choice.options.shared), []).append(choice)
    return found


def _worded(prepared: Prepared, axis: str, indices: Sequence[int], printed: _Printed) -> _Worded:
    choices, request = prepared.reading.choices, f"request:{axis.removeprefix('ask:')}"
    offered = next(
        (c.options.requests for c in choices if c.axis.name == request and isinstance(c.options, RequestOptions)), ()
    )
    asks, requests = prepared.reading.asks, prepared.chain.requests
    return _Worded(
        tuple(_wording(printed.get((i, False), ()), (axis, at), asks[i].template) for at, i in enumerate(indices)),
        tuple(
            _wording(printed.get((i, True), ()), (request, at), requests[i].template) for at, i in enumerate(offered)
        ),
    )


def _wording(printed: Sequence[Choice], part: tuple[str, int], template: str) -> Wording:
    """What is seen of a wording; its own choices of words stand for themselves in turns and are left out."""
    alone = {(part[0], frozenset({part[1]}))}
    literals = tuple(
        (choice.axis.name, choice.axis.size)
        for choice in printed
        if {(test.axis, test.values) for tests in choice.axis.guard for test in tests} == alone
    )
    return Wording(part, literals, *_look(template))


@lru_cache(maxsize=64)
def _look(template: str) -> tuple[Mapping[str, float], int, str, bool, frozenset[str]]:
    """What is known of a template from `surface` on; readings share requests."""
    pieces = _TAG.split(template)
    opens = words(pieces[0])[:1]
    return (
        surface(pieces),
        sum(len(piece.split()) for piece in pieces) + template.count("{{"),
        opens[0] if opens else "" if template.lstrip().startswith(_REQUEST) else "{",
        _REQUEST in template,
        frozenset(word for piece in pieces for word in words(piece)),
    )


def _register(worded: _Worded, marks: Marks, number: Iterator[int], place: Mapping[str, int]) -> Register:
    options: list[Option] = []
    none = len(worded.requests)
    for at, ask in enumerate(worded.asks):
        for held in range(none) if ask.holds else (none,):
            both = (ask, *worded.requests[held : held + 1])
            found: dict[str, float] = {}
            for wording in both:
                for mark, often in wording.surface.items():
                    found[mark] = found.get(mark, 0.0) + often
            opens = f"^{next((wording.opens for wording in both if wording.opens), '')}"
            options.append(
                Option(
                    number=next(number),
                    parts=tuple((place[axis], value) for axis, value in (wording.part for wording in both)),
                    literals=tuple((place[axis], size) for wording in both for axis, size in wording.literals),
                    ask=at,
                    request=held,
                    opens=marks[opens],
                    seen=marks.of(found | {opens: OPENING}),
                    words=sum(wording.words for wording in both),
                    plain=likeness(frozenset().union(*(wording.said for wording in both))),
                )
            )
    asks, requests = ([marks.of(w.surface) for w in each] for each in (worded.asks, worded.requests))
    return Register(tuple(asks), (*requests, Seen((), ())), tuple(options))


def _always_said(choice: Choice, registers: Iterable[_Worded], own: frozenset[str]) -> bool:
    """Whether a setting is said by whatever wording of a register that says it at all."""
    said: set[tuple[str, int]] = set()
    for tests in choice.axis.guard:
        for test in tests:
            if test.axis in own:
                said.update((test.axis, value) for value in test.values)
    for of in registers:
        requests = {request.part for request in of.requests}
        asks = {ask.part for ask in of.asks}
        every = {ask.part for ask in of.asks if not ask.holds or not requests <= said}
        if said & (asks | requests) and not every <= said:
            return False
    return True


def _rows(rows: Sequence[Sequence[Json]], marks: Marks) -> tuple[Row, ...]:
    return tuple(
        Row(marks.of(surface(texts)), sum(len(text.split()) - 1 for text in texts))
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
