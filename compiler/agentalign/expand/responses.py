"""Drawing the response axes: how the agent's side is worded, by what the request is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property

from agentalign.expand.draw import Salts, Urn, happens, salts
from agentalign.ir import Chain, Dataset, Index, Outcome, Reading, Response, Step

_OFFERED = Fraction(1, 2)
_OWN = 4  # chances of a refusal that a reading words itself, where one that fits all requests of its kind has 1


class Responses:
    """The response axes of one reading."""

    def __init__(self, index: Index, dataset: Dataset, reading: Reading) -> None:
        self._index = index
        self._dataset = dataset
        self._reading = reading
        self._chain: Chain = index.chains[reading.chain]

    def draw(self, request: str, outcomes: Callable[[], Sequence[Outcome]]) -> Response:
        """One choice on every response axis for the request with this digest; `outcomes` gives the upsets it can have."""
        salt = salts(request)
        if self._reading.expected == "refusal":
            refusal = self._refusals.pick(salt("refusal")) if self._refusals else None
            offered = self._offers and happens(salt("offered"), _OFFERED)
            return Response(None, {}, {}, None, refusal, self._offers.pick(salt("offer")) if offered else None)
        outcome = self._outcome(salt, outcomes)
        answers = _texts(outcome.answers) if outcome and outcome.answers else self._answers
        answer = answers.pick(salt("answer")) if answers else None
        compositions = {slot: urn.pick(salt(f"compose {slot}")) for slot, urn in self._compositions}
        return Response(answer, self._narrate(salt), compositions, outcome, None, None)

    @property
    def size(self) -> int:
        """How many different responses a request can get (outcomes aside)."""
        if self._reading.expected == "refusal":
            return max(len(self._refusals.options), 1) * (len(self._offers.options) + 1)
        total = max(len(self._answers.options), 1)
        for _, urn in (*self._compositions, *self._narrations):
            total *= len(urn.options)
        return total

    @cached_property
    def _answers(self) -> Urn[str]:
        return _texts([wording.template for wording in self._reading.answers])

    @cached_property
    def _refusals(self) -> Urn[str]:
        own = [wording.template for wording in self._reading.refusals]
        key = (self._reading.category or "", self._reading.subcategory or "")
        subcategory = self._index.subcategories.get(key)
        chances = dict.fromkeys(subcategory.refusals if subcategory else (), 1) | dict.fromkeys(own, _OWN)
        return Urn(chances, str, chances.__getitem__)

    @cached_property
    def _offers(self) -> Urn[str]:
        return _texts([offer.template for offer in self._index.offers(self._reading)])

    @cached_property
    def _compositions(self) -> tuple[tuple[tuple[str, str], Urn[str]], ...]:
        options: dict[tuple[str, str], list[str]] = {}
        for composition in self._reading.compositions:
            options.setdefault((composition.step, composition.port), []).append(composition.template)
        return tuple((slot, _texts(texts)) for slot, texts in options.items())

    @cached_property
    def _narrations(self) -> tuple[tuple[str, Urn[str]], ...]:
        options: list[tuple[str, Urn[str]]] = []
        for step in (item for item in self._chain.items if isinstance(item, Step)):
            own = tuple(n.template for n in self._reading.narrations if n.step == step.name)
            if texts := step.narrations + own:
                options.append((step.name, _texts(texts)))
        return tuple(options)

    def _narrate(self, salt: Salts) -> dict[str, str]:
        if not happens(salt("narrated"), self._dataset.narrate):
            return {}
        return {step: urn.pick(salt(f"narrate {step}")) for step, urn in self._narrations}

    def _outcome(self, salt: Salts, outcomes: Callable[[], Sequence[Outcome]]) -> Outcome | None:
        if not self._reading.outcomes or not happens(salt("upset"), self._dataset.upset):
            return None
        usable = Urn(outcomes(), _event)
        return usable.pick(salt("outcome")) if usable else None


def _texts(options: Sequence[str]) -> Urn[str]:
    return Urn(options, lambda text: text)


def _event(outcome: Outcome) -> str:
    return f"{outcome.step}: {outcome.error} then {outcome.mode}"
