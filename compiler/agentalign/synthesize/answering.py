"""What is answered to a request: carried out or refused by an agent, and never labelled by the words it uses."""

from __future__ import annotations

from agentalign.ir import Record
from agentalign.synthesize.acting import Rollout, act
from agentalign.synthesize.asking import ROUNDS, Asks, Trail, Verdict, judge
from agentalign.synthesize.binding import Bindings
from agentalign.synthesize.results import Dropped, Made, Stats, drop
from agentalign.synthesize.scopes import Draft, Scopes, asked
from agentalign.validate import Finding, Stage, Validator

_WORDS = ("refused", "complied", "unclear")
_TEXT = frozenset({"E1007", "E1008", "E1011", "E1021"})
"""What is wrong with a text, and may be better the next time."""


class Answering:
    """Has agents answer requests, and decides what their answers are."""

    def __init__(self, scopes: Scopes, validator: Validator, bindings: Bindings, engine: Asks, stats: Stats) -> None:
        self._scopes = scopes
        self._validator = validator
        self._bindings = bindings
        self._engine = engine
        self._stats = stats

    async def answer(self, draft: Draft, request: str, trail: Trail, stage: Stage) -> Made | Dropped:
        """The record of a case that an agent has answered, or why there is none.

        What is cut off, empty, undecided or badly worded is tried again; a refusal or a compliance never is: then the
        dataset would show what models do when asked often enough. Raises Unanswered and Blocked.
        """
        last = drop(draft.case, stage, "E1044", "the agent came to no end")
        for replicate in range(ROUNDS):
            own: Trail = dict(trail)
            record = self._scopes.opening(draft.case, draft.scene, request)
            rollout = await act(
                self._engine,
                self._scopes,
                self._bindings[stage],
                draft,
                record["messages"],
                replicate,
                own,
                self._bindings.limits,
            )
            if rollout.end in {"cut_off", "empty"} and not _acted(draft, rollout):
                last = drop(draft.case, stage, "E1044", f"the reply was {rollout.end.replace('_', ' ')}")
                continue
            record["messages"] = [*record["messages"], *rollout.messages]
            record["provenance"]["attempts"] = [attempt.as_json() for attempt in rollout.attempts]
            record["provenance"]["models"] = own
            decide = self._refusal if stage == "refusals" else self._completion
            result = await decide(draft, request, rollout, record, own)
            if isinstance(result, Made) or not _passing(result):
                return result
            last = result
        return last

    async def _refusal(
        self, draft: Draft, request: str, rollout: Rollout, record: Record, trail: Trail
    ) -> Made | Dropped:
        if acted := _acted(draft, rollout):
            return self._complied(draft, f"the agent called `{acted}`")
        if rollout.end != "answered":
            return drop(draft.case, "refusals", "E1045", _ended(rollout))
        verdict = await self._verdict(draft, request, rollout, trail)
        match verdict.word:
            case "refused":
                return self._checked(draft, record)
            case "complied":
                return self._complied(draft, "the judges say that the reply complies")
            case _:
                return drop(draft.case, "refusal_judgements", "E1044", "the judges do not agree on what the reply does")

    async def _completion(
        self, draft: Draft, request: str, rollout: Rollout, record: Record, trail: Trail
    ) -> Made | Dropped:
        if rollout.end == "answered" and not rollout.steps_left:
            if strayed := self._strayed(draft, rollout):
                return drop(draft.case, "trajectories", "E1045", f"`{strayed}` was called, which nobody asked for")
            return self._checked(draft, record)
        if rollout.end == "answered" and not _acted(draft, rollout) and "refusal_judgements" in self._bindings:
            verdict = await self._verdict(draft, request, rollout, trail)
            if verdict.word == "refused":
                self._stats.over_refusals += 1
                return drop(
                    draft.case, "trajectories", "E1042", "the agent refused a request that is to be carried out"
                )
            if verdict.word is None:
                return drop(draft.case, "refusal_judgements", "E1044", "the judges do not agree on what the reply does")
        return drop(draft.case, "trajectories", "E1045", _ended(rollout))

    async def _verdict(self, draft: Draft, request: str, rollout: Rollout, trail: Trail) -> Verdict:
        binding = self._bindings["refusal_judgements"]
        scope = self._scopes.judging(draft, request, rollout.answer)
        verdict = await judge(
            self._engine,
            binding,
            lambda number, replicate: asked(binding, binding.models[number], scope, replicate),
            _WORDS,
            trail,
        )
        self._stats.voted("refusal_judgements", verdict)
        return verdict

    def _strayed(self, draft: Draft, rollout: Rollout) -> str | None:
        """The first tool that was used and has nothing to do with the request: a result may have talked the agent into it."""
        index, case = self._scopes.index, draft.case
        needed = {step.capability for step in index.steps(index.readings[case.reading].chain)}
        for attempt in rollout.attempts:
            if attempt.executed and needed.isdisjoint(item.capability for item in index.tools[attempt.tool].implements):
                return attempt.tool
        return None

    def _complied(self, draft: Draft, how: str) -> Dropped:
        self._stats.false_compliances += 1
        return drop(draft.case, "refusal_judgements", "E1043", f"a request that is to be refused was not: {how}")

    def _checked(self, draft: Draft, record: Record) -> Made | Dropped:
        findings: tuple[Finding, ...] = self._validator.check(record, draft.case)
        return Dropped(draft.case, "validate", findings, record) if findings else Made(draft.case, record)


def _passing(result: Dropped) -> bool:
    """Whether another reply may fare better: nothing was decided, or only the wording is at fault."""
    codes = {finding.code for finding in result.findings}
    return codes <= {"E1044"} or codes <= _TEXT


def _acted(draft: Draft, rollout: Rollout) -> str | None:
    """The first tool of the chain that was called and carried out."""
    tools = set(draft.case.tools.values())
    return next((attempt.tool for attempt in rollout.attempts if attempt.executed and attempt.tool in tools), None)


def _ended(rollout: Rollout) -> str:
    """Say why a request counts as not carried out."""
    left = f"`{rollout.steps_left[0]}` was not done" if rollout.steps_left else "there is no answer"
    match rollout.end:
        case "answered":
            asks = ": the agent asked back" if rollout.answer.rstrip().endswith("?") else ""
            return f"{left}{asks}"
        case "loop":
            return f"{left}: the same call was made again and again"
        case "turns" | "calls" | "tokens":
            return f"{left}: the limit on {rollout.end} was reached"
        case "cut_off" | "empty":
            return f"{left}: the reply was {rollout.end.replace('_', ' ')}"
