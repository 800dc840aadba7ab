"""Drawing the response axes: how the agent's side is worded, from the case's own stream."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from agentalign.ir import Chain, Dataset, Index, Outcome, Reading, Response, Step
from agentalign.types import Stream

T = TypeVar("T")


class Responses:
    """The response axes of one reading."""

    def __init__(self, index: Index, dataset: Dataset, reading: Reading) -> None:
        self._index = index
        self._dataset = dataset
        self._reading = reading
        self._chain: Chain = index.chains[reading.chain]

    def draw(self, stream: Stream) -> Response:
        """One choice on every response axis."""
        if self._reading.expected == "refusal":
            refusal = _pick(stream, self._refusals)
            offer = _pick(stream, self._offers) if self._offers and stream.chance(1, 2) else None
            return Response(None, {}, {}, None, refusal, offer)
        outcome = self._outcome(stream)
        own = outcome.answers if outcome else ()
        answer = _pick(stream, own or tuple(wording.template for wording in self._reading.answers))
        compositions = {slot: stream.pick(options) for slot, options in self._compositions}
        return Response(answer, self._narrate(stream), compositions, outcome, None, None)

    @property
    def size(self) -> int:
        """How many different responses a request can get (outcomes aside)."""
        if self._reading.expected == "refusal":
            return max(len(self._refusals), 1) * (len(self._offers) + 1)
        total = max(len(self._reading.answers), 1)
        for _, options in (*self._compositions, *self._narrations):
            total *= len(options)
        return total

    @cached_property
    def _refusals(self) -> tuple[str, ...]:
        own = tuple(wording.template for wording in self._reading.refusals)
        key = (self._reading.category or "", self._reading.subcategory or "")
        subcategory = self._index.subcategories.get(key)
        return own + (subcategory.refusals if subcategory else ())

    @cached_property
    def _offers(self) -> tuple[str, ...]:
        twins = (r for r in self._index.plan.readings if r.chain == self._chain.name and r.label == "benign")
        return tuple(offer.template for twin in twins for offer in twin.offers)

    @cached_property
    def _compositions(self) -> tuple[tuple[tuple[str, str], tuple[str, ...]], ...]:
        options: dict[tuple[str, str], list[str]] = {}
        for composition in self._reading.compositions:
            options.setdefault((composition.step, composition.port), []).append(composition.template)
        return tuple((slot, tuple(texts)) for slot, texts in options.items())

    @cached_property
    def _narrations(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        options: list[tuple[str, tuple[str, ...]]] = []
        for step in (item for item in self._chain.items if isinstance(item, Step)):
            own = tuple(n.template for n in self._reading.narrations if n.step == step.name)
            if texts := step.narrations + own:
                options.append((step.name, texts))
        return tuple(options)

    def _narrate(self, stream: Stream) -> dict[str, str]:
        if not _chance(stream, self._dataset.narrate):
            return {}
        return {step: stream.pick(texts) for step, texts in self._narrations}

    def _outcome(self, stream: Stream) -> Outcome | None:
        if not self._reading.outcomes or not _chance(stream, self._dataset.upset):
            return None
        return stream.pick(self._reading.outcomes)


def _pick(stream: Stream, options: Sequence[T]) -> T | None:
    return stream.pick(options) if options else None


def _chance(stream: Stream, part: Fraction) -> bool:
    return stream.chance(part.numerator, part.denominator)
