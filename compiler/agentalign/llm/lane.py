"""The queue of one model, and what keeps it from going too fast."""

from __future__ import annotations

import asyncio
from collections import deque

from agentalign.dataclasses import dataclass, field
from agentalign.llm.budget import EXPECTED_OUTPUT, Estimate
from agentalign.llm.model import Model, Price
from agentalign.llm.outcome import Failure, Fault, Kind, Outcome, Usage
from agentalign.llm.pace import Entry, Minute, Window
from agentalign.llm.request import Request
from agentalign.llm.retry import Retries
from agentalign.llm.transport import Transport
from agentalign.llm.wire import estimated_tokens

_NOTHING = Estimate(0, None)


@dataclass(slots=True, eq=False)
class Job:
    """A request on its way, and all who wait for its outcome."""

    request: Request
    waiters: list[asyncio.Future[Outcome]] = field(default_factory=list)
    estimate: Estimate = _NOTHING
    errors: int = 0
    refusals: int = 0
    epoch: int = 0
    entry: Entry | None = None
    running: bool = False

    @property
    def attempts(self) -> int:
        """Calls made so far."""
        return self.errors + self.refusals

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits."""
        return any(not waiter.cancelled() for waiter in self.waiters)


@dataclass(slots=True, eq=False)
class Lane:
    """All that is asked of one model. Stages take turns; what is repeated goes first."""

    model: Model
    price: Price | None
    window: Window = field(init=False)
    requests: Minute | None = field(init=False)
    tokens: Minute | None = field(init=False)
    transport: Transport | None = None
    closed: Failure | None = None
    opening: bool = False
    in_flight: int = 0
    hopeless: int = 0
    resume: float = 0.0
    _timer: asyncio.TimerHandle | None = None
    _streak: int = 0
    _written: int = 0
    _answered: int = 0
    _again: deque[Job] = field(default_factory=deque)
    _stages: dict[str, deque[Job]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.window = Window(self.model.concurrency)
        self.requests = Minute(self.model.rpm) if self.model.rpm else None
        self.tokens = Minute(self.model.tpm) if self.model.tpm else None

    def add(self, job: Job, *, first: bool = False) -> None:
        """Put a job at the end of its stage's queue, or before all others."""
        if first:
            self._again.append(job)
        else:
            self._stages.setdefault(job.request.stage, deque()).append(job)

    def peek(self) -> Job | None:
        """The job whose turn it is. Those that nobody waits for any more are dropped."""
        while queue := self._queue():
            if queue[0].wanted:
                return queue[0]
            self.pop()
        return None

    def pop(self) -> Job:
        """Take the job whose turn it is; its stage goes to the end of the round."""
        queue = self._queue()
        assert queue
        job = queue.popleft()
        if queue is not self._again:
            stage = job.request.stage
            del self._stages[stage]
            if queue:
                self._stages[stage] = queue
        return job

    def wait(self, now: float, job: Job) -> float:
        """Seconds until the limits of the provider and of the user let this job go."""
        waits = [self.resume - now, 0.0]
        if self.requests is not None:
            waits.append(self.requests.wait(now, 1))
        if self.tokens is not None:
            waits.append(self.tokens.wait(now, job.estimate.tokens))
        return max(waits)

    def started(self, now: float, job: Job) -> None:
        """Count a call that starts."""
        self.in_flight += 1
        job.epoch, job.running = self.window.epoch, True
        if self.requests is not None:
            self.requests.take(now, 1)
        if self.tokens is not None:
            job.entry = self.tokens.take(now, job.estimate.tokens)

    def estimate(self, request: Request) -> Estimate:
        """What a call will use: its prompt, and as much again as the replies so far had on average."""
        written = self._written // self._answered if self._answered else EXPECTED_OUTPUT
        limit = request.model.parameters.get("max_tokens")
        written = min(written, limit) if isinstance(limit, int) else written
        read = estimated_tokens(request.size)
        return Estimate(read + written, None if self.price is None else self.price.of(read, written))

    def succeeded(self, usage: Usage) -> None:
        """A call brought a reply."""
        self.window.succeeded()
        self.hopeless = self._streak = 0
        self._written += usage.written
        self._answered += 1

    def failed(self, now: float, job: Job, fault: Fault, retries: Retries) -> None:
        """A call brought none: slow down if it was one too many, close if no other can do better."""
        if fault.kind is Kind.rate_limited:
            job.refusals += 1
        else:
            job.errors += 1
        if fault.wait is not None:
            self.resume = max(self.resume, now + fault.wait)
        if fault.kind in {Kind.rate_limited, Kind.timeout} or fault.wait is not None:
            fresh = self.window.overloaded(job.epoch)
            self._streak += fresh
            if fresh and fault.kind is Kind.rate_limited and fault.wait is None:
                self.resume = max(self.resume, now + retries.rest(self._streak))
        if fault.kind.closing:
            self.closed = Failure(fault.kind, fault.message)

    def gave_up(self, fault: Fault, limit: int) -> None:
        """A request has used up its attempts: after `limit` of them in a row the model is given up."""
        self.hopeless += fault.kind.passing
        if self.hopeless >= limit and self.closed is None:
            message = f"{self.model.name} was given up after {self.hopeless} requests in a row failed: {fault.message}"
            self.closed = Failure(fault.kind, message)

    def rest(self, timer: asyncio.TimerHandle | None = None) -> None:
        """Go on when this timer, in place of any before it, goes off."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def used(self, job: Job, tokens: int) -> None:
        """Put what a call has used in place of its estimate."""
        if self.tokens is not None and job.entry is not None:
            self.tokens.correct(job.entry, tokens)

    def _queue(self) -> deque[Job] | None:
        return self._again or next(iter(self._stages.values()), None)
