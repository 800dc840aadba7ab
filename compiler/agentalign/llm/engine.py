"""Asking many things of several models at once, and getting an outcome for each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Iterable, Sized
from functools import partial
from types import TracebackType
from typing import assert_never

from agentalign.dataclasses import replace
from agentalign.llm.budget import Admission, Budget, Ledger, Spent
from agentalign.llm.lane import Job, Lane
from agentalign.llm.model import Model
from agentalign.llm.outcome import Failure, Fault, Kind, Outcome, Reply, Usage
from agentalign.llm.progress import Progress, Tally
from agentalign.llm.request import Request
from agentalign.llm.retry import Retries
from agentalign.llm.store import Store, StoreError
from agentalign.llm.tables import price_of
from agentalign.llm.transport import Connect, Connections
from agentalign.llm.wire import estimated_tokens

_AHEAD = 4  # requests taken from a batch, as a multiple of what may be in flight: stages need some to take turns
_BREATH = 64  # outcomes at hand after which other tasks get a turn
_NO_BUDGET = Budget()
_RETRIES = Retries()


class Engine:
    """Asks models, within a budget, and keeps every reply in a store before anybody sees it.

    Use it as `async with Engine(store) as engine`. One engine serves any number of tasks of one event loop; what they ask
    is called for at most once at a time, and never if the store has it. With `offline` nothing is called at all. Leaving
    the block drops calls in flight; `stop` lets them finish first. `connect` takes the place of the network in tests.

    `ask` and `run` raise StoreError when a reply cannot be kept: nothing is called from then on.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        budget: Budget = _NO_BUDGET,
        offline: bool = False,
        retries: Retries = _RETRIES,
        connect: Connect | None = None,
    ) -> None:
        self._store = Store() if store is None else store
        self._offline = offline
        self._retries = retries
        self._connections = Connections()
        self._connect = connect or self._connections.connect
        self._ledger = Ledger(budget)
        self._lanes: dict[tuple[str, str | None, str | None, str | None], Lane] = {}
        self._jobs: dict[str, Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._paused: dict[Job, tuple[Lane, asyncio.TimerHandle]] = {}
        self._answered: list[tuple[Lane, Job, Reply]] = []
        self._halt: Failure | None = None
        self._broken: Exception | None = None
        self._tally = Tally()
        self._opened = 0.0

    async def __aenter__(self) -> Engine:
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes.values():
            lane.rest()
        for _, timer in self._paused.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._commit()
        for job in list(self._jobs.values()):
            for waiter in job.waiters:
                waiter.cancel()
        await self._connections.close()

    async def ask(self, request: Request) -> Outcome:
        """The outcome of one request."""
        self._tally.expect(1)
        found = self._submit(request)
        return found if isinstance(found, Reply | Failure) else await found

    async def run(
        self, requests: Iterable[Request], *, total: int | None = None
    ) -> AsyncIterator[tuple[Request, Outcome]]:
        """Every request with its outcome, as they come in. Requests are taken from the iterable as they are needed.

        `total` is how many there are, for the progress, where the iterable cannot tell. Leaving the loop early gives up
        what has not been sent; what is in flight still reaches the store while the engine is open.
        """
        self._tally.expect(len(requests) if isinstance(requests, Sized) else total)
        batch = _Batch()
        source = iter(requests)
        more, at_hand = True, 0
        try:
            while more or batch.pending or batch.ready:
                while more and not batch.full:
                    request = next(source, None)
                    if request is None:
                        more = False
                        break
                    found = self._submit(request)
                    if isinstance(found, Reply | Failure):
                        at_hand += 1
                        if at_hand % _BREATH == 0:
                            await asyncio.sleep(0)
                        yield request, found
                    else:
                        batch.add(request, found)
                if batch.ready:
                    request, waiter = batch.ready.popleft()
                    yield request, waiter.result()
                elif batch.pending:
                    await batch.wait()
        finally:
            batch.give_up()

    def stop(self) -> None:
        """Send nothing more. Calls in flight are waited for by whoever asked; all else fails as interrupted."""
        self._stop(Failure(Kind.interrupted, f"stopped after {self.spent}"))

    @property
    def stopped(self) -> Failure | None:
        """Why nothing more is sent to any model (a budget, or `stop`); None while the engine is at work."""
        return self._halt

    @property
    def spent(self) -> Spent:
        """What this engine's calls have used so far."""
        return self._ledger.spent

    @property
    def spent_by_stage(self) -> dict[str, Spent]:
        """The same for each stage that called."""
        return dict(self._ledger.stages)

    @property
    def progress(self) -> Progress:
        """How far the requests of this engine have come."""
        in_flight = sum(lane.in_flight for lane in self._lanes.values())
        waiting = len(self._jobs) - in_flight
        return self._tally.progress(in_flight, max(0, waiting), self.spent, self._loop.time() - self._opened)

    def _submit(self, request: Request) -> Outcome | asyncio.Future[Outcome]:
        if self._broken is not None:
            raise self._broken
        known = self._store.get(request.digest)
        if known is not None:
            self._tally.stored += 1
            return known
        if self._offline:
            self._tally.failed += 1
            return Failure(
                Kind.offline_missing,
                f"no reply of {request.model.name} to {request.digest} is stored, and offline nobody is asked",
            )
        waiter: asyncio.Future[Outcome] = self._loop.create_future()
        job = self._jobs.get(request.digest)
        if job is None:
            lane = self._lane(request.model)
            if (failure := self._halt or lane.closed) is not None:
                self._tally.failed += 1
                return failure
            job = self._jobs[request.digest] = Job(request)
            lane.add(job)
            self._loop.call_soon(self._pump, lane)
        job.waiters.append(waiter)
        waiter.add_done_callback(partial(self._left, job))
        return waiter

    def _lane(self, model: Model) -> Lane:
        lane = self._lanes.get(model.route)
        if lane is None:
            lane = self._lanes[model.route] = Lane(model, price_of(model))
            if self._ledger.budget.max_cost is not None and lane.price is None:
                advice = "give it one, or limit calls or tokens instead of cost"
                lane.closed = Failure(Kind.budget, f"the price of {model.name} is not known: {advice}")
        return lane

    def _pump(self, lane: Lane) -> None:
        """Start what may start now."""
        while (job := lane.peek()) is not None:
            failure = self._halt or lane.closed
            if failure is not None:
                lane.pop()
                self._deliver(job, replace(failure, attempts=job.attempts))
                continue
            if lane.transport is None:
                self._open(lane)
                return
            if not lane.window.room(lane.in_flight):
                return
            now = self._loop.time()
            job.estimate = lane.estimate(job.request)
            if (wait := lane.wait(now, job)) > 0:
                lane.rest(self._loop.call_later(wait, self._pump, lane))
                return
            match self._ledger.admit(job.estimate):
                case Admission.go:
                    self._start(lane, now)
                case Admission.wait:
                    return
                case Admission.stop:
                    self._stop(Failure(Kind.budget, self._ledger.exhausted()))
                case unknown:
                    assert_never(unknown)

    def _start(self, lane: Lane, now: float) -> None:
        job = lane.pop()
        lane.started(now, job)
        self._ledger.start(job.estimate, job.request.stage)
        self._tally.repeated += job.attempts > 0
        self._spawn(self._attempt(lane, job, now))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _open(self, lane: Lane) -> None:
        if not lane.opening:
            lane.opening = True
            self._spawn(self._connected(lane))

    async def _connected(self, lane: Lane) -> None:
        try:
            found = await self._connect(lane.model)
        except Exception as error:  # a bug of ours; whoever waits shall see it
            self._break(error)
            return
        if isinstance(found, Fault):
            lane.closed = Failure(found.kind, found.message)
        else:
            lane.transport = found
        self._pump(lane)

    async def _attempt(self, lane: Lane, job: Job, began: float) -> None:
        assert lane.transport is not None
        try:
            outcome = await lane.transport.call(job.request)
        except Exception as error:  # a bug of ours; whoever waits shall see it
            self._break(error)
            return
        if isinstance(outcome, Fault):
            self._failed(lane, job, outcome)
            return
        usage = outcome.usage
        cost = None if lane.price is None else lane.price.of(usage.read, usage.written, usage.cached)
        self._answered.append((lane, job, replace(outcome, cost=cost, latency=self._loop.time() - began)))
        if len(self._answered) == 1:  # what else arrives in this turn of the loop shares the transaction
            self._loop.call_soon(self._commit)

    def _commit(self) -> None:
        """Keep the replies that have arrived, then hand them out."""
        batch, self._answered = self._answered, []
        if not batch or self._broken is not None:
            return
        try:
            kept = self._store.put((job.request.digest, reply) for _, job, reply in batch)
        except StoreError as error:
            self._break(error)
            return
        for (lane, job, reply), counted in zip(batch, kept, strict=True):
            self._settle(lane, job, reply.usage, reply.cost)
            lane.succeeded(reply.usage)
            self._deliver(job, counted)
        self._pump_all()

    def _failed(self, lane: Lane, job: Job, fault: Fault) -> None:
        """An attempt came to nothing: again later, or not."""
        usage = fault.usage
        if usage is None and fault.kind.billed:
            usage = Usage(estimated_tokens(job.request.size), 0, estimated=True)
        price = lane.price
        cost = None if usage is None or price is None else price.of(usage.read, usage.written, usage.cached)
        self._settle(lane, job, usage, cost)
        lane.failed(self._loop.time(), job, fault, self._retries)
        self._tally.limited += fault.kind is Kind.rate_limited
        again = self._halt is None and lane.closed is None and job.wanted
        if again and self._retries.again(fault, job.errors, job.refusals):
            delay = self._retries.delay(fault, job.request.digest, job.attempts)
            self._paused[job] = lane, self._loop.call_later(delay, self._resume, lane, job)
        else:
            self._deliver(job, Failure(fault.kind, fault.message, job.attempts))
            lane.gave_up(fault, self._retries.hopeless)
        if lane.closed is not None:
            self._fail_paused(lane.closed, lane)
        self._pump_all()

    def _settle(self, lane: Lane, job: Job, usage: Usage | None, cost: float | None) -> None:
        lane.in_flight -= 1
        job.running = False
        self._ledger.settle(job.estimate, usage, cost, job.request.stage)
        lane.used(job, usage.read + usage.written if usage else 0)

    def _resume(self, lane: Lane, job: Job) -> None:
        del self._paused[job]
        lane.add(job, first=True)
        self._pump(lane)

    def _deliver(self, job: Job, outcome: Outcome) -> None:
        """Hand an outcome to all who wait; only the first of them had it called for."""
        if self._jobs.get(job.request.digest) is job:
            del self._jobs[job.request.digest]
        waiting = [waiter for waiter in job.waiters if not waiter.done()]
        for at, waiter in enumerate(waiting):
            if isinstance(outcome, Failure):
                self._tally.failed += 1
                waiter.set_result(outcome)
            elif at == 0 and not outcome.stored:
                self._tally.done += 1
                waiter.set_result(outcome)
            else:
                self._tally.stored += 1
                waiter.set_result(replace(outcome, stored=True, latency=0.0))

    def _left(self, job: Job, waiter: asyncio.Future[Outcome]) -> None:
        """Somebody waits no longer: a job that nobody waits for and that is not in flight is forgotten."""
        if not waiter.cancelled() or job.wanted or job.running or self._jobs.get(job.request.digest) is not job:
            return
        del self._jobs[job.request.digest]
        if job in self._paused:
            self._paused.pop(job)[1].cancel()

    def _pump_all(self) -> None:
        for lane in self._lanes.values():
            self._pump(lane)

    def _stop(self, failure: Failure) -> None:
        if self._halt is not None:
            return
        self._halt = failure
        self._fail_paused(failure)
        self._pump_all()

    def _fail_paused(self, failure: Failure, only: Lane | None = None) -> None:
        """Those who wait for their next attempt, of one model or of all, wait in vain."""
        for job, (lane, timer) in list(self._paused.items()):
            if only is None or lane is only:
                timer.cancel()
                del self._paused[job]
                self._deliver(job, replace(failure, attempts=job.attempts))

    def _break(self, error: Exception) -> None:
        """Nothing can go on: all who wait get the exception."""
        self._broken = self._broken or error
        self._stop(Failure(Kind.interrupted, "stopped by an error"))
        for job in list(self._jobs.values()):
            for waiter in job.waiters:
                if not waiter.done():
                    waiter.set_exception(error)
        self._jobs.clear()


class _Batch:
    """The requests of one `run` that have no outcome yet, and those whose outcome is there."""

    __slots__ = ("_wake", "limit", "pending", "ready")

    def __init__(self) -> None:
        self.pending: set[asyncio.Future[Outcome]] = set()
        self.ready: deque[tuple[Request, asyncio.Future[Outcome]]] = deque()
        self.limit = 0
        self._wake = asyncio.Event()

    @property
    def full(self) -> bool:
        return bool(self.limit) and len(self.pending) + len(self.ready) >= self.limit

    def add(self, request: Request, waiter: asyncio.Future[Outcome]) -> None:
        self.limit = max(self.limit, _AHEAD * request.model.concurrency)
        self.pending.add(waiter)
        waiter.add_done_callback(lambda waiter: self._arrived(request, waiter))

    async def wait(self) -> None:
        self._wake.clear()
        await self._wake.wait()

    def give_up(self) -> None:
        """Nobody looks at what is left; asyncio would complain about exceptions among it."""
        for waiter in list(self.pending):
            waiter.cancel()
        for _, waiter in self.ready:
            waiter.exception()

    def _arrived(self, request: Request, waiter: asyncio.Future[Outcome]) -> None:
        self.pending.discard(waiter)
        if not waiter.cancelled():
            self.ready.append((request, waiter))
        self._wake.set()
