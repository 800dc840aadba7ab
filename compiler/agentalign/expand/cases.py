"""From a point of a reading's space to a case: values looked up, responses drawn, id digested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import orjson

from agentalign.dataclasses import dataclass
from agentalign.expand.content import Contents
from agentalign.expand.prepared import Group, Prepared
from agentalign.expand.responses import Responses
from agentalign.expand.spares import Spares
from agentalign.expand.told import Told
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
    Outcome,
    PoolOptions,
    RegisterOptions,
    RequestOptions,
    Response,
    ToolOptions,
)
from agentalign.ir.space import Point
from agentalign.templates import unchosen
from agentalign.types import digest, family


class _Draft:
    """A case while its point is being read."""

    __slots__ = ("ask", "choices", "details", "literals", "request", "request_choices", "values")

    def __init__(self, constants: Mapping[str, Json]) -> None:
        self.ask = 0
        self.choices: dict[int, int] = {}
        self.request: int | None = None
        self.request_choices: dict[int, int] = {}
        self.literals: list[str] = []
        self.values: dict[str, Json] = dict(constants)
        self.details: dict[tuple[str, str], Json] = {}

    def choose(self, site: int, value: int, literal: str, *, shared: bool) -> None:
        """Note the literal of a `one_of`, of the ask or of the request that it prints."""
        (self.request_choices if shared else self.choices)[site] = value
        self.literals.append(literal)


Decoder: TypeAlias = Callable[[_Draft, int], None]


def _decoder(choice: Choice) -> Decoder:
    """What a value index of an axis means for the case."""
    match choice.options:
        case PoolOptions(names=names, rows=rows):
            return lambda draft, value: draft.values.update(zip(names, rows[value], strict=True))
        case GeneratedOptions(name=name, type=type_):
            read = family(type_).at
            return lambda draft, value: draft.values.__setitem__(name, read(value))
        case DetailOptions(step=step, param=param, unsaid=unsaid, values=values):
            slot, said = (step, param), ((), *((v,) for v in values)) if unsaid else tuple((v,) for v in values)
            return lambda draft, value: draft.details.update((slot, v) for v in said[value])
        case AskOptions(asks=asks):
            return lambda draft, value: setattr(draft, "ask", asks[value])
        case RequestOptions(requests=requests):
            return lambda draft, value: setattr(draft, "request", requests[value])
        case LiteralOptions(site=site, values=literals, shared=shared):
            return lambda draft, value: draft.choose(site, value, literals[value], shared=shared)
        case ToolOptions() | RegisterOptions():
            return lambda draft, value: None  # noqa: ARG005  # the group has them


@dataclass(frozen=True, slots=True)
class Shared:
    """What the digests of all cases may need, made once per plan."""

    contents: Contents
    spares: Spares
    told: Told


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the cases of one context and split have in common: its digest, and the upsets that can happen in it."""

    digest: str
    outcomes: tuple[Outcome, ...]


class CaseMaker:
    """Makes the cases of one reading."""

    def __init__(self, index: Index, dataset: Dataset, prepared: Prepared, shared: Shared) -> None:
        self._prepared = prepared
        self._shared = shared
        self._responses = Responses(index, dataset, prepared.reading)
        self._decoders = {choice.axis.name: _decoder(choice) for choice in prepared.reading.choices}
        contents, reading = shared.contents, prepared.reading
        self._base = digest(contents.chain(reading.chain), contents.account, contents.reading(reading))
        self._names = tuple(param.name for param in prepared.chain.params)
        # The literal chosen is part of the id, its siblings are not.
        self._asks = tuple(unchosen(ask.template) for ask in reading.asks)
        self._requests = tuple(unchosen(request.template) for request in prepared.chain.requests)
        self._tools: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._frames: dict[tuple[str, str], _Frame] = {}

    def make(self, group: Group, point: Point, context: Context, split: str) -> Case:
        """The case of a point within a group."""
        draft = _Draft(self._prepared.constants)
        for axis, value in point:
            self._decoders[axis](draft, value)
        tools = self._tools.get(group[0])
        if tools is None:
            tools = self._tools[group[0]] = dict(zip(self._prepared.steps, group[0], strict=True))
        values = {name: draft.values[name] for name in self._names if name in draft.values}
        frame = self._frame(tools, context, split)
        request = digest(
            frame.digest,
            orjson.dumps((values, list(draft.details.items()), draft.literals)).decode(),
            self._asks[draft.ask],
            *(() if draft.request is None else (self._requests[draft.request],)),
        )
        response = self._responses.draw(request, frame.outcomes)
        return Case(
            id=digest(request, *_wordings(response), *self._spare(response.outcome, tools, context)),
            reading=self._prepared.reading.name,
            register=group[1],
            ask=draft.ask,
            choices=draft.choices,
            tools=tools,
            values=values,
            details=draft.details,
            context=context,
            response=response,
            split=split,
            request=draft.request,
            request_choices=draft.request_choices,
        )

    def _frame(self, tools: Mapping[str, str], context: Context, split: str) -> _Frame:
        key = (context.key, split)
        known = self._frames.get(key)
        if known is None:
            reading, shared = self._prepared.reading, self._shared
            used = map(shared.contents.tool, tools.values())
            offered = map(shared.contents.offer, context.offered)
            told = shared.told.fields(reading.chain, tuple(tools.values()), context.offered)
            known = self._frames[key] = _Frame(
                digest(self._base, context.key, split, *used, *offered, *told),
                shared.spares.usable(reading, tools, context.offered),
            )
        return known

    def _spare(self, outcome: Outcome | None, tools: Mapping[str, str], context: Context) -> Iterator[str]:
        """The tools that may take over when one fails."""
        if outcome is not None and outcome.mode == "alternative":
            found = self._shared.spares.of(self._prepared.reading, outcome.step, tools, context.offered)
            yield from map(self._shared.contents.tool, found)


def _wordings(response: Response) -> Iterator[str]:
    """What the response says, without the places it was declared at."""
    yield response.answer or ""
    yield response.refusal or ""
    yield response.offer or ""
    if response.outcome is not None:
        yield f"{response.outcome.step}:{response.outcome.error}:{response.outcome.mode}"
    for step, text in response.narrations.items():
        yield f"{step}:{text}"
    for (step, port), text in sorted(response.compositions.items()):
        yield f"{step}.{port}:{text}"
