"""Where in the spec the wordings of a record come from, as far as that can be told."""

from __future__ import annotations

from collections.abc import Iterable

from agentalign.ir import Case, Record
from agentalign.validate.facts import ReadingFacts


def reading_at(facts: ReadingFacts, record: Record, case: Case | None) -> str:  # noqa: ARG001 - one shape for all places
    """The place of the reading, for what no wording of it says."""
    return facts.reading.at


def ask_at(facts: ReadingFacts, record: Record, case: Case | None) -> str:
    """The place of the request's wording: known with its case, else where its register has only one."""
    asks = facts.reading.asks
    if case is not None and case.ask < len(asks):
        return asks[case.ask].at
    register = record["provenance"]["register"]
    return _only((ask.at for ask in asks if ask.register == register), facts.reading.at)


def answer_at(facts: ReadingFacts, record: Record, case: Case | None) -> str:
    """The place of the last message's wording."""
    reading = facts.reading
    refused = reading.expected == "refusal"
    wordings = reading.refusals if refused else reading.answers
    outcome = record["provenance"]["outcome"]
    if outcome is not None:
        named = (o.at for o in reading.outcomes if f"{o.step}: {o.error} then {o.mode}" == outcome)
        return next(named, reading.at)
    if case is not None:
        said = case.response.refusal if refused else case.response.answer
        return next((wording.at for wording in wordings if wording.template == said), reading.at)
    return _only((wording.at for wording in wordings), reading.at)


def text_at(facts: ReadingFacts, step: str) -> str:
    """The place of the text composed for a step."""
    return _only((c.at for c in facts.reading.compositions if c.step == step), facts.reading.at)


def _only(places: Iterable[str], otherwise: str) -> str:
    found = tuple(places)
    return found[0] if len(found) == 1 else otherwise
