"""The path of cases through the models: requests first, then what is answered to them, each result in its turn."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir import Breakdown, Case, Plan
from agentalign.llm import Failure
from agentalign.synthesize.answering import Answering
from agentalign.synthesize.asking import Asks, Blocked, Trail, Unanswered, judge
from agentalign.synthesize.binding import Bindings
from agentalign.synthesize.near import NearDuplicates
from agentalign.synthesize.results import Dropped, Made, Stats, drop
from agentalign.synthesize.scopes import Draft, Scopes, asked
from agentalign.synthesize.wording import Worded, batches, reword, stage_of, write
from agentalign.validate import Finding, Stage, Validator

BLOCK: Final = 250
"""Cases whose requests are written together; what shares a prompt depends on it, so it is part of what is paid for."""

_AHEAD = 4  # blocks at work at once


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A case that could not be brought to an end for now: the run may be taken up later."""

    case: Case
    failure: Failure


Result: TypeAlias = Made | Dropped | Unfinished
_Request: TypeAlias = Worded | Dropped | Unfinished


class Synthesis:
    """Makes rows of cases with the help of models. What it did is counted in `stats`.

    Results come in the order of the cases, and depend on them and on what the models reply, never on what is answered
    first. Near duplicates are remembered over all calls of `results`.
    """

    def __init__(self, plan: Plan, bindings: Bindings, engine: Asks) -> None:
        self.bindings = bindings
        self._engine = engine
        self._scopes = Scopes(plan)
        self._validator = Validator(plan)
        self._near = NearDuplicates()
        self.stats = Stats()
        self._answering = Answering(self._scopes, self._validator, bindings, engine, self.stats)

    async def results(self, cases: Sequence[Case]) -> AsyncIterator[Result]:
        """A result for every case."""
        blocks = [cases[at : at + BLOCK] for at in range(0, len(cases), BLOCK)]
        running: deque[asyncio.Task[list[Result]]] = deque()
        before: asyncio.Event | None = None
        try:
            for block in blocks:
                done = asyncio.Event()
                running.append(asyncio.create_task(self._block(block, before, done)))
                before = done
                if len(running) >= _AHEAD:
                    for result in await running.popleft():
                        yield result
            while running:
                for result in await running.popleft():
                    yield result
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _block(self, cases: Sequence[Case], before: asyncio.Event | None, done: asyncio.Event) -> list[Result]:
        drafts = [self._scopes.draft(case) for case in cases]
        try:
            requests = await self._requests(drafts)
            if before is not None:
                await before.wait()
            kept = [self._distinct(draft, request) for draft, request in zip(drafts, requests, strict=True)]
        finally:
            done.set()
        return list(await asyncio.gather(*map(self._settled, drafts, kept)))

    async def _requests(self, drafts: Sequence[Draft]) -> list[_Request]:
        """The requests of a block: written, reworded, judged."""
        written: dict[str, _Request] = {}
        await asyncio.gather(*(self._written(batch, written) for batch in batches(drafts)))
        return list(await asyncio.gather(*(self._reviewed(draft, written[draft.case.id]) for draft in drafts)))

    async def _written(self, batch: Sequence[Draft], into: dict[str, _Request]) -> None:
        reading = self._scopes.index.readings[batch[0].case.reading]
        binding = self.bindings.get(stage_of(reading.label))
        if binding is None:
            into |= {draft.case.id: Worded(draft.example, {}) for draft in batch}
            return
        try:
            worded = await write(self._engine, self._scopes, binding, batch)
        except Unanswered as stop:
            into |= {draft.case.id: Unfinished(draft.case, stop.failure) for draft in batch}
            return
        except Blocked as refused:
            into |= {draft.case.id: drop(draft.case, "requests", "E1046", str(refused)) for draft in batch}
            return
        for draft in batch:
            found = worded[draft.case.id]
            lacking = f"no request was written for the case: {found.problem}"
            into[draft.case.id] = found if found.text is not None else drop(draft.case, "requests", "E1040", lacking)

    async def _reviewed(self, draft: Draft, request: _Request) -> _Request:
        if not isinstance(request, Worded) or request.text is None:
            return request
        try:
            reworded = await self._reworded(draft, request)
            if isinstance(reworded, Worded) and reworded.text is not None and reworded.text != draft.example:
                return await self._judged(draft, reworded, reworded.text)
        except Unanswered as stop:
            return Unfinished(draft.case, stop.failure)
        except Blocked as refused:
            return drop(draft.case, "request_judgements", "E1046", str(refused))
        return reworded

    async def _reworded(self, draft: Draft, request: Worded) -> _Request:
        binding = self.bindings.get("paraphrases")
        if binding is None or request.text is None:
            return request
        found = await reword(self._engine, self._scopes, binding, draft, request.text)
        if found.text is None:
            return drop(draft.case, "paraphrases", "E1040", f"the request was not reworded: {found.problem}")
        return Worded(found.text, {**request.trail, **found.trail})

    async def _judged(self, draft: Draft, request: Worded, text: str) -> _Request:
        """Ask whether the text means what the reading means."""
        binding = self.bindings.get("request_judgements")
        if binding is None:
            return request
        scope, trail = self._scopes.judging(draft, text), Trail(request.trail)
        verdict = await judge(
            self._engine,
            binding,
            lambda number, replicate: asked(binding, binding.models[number], scope, replicate),
            ("pass", "fail"),
            trail,
        )
        self.stats.voted("request_judgements", verdict)
        match verdict.word:
            case "pass":
                return Worded(text, trail)
            case "fail":
                said = f"the judges do not take the request for {self._scopes.index.readings[draft.case.reading].label}"
                return drop(draft.case, "request_judgements", "E1041", said)
            case _:
                return drop(draft.case, "request_judgements", "E1044", "no verdict on the request could be had")

    def _distinct(self, draft: Draft, request: _Request) -> _Request:
        """In the order of the cases: written texts that are nearly those of earlier ones go."""
        if not isinstance(request, Worded) or request.text is None or request.text == draft.example:
            return request
        if self._near.add(request.text):
            return drop(draft.case, "duplicates", "E1047", "an earlier request is nearly the same")
        return request

    async def _settled(self, draft: Draft, request: _Request) -> Result:
        result = await self._answer(draft, request)
        self.stats.made += isinstance(result, Made)
        return result

    async def _answer(self, draft: Draft, request: _Request) -> Result:
        if not isinstance(request, Worded) or request.text is None:
            assert not isinstance(request, Worded)
            return request
        stage: Stage = "refusals" if self._scopes.refused(draft.case) else "trajectories"
        try:
            if stage in self.bindings:
                return await self._answering.answer(draft, request.text, request.trail, stage)
        except Unanswered as stop:
            return Unfinished(draft.case, stop.failure)
        except Blocked as refused:
            return drop(draft.case, stage, "E1046", str(refused))
        return self._offline(draft, request.text, request.trail)

    def _offline(self, draft: Draft, request: str, trail: Trail) -> Result:
        """The answer that the compiler words itself, to a request that a model may have written."""
        case, record = draft.case, self._scopes.rendered(draft)
        if isinstance(record, Breakdown):
            return Dropped(case, "simulate", (Finding.breakdown(record),))
        for message in record["messages"]:
            if message["role"] == "user":
                message["content"] = request
        if trail:
            record["provenance"]["models"] = trail
        findings = self._validator.check(record, case)
        return Dropped(case, "validate", findings, record) if findings else Made(case, record)
