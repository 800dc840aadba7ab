"""A clock that jumps and a network that is a function: the engine in a second of real time, with no luck involved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agentalign.llm import Engine, Fault, Model, Outcome, Reply, Request, Transport, Usage

T = TypeVar("T")


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while nothing can run, and then at once."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        select = self._selector.select

        def jump(timeout: float | None = None) -> Any:
            self._now += timeout or 0.0
            assert timeout is not None, "everybody waits, and nothing will happen"
            return select(0)

        self._selector.select = jump

    def time(self) -> float:
        return self._now


def jump(work: Coroutine[Any, Any, T]) -> T:
    """Run this where time jumps."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


def answer(request: Request, _: int) -> Reply | Fault:
    """A reply that names the request."""
    return Reply(f"reply to {request.digest}", usage=Usage(10, 5))


@dataclass
class Network:
    """Takes `latency` for each call and answers with `reply(request, attempt)`; remembers who called, and when."""

    reply: Callable[[Request, int], Reply | Fault] = answer
    latency: float = 1.0
    refused: Fault | None = None
    calls: list[tuple[float, Request]] = field(default_factory=list)
    connected: list[Model] = field(default_factory=list)
    now: int = 0
    most: int = 0

    async def connect(self, model: Model) -> Transport | Fault:
        self.connected.append(model)
        return self.refused or self

    async def call(self, request: Request) -> Reply | Fault:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            self.calls.append((asyncio.get_running_loop().time(), request))
            attempt = sum(asked == request for _, asked in self.calls)
            await asyncio.sleep(self.latency)
            return self.reply(request, attempt)
        finally:
            self.now -= 1


def requests(number: int, model: Model | None = None, stage: str = "stage", first: int = 0) -> list[Request]:
    """So many requests, all different."""
    model = model or Model("openai/test")
    return [Request(stage, model, [{"role": "user", "content": f"task {at}"}]) for at in range(first, first + number)]


async def outcomes(engine: Engine, asked: Iterable[Request]) -> dict[Request, Outcome]:
    """What comes of these."""
    return {request: outcome async for request, outcome in engine.run(asked)}
