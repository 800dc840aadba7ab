"""What a compile would ask of its models next, without asking: for batches, and for knowing beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import cast

from agentalign.dataclasses import dataclass, field
from agentalign.emit import Packed, Repeats, Row, Writer
from agentalign.ir import Dataset, Plan
from agentalign.llm import BatchReply, Engine, Failure, Kind, Reply, Request, Store, read_batch
from agentalign.session.rounds import Rounds
from agentalign.session.synthesis import calibrated
from agentalign.synthesize import LEAST, Bindings, Blocked, Synthesis, Unanswered, parsed

Take = Callable[[Request], object]

_MISSING = Failure(Kind.offline_missing, "nobody has been asked yet")
_BATCH = 500


class _Recorder:
    """In the place of an engine: gives what a store has, and tells what it does not have, once each."""

    stopped = None

    def __init__(self, store: Store | None, take: Take) -> None:
        self._store = store
        self._take = take
        self._asked: set[str] = set()

    async def ask(self, request: Request) -> Reply | Failure:
        """The stored reply; otherwise a failure, and the request is taken down."""
        found = None if self._store is None else self._store.get(request.digest)
        if found is None and request.digest not in self._asked:
            self._asked.add(request.digest)
            self._take(request)
        return found or _MISSING


class _Nowhere:
    """In the place of a writer: rows go nowhere, and those that it would drop for repeating others are told all the same."""

    def __init__(self) -> None:
        self.written = 0
        self._repeats = Repeats()

    def add(self, chunk: Sequence[Packed]) -> tuple[Row, ...]:
        """Count them, and forget all but what repeats are known by."""
        repeats = tuple(row for row in chunk if isinstance(row, Row) and self._repeats.add(row) is not None)
        self.written += len(chunk) - len(repeats)
        return repeats

    def finish(self, *_: object) -> None:
        """Nothing is to be finished."""


def next_requests(
    plan: Plan,
    dataset: Dataset,
    bindings: Bindings,
    take: Take,
    store: Store | None = None,
    least_kappa: float = LEAST,
) -> None:
    """Hand every request that a compile would send next to `take`, in a fixed order; nothing is sent.

    These are the ones that need no reply that is not in `store`: without a store, the first round. With the replies to
    those, the next call gives the second round (judgements, further turns of agents, what was not well written), and so
    on until there are none. Judges are measured first, unless `least_kappa` is 0.
    """
    recorder = cast("Engine", _Recorder(store, take))
    writer = cast("Writer", _Nowhere())
    rounds = Rounds(plan, dataset, writer, Synthesis(plan, bindings, recorder), recorder)

    async def run() -> None:
        await _measuring(recorder, bindings, least_kappa)
        await rounds.run()

    asyncio.run(run())


async def _measuring(recorder: Engine, bindings: Bindings, least_kappa: float) -> None:
    with suppress(Unanswered, Blocked):
        await calibrated(recorder, bindings, least_kappa)


def measuring_requests(bindings: Bindings, least_kappa: float = LEAST) -> tuple[Request, ...]:
    """What judges are asked to be measured, at first."""
    asked: list[Request] = []
    asyncio.run(_measuring(cast("Engine", _Recorder(None, asked.append)), bindings, least_kappa))
    return tuple(asked)


@dataclass(slots=True)
class Ingested:
    """What became of a file of results.

    `matched` were put into the store, `known` were there before, `unknown` answer nothing that is asked. `failed` says of
    each digest why there is no reply, `unfit` which replies are not in the form that was asked for (they are kept, and
    will be asked for again), `wrong` what is no line of results.
    """

    matched: int = 0
    known: int = 0
    unknown: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every line held a reply that can be used."""
        return not (self.unknown or self.failed or self.unfit or self.wrong)


def ingest(
    plan: Plan,
    dataset: Dataset,
    bindings: Bindings,
    lines: Iterable[bytes],
    store: Store,
    least_kappa: float = LEAST,
) -> Ingested:
    """Put the replies of a batch into a store, where a compile with the same options finds them.

    Raises StoreError if the store cannot be written to.
    """
    asked: dict[str, Request] = {}
    next_requests(plan, dataset, bindings, lambda one: asked.setdefault(one.digest, one), store, least_kappa)
    done = Ingested()
    batch: list[tuple[str, Reply]] = []
    for found in read_batch(iter(lines)):
        match found:
            case str():
                done.wrong.append(found)
            case BatchReply(digest=digest, outcome=outcome) if digest in asked:
                if isinstance(outcome, Reply):
                    batch.append((digest, outcome))
                    if not _fits(asked.pop(digest), outcome, bindings):
                        done.unfit.append(digest)
                else:
                    done.failed.append((digest, outcome.message))
            case BatchReply(digest=digest):
                known = store.get(digest) is not None or any(digest == given for given, _ in batch)
                done.known += known
                done.unknown += () if known else (digest,)
        if len(batch) == _BATCH:
            done.matched += len(store.put(batch))
            batch.clear()
    done.matched += len(store.put(batch))
    return done


def _fits(request: Request, reply: Reply, bindings: Bindings) -> bool:
    """Whether a reply is what its prompt asks for; agents may say what they like."""
    if request.response_format is None:
        return reply.complete
    return parsed(reply, bindings[request.stage].prompt.result) is not None
