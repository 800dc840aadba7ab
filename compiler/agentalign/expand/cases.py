"""From a point of a reading's space to a case: values looked up, responses drawn, id digested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import orjson

from agentalign.expand.content import Contents, content
from agentalign.expand.prepared import Group, Prepared
from agentalign.expand.responses import Responses
from agentalign.ir import (
    AskOptions,
    Case,
    Choice,
    Context,
    Dataset,
    DetailOptions,
    GeneratedOptions,
    Index,
    Json,
    LiteralOptions,
    PoolOptions,
    RegisterOptions,
    Response,
    ToolOptions,
)
from agentalign.ir.space import Point
from agentalign.types import Stream, digest, value_at

# a `one_of(...)` of a desugared template: the literal chosen is part of the id, its siblings are not
_ONE_OF = re.compile(r"""one_of\((?:[^()"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\)""")


class _Draft:
    """A case while its point is being read."""

    __slots__ = ("ask", "choices", "details", "literals", "values")

    def __init__(self, constants: Mapping[str, Json]) -> None:
        self.ask = 0
        self.choices: dict[int, int] = {}
        self.literals: list[str] = []
        self.values: dict[str, Json] = dict(constants)
        self.details: dict[tuple[str, str], Json] = {}

    def choose(self, site: int, value: int, literal: str) -> None:
        """Note the literal of a `one_of`."""
        self.choices[site] = value
        self.literals.append(literal)


Decoder: TypeAlias = Callable[[_Draft, int], None]


def _decoder(choice: Choice) -> Decoder:
    """What a value index of an axis means for the case."""
    match choice.options:
        case PoolOptions(names=names, rows=rows):
            return lambda draft, value: draft.values.update(zip(names, rows[value], strict=True))
        case GeneratedOptions(name=name, type=type_):
            return lambda draft, value: draft.values.__setitem__(name, value_at(type_, value))
        case DetailOptions(step=step, param=param, unsaid=unsaid, values=values):
            slot, said = (step, param), ((), *((v,) for v in values)) if unsaid else tuple((v,) for v in values)
            return lambda draft, value: draft.details.update((slot, v) for v in said[value])
        case AskOptions(asks=asks):
            return lambda draft, value: setattr(draft, "ask", asks[value])
        case LiteralOptions(site=site, values=literals):
            return lambda draft, value: draft.choose(site, value, literals[value])
        case ToolOptions() | RegisterOptions():
            return lambda draft, value: None  # noqa: ARG005  # the group has them


class CaseMaker:
    """Makes the cases of one reading."""

    def __init__(self, index: Index, dataset: Dataset, prepared: Prepared, contents: Contents) -> None:
        self._prepared = prepared
        self._contents = contents
        self._responses = Responses(index, dataset, prepared.reading)
        self._decoders = {choice.axis.name: _decoder(choice) for choice in prepared.reading.choices}
        reading = prepared.reading
        self._base = digest(
            contents.chain(reading.chain),
            contents.account,
            content((reading.name, reading.label, reading.expected, reading.category, reading.subcategory)),
            content(reading.plants),
        )
        self._asks = tuple(_ONE_OF.sub("", ask.template) for ask in reading.asks)
        self._groups: dict[tuple[str, str], str] = {}

    def make(self, group: Group, point: Point, context: Context, split: str) -> Case:
        """The case of a point within a group."""
        draft = _Draft(self._prepared.constants)
        for axis, value in point:
            self._decoders[axis](draft, value)
        reading = self._prepared.reading
        request = digest(
            self._group_digest(group, context, split),
            orjson.dumps((draft.values, list(draft.details.items()), draft.literals)),
            self._asks[draft.ask],
        )
        response = self._responses.draw(Stream(request))
        return Case(
            id=digest(request, *_wordings(response)),
            reading=reading.name,
            register=group[1],
            ask=draft.ask,
            choices=draft.choices,
            tools=dict(zip(self._prepared.steps, group[0], strict=True)),
            values=draft.values,
            details=draft.details,
            context=context,
            response=response,
            split=split,
        )

    def _group_digest(self, group: Group, context: Context, split: str) -> str:
        key = (context.key, split)
        known = self._groups.get(key)
        if known is None:
            used = map(self._contents.tool, group[0])
            offered = map(self._contents.offer, context.offered)
            known = self._groups[key] = digest(self._base, context.key, split, *used, *offered)
        return known


def _wordings(response: Response) -> Iterator[str]:
    """What the response says, without the places it was declared at."""
    yield response.answer or ""
    yield response.refusal or ""
    yield response.offer or ""
    if response.outcome is not None:
        yield f"{response.outcome.step}:{response.outcome.error}:{response.outcome.mode}"
    for step, text in response.narrations.items():
        yield f"{step}:{text}"
    for (step, port), text in response.compositions.items():
        yield f"{step}.{port}:{text}"
