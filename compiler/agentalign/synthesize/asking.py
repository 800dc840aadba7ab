"""Asking models: failures that end the run apart from those of one prompt, replies read as JSON, and who said what."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeAlias, TypeVar

import orjson

from agentalign.dataclasses import dataclass
from agentalign.ir import Json
from agentalign.llm import Engine, Failure, Kind, Reply, Request
from agentalign.synthesize.binding import Binding
from agentalign.types import Type, conforms, digest

ROUNDS: Final = 3
"""How often something is asked for before it is given up."""

_FENCE: Final = re.compile(r"\A```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
_OWN: Final = frozenset({Kind.content_filter, Kind.too_long})
"""What is wrong with one prompt, and would be the next time."""

T = TypeVar("T")


class Asks(Protocol):
    """What is needed of an engine."""

    async def ask(self, request: Request) -> Reply | Failure:
        """The outcome of one request."""


class Unanswered(Exception):  # noqa: N818 - not an error of ours: the case stays unfinished
    """There is no reply for now (an outage, a budget, an interruption): another run may go on from here."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Blocked(Exception):  # noqa: N818 - the case is dropped for it
    """The provider would not take this prompt."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


Trail: TypeAlias = dict[str, Json]
"""By stage: the models' names, and the digests of prompts and replies."""


async def ask(engine: Engine | Asks, request: Request, trail: Trail | None = None) -> Reply:
    """The reply to a request, noted in the trail. Raises Unanswered or Blocked."""
    outcome = await engine.ask(request)
    if isinstance(outcome, Failure):
        raise (Blocked if outcome.kind in _OWN else Unanswered)(outcome)
    if trail is not None:
        note(trail, request, outcome)
    return outcome


def note(trail: Trail, request: Request, reply: Reply) -> None:
    """Remember who was asked what and said what, in digests."""
    known = trail.setdefault(request.stage, [])
    assert isinstance(known, list)
    known.append({"model": request.model.name, "prompt": request.digest, "reply": reply_digest(reply)})


def reply_digest(reply: Reply) -> str:
    """What two replies share that say the same; the ids of calls are the provider's whim."""
    calls = [part for call in reply.tool_calls for part in (call.name, call.arguments)]
    return digest(reply.content, reply.refusal, reply.finish_reason, *calls)


def parsed(reply: Reply, result: Type | None) -> Json:
    """The JSON value of a reply, if it is whole and of the type asked for; None otherwise."""
    if not reply.complete:
        return None
    text = reply.content.strip()
    fenced = _FENCE.match(text)
    try:
        value: Json = orjson.loads(fenced[1] if fenced else text)
    except orjson.JSONDecodeError:
        return None
    return None if result is not None and conforms(value, result) is not None else value


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judges say: the majority's word, or None; `votes` has a word per judge, None for one that cannot be read."""

    word: str | None
    votes: tuple[str | None, ...]


async def judge(
    engine: Engine | Asks,
    binding: Binding,
    make: Callable[[int, int], Request],
    words: Sequence[str],
    trail: Trail,
) -> Verdict:
    """Ask all judges at once; `make(judge, replicate)` is the prompt.

    A vote that cannot be read, or is none of `words`, is asked for again. More than half of all judges must agree.
    """
    asking = [_vote(engine, binding, partial(make, number), words) for number in range(len(binding.models))]
    found = await asyncio.gather(*asking, return_exceptions=True)  # the others' replies are paid for all the same
    votes: list[str | None] = []
    for vote in found:
        if isinstance(vote, BaseException):
            raise vote
        if vote is not None:
            note(trail, vote.request, vote.reply)
        votes.append(None if vote is None else vote.word)
    word = next((word for word in words if 2 * votes.count(word) > len(votes)), None)
    return Verdict(word, tuple(votes))


@dataclass(frozen=True, slots=True)
class _Vote:
    word: str
    request: Request
    reply: Reply


async def _vote(
    engine: Engine | Asks, binding: Binding, make: Callable[[int], Request], words: Sequence[str]
) -> _Vote | None:
    """What one judge says."""
    for replicate in range(ROUNDS):
        reply = await ask(engine, request := make(replicate))
        value = parsed(reply, binding.prompt.result)
        word = value.get("verdict") if isinstance(value, dict) else None
        if isinstance(word, str) and word in words:
            return _Vote(word, request, reply)
    return None
