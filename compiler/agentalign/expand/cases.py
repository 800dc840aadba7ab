"""From a point of a reading's space to a case: values looked up, responses drawn, id digested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import orjson

from agentalign.expand.content import Contents
from agentalign.expand.prepared import Prepared
from agentalign.expand.responses import Responses
from agentalign.expand.settings import Setting
from agentalign.expand.spares import Spares
from agentalign.ir import (
    AskOptions,
    Case,
    Choice,
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
from agentalign.ir.space import Slots
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


def _decoder(choice: Choice) -> Decoder | None:
    """What a value index of an axis means for the case; None for the axes of its group."""
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
            return None


class CaseMaker:
    """Makes the cases of one reading."""

    def __init__(self, index: Index, dataset: Dataset, prepared: Prepared, contents: Contents, spares: Spares) -> None:
        self._prepared = prepared
        self._contents = contents
        self._spares = spares
        self._responses = Responses(index, dataset, prepared.reading)
        decoders = map(_decoder, prepared.reading.choices)
        self._decoders = [(at, decoder) for at, decoder in enumerate(decoders) if decoder is not None]
        self._reading = contents.reading(prepared.reading)
        self._names = tuple(param.name for param in prepared.chain.params)
        # The literal chosen is part of the id, its siblings are not.
        self._asks = tuple(digest(unchosen(ask.template)) for ask in prepared.reading.asks)
        self._requests = tuple(digest(unchosen(request.template)) for request in prepared.chain.requests)

    def make(self, point: Slots, setting: Setting) -> Case:
        """The case of a point in a setting."""
        draft = _Draft(self._prepared.constants)
        for axis, decode in self._decoders:
            if (value := point[axis]) is not None:
                decode(draft, value)
        values = {name: draft.values[name] for name in self._names if name in draft.values}
        request = digest(
            setting.digest,
            self._reading,
            orjson.dumps((values, list(draft.details.items()), draft.literals)).decode(),
            self._asks[draft.ask],
            "" if draft.request is None else self._requests[draft.request],
        )
        response = self._responses.draw(request, lambda: self._outcomes(setting))
        return Case(
            id=digest(request, *_wordings(response), *self._standing_in(response.outcome, setting)),
            reading=self._prepared.reading.name,
            register=setting.register,
            ask=draft.ask,
            choices=draft.choices,
            tools=setting.tools,
            values=values,
            details=draft.details,
            context=setting.context,
            response=response,
            split=setting.split,
            request=draft.request,
            request_choices=draft.request_choices,
        )

    def _outcomes(self, setting: Setting) -> Sequence[Outcome]:
        """The upsets that can happen."""
        return self._spares.usable(self._prepared.reading, setting.tools, setting.context.offered)

    def _standing_in(self, outcome: Outcome | None, setting: Setting) -> Iterator[str]:
        """The tools that may take over when one fails."""
        if outcome is not None and outcome.mode == "alternative":
            tools, offered = setting.tools, setting.context.offered
            yield from map(self._contents.tool, self._spares.of(self._prepared.reading, outcome.step, tools, offered))


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
