"""The stage: one record against its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agentalign.ir import Case, Plan, Record, Step
from agentalign.lockstep import Steps, alone
from agentalign.templates import blemishes, claims
from agentalign.validate.calls import Executed, check_call, executed
from agentalign.validate.evidence import Evidence
from agentalign.validate.facts import Facts, ReadingFacts
from agentalign.validate.feeds import Grounded, acted, remembered
from agentalign.validate.finding import Finding
from agentalign.validate.heads import check_head, check_provenance
from agentalign.validate.offers import check_offers
from agentalign.validate.places import answer_at, ask_at, reading_at, text_at
from agentalign.validate.prose import name_finder, slips, spotless, strings
from agentalign.validate.schema import ASKED, KEYS, RECORD_SCHEMA, SAID, TOLD, complaint
from agentalign.validate.shape import Shape
from agentalign.validate.steps import Script, assign, followed
from agentalign.validate.turns import Conversation, conversation

_ORDERS = frozenset({SAID, ASKED, TOLD})


class Validator:
    """Checks records of a plan. It needs nothing but the plan, so a written dataset can be checked from its folder."""

    def __init__(self, plan: Plan) -> None:
        self._facts = Facts(plan)
        self._shape = Shape()
        self._feeds = remembered()
        self._named = name_finder(self._facts.leaking)
        self._blank: dict[str, bool] = {}

    def check(self, record: Record, case: Case | None = None) -> tuple[Finding, ...]:
        """Return every broken promise of a record; nothing for a good one.

        The case, where it is at hand, only makes spec positions more exact. A record without the right shape, or of an
        unknown reading, is not looked at any further.
        """
        return alone(self.checking(record, case))

    def checking(self, record: Record, case: Case | None = None) -> Steps[tuple[Finding, ...]]:
        """The same in steps, for many records at once."""
        talk = self._shape.surely(record)
        if talk is None and (wrong := self._misshapen(record)):
            return wrong
        reading = self._facts.reading(record["reading"])
        if reading is None:
            message = f"the plan has no reading `{record['reading']}`"
            return (Finding("E1016", message, path="/reading"),)
        return (yield from self._findings(record, reading, talk or conversation(record["messages"]), case))

    def _misshapen(self, record: Record) -> tuple[Finding, ...]:
        if not self._shape(record):
            path, reason = complaint(RECORD_SCHEMA, record)
            return (Finding("E1001", f"the record does not follow its schema: {reason}", path=path),)
        if tuple(record) != KEYS:
            return (Finding("E1001", f"the keys of a record come in this order: {', '.join(KEYS)}"),)
        for at, message in enumerate(record["messages"]):
            if tuple(message) not in _ORDERS:
                return (Finding("E1001", "the keys of a message are out of order", path=f"/messages/{at}"),)
        return ()

    def _findings(
        self, record: Record, reading: ReadingFacts, talk: Conversation | tuple[Finding, ...], case: Case | None
    ) -> Steps[tuple[Finding, ...]]:
        provenance = record["provenance"]
        found = [*check_head(reading, record)]
        known = check_provenance(reading, provenance)
        found += known
        tools, outcome = _tools(provenance), reading.outcomes.get(str(provenance["outcome"]))
        found += check_offers(self._facts, reading, record["tools"], tools.values())
        if not isinstance(talk, Conversation):
            return (*found, *talk)
        yield
        calls: list[Executed] = []
        for exchange in talk.exchanges:
            call = executed(self._facts, exchange)
            if isinstance(call, Finding):
                return (*found, call)
            calls.append(call)
        if calls:
            found += self._calls(record, calls)
        yield
        found += self._hygiene(record, reading, talk, calls, case)
        yield
        if not known:
            script = Script(reading.chain, reading.reading.at, tools, outcome)
            found += self._story(record, reading, talk, calls, script, case)
        return tuple(found)

    def _calls(self, record: Record, calls: Sequence[Executed]) -> list[Finding]:
        offered, found = {tool["function"]["name"] for tool in record["tools"]}, list[Finding]()
        for call in calls:
            if call.exchange.tool not in offered:
                path = call.exchange.arguments_at.removesuffix("arguments") + "name"
                message = f"`{call.exchange.tool}` is called, but not offered"
                found.append(Finding("E1010", message, call.tool.tool.at, path))
            found += check_call(call)
        return found

    def _hygiene(
        self, record: Record, reading: ReadingFacts, talk: Conversation, calls: Sequence[Executed], case: Case | None
    ) -> Iterator[Finding]:
        """Look at the system prompt and at every text that the user or the agent says."""
        texts = [(talk.request, f"/messages/{talk.first}/content", ask_at)]
        texts += [(call.exchange.said, call.exchange.said_at, answer_at) for call in calls if call.exchange.said]
        texts.append((talk.answer, f"/messages/{talk.last}/content", answer_at))
        if prompt := talk.system.rpartition("\n\n")[0]:
            texts.append((prompt, "/messages/0/content", reading_at))
        texts = [said for said in texts if not self._harmless(said[0])]
        words = [text for text, _, _ in texts]
        if spotless(words, joined := "\n".join(words)) and not self._named(joined):
            return
        for text, path, place in texts:
            name = self._named(text)
            if name is not None:
                message = f"the text calls the tool `{name}` by its wire name"
                yield Finding("E1021", message, place(reading, record, case), path)
            for reason in slips(text, _sayable(record, calls), named=name is not None):
                yield Finding("E1008", f"the text has {reason}", place(reading, record, case), path)

    def _harmless(self, text: str) -> bool:
        """Tell whether a text is one of the plan's wordings without values that neither slips nor states anything."""
        known = self._blank.get(text)
        if known is None:
            if text not in self._facts.inert:
                return False
            known = self._blank[text] = not (claims(text) or blemishes(text) or self._named(text))
        return known

    def _story(  # a record, taken apart
        self,
        record: Record,
        reading: ReadingFacts,
        talk: Conversation,
        calls: Sequence[Executed],
        script: Script,
        case: Case | None,
    ) -> Iterator[Finding]:
        """Check that the right things were done, and that nothing was made up on the way."""
        evidence = Evidence(talk.system, talk.request, reading.constants)
        if reading.reading.expected == "refusal":
            for call in calls:
                message = f"a refusal calls `{call.exchange.tool}`"
                yield Finding("E1006", message, reading.reading.at, f"/messages/{call.exchange.asked}")
            evidence.add(reading.refusing)
        else:
            acting = "attempts" in record["provenance"]
            steps = followed(script, calls) if acting else assign(script, calls)
            if isinstance(steps, Finding):
                yield steps
                return
            evidence.done(calls)
            for call, step in zip(calls, steps, strict=True):
                yield from self._grounded(record, reading, call, step, evidence)
        for claim in () if self._harmless(talk.answer) else evidence.claims(talk.answer):
            message = f"the answer states `{claim}`, which nothing before it says"
            yield Finding("E1007", message, answer_at(reading, record, case), f"/messages/{talk.last}/content")

    def _grounded(
        self, record: Record, reading: ReadingFacts, call: Executed, step: Step | None, evidence: Evidence
    ) -> list[Finding]:
        """Check where the arguments of a call come from, and what is said with it; then note what it gave."""
        provenance, exchange, found = record["provenance"], call.exchange, list[Finding]()
        details, place = provenance["details"], reading.reading.at if step is None else step.at
        assert isinstance(details, dict)  # the record schema says so
        if step is None or "attempts" in provenance:
            feeds = acted(reading.chain, step, call.tool)
        else:
            feeds = self._feeds(reading.chain, step, call.tool)
        for feed in feeds.of(call.arguments):
            if wrong := feed.unfounded(call.arguments, details, evidence):
                composed = isinstance(feed, Grounded) and feed.composed
                at = text_at(reading, step.name) if composed and step is not None else place
                code, message = "E1020" if composed else "E1005", f"{wrong}, in a call of `{exchange.tool}`"
                found.append(Finding(code, message, at, exchange.arguments_at))
        evidence.add(exchange.arguments)
        if exchange.said and not self._harmless(exchange.said):
            for claim in evidence.claims(exchange.said):
                message = f"the agent states `{claim}`, which nothing before it says"
                found.append(Finding("E1007", message, place, exchange.said_at))
        evidence.add(exchange.content)
        evidence.count(call.result)
        return found


def _tools(provenance: Mapping[str, object]) -> dict[str, str]:
    tools = provenance["tools"]
    return tools if isinstance(tools, dict) else {}


def _sayable(record: Record, calls: Sequence[Executed]) -> Iterator[str]:
    """Values that may stand in a text as they are. A generator, as hardly any text makes anyone ask."""
    yield from strings(record["provenance"]["bindings"])
    yield from strings(record["provenance"]["details"])
    yield record["messages"][0]["content"].rpartition("\n\n")[2]
    for call in calls:
        yield from strings(call.arguments)
        yield from strings(call.result)
