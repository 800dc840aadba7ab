"""Measures the engine for language models: `python tests/bench/llm.py [--requests N] [--skip-litellm]`.

Requests per second at concurrency 64 against a server that takes 50 ms, for aiohttp alone, for `litellm.acompletion` and
for the engine with its store on disk; then the makespan against a server that takes 1 s. The server is a process of its
own. Figures are of this machine, now, so each is to be read beside that of aiohttp. Exits with 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from agentalign.llm import Engine, Model, Reply, Request, Store

sys.path.append(str(Path(__file__).parents[1]))
from llmserver import process

WIDE = 64
_NUMBERS = count()
TOOLS = [
    {"type": "function", "function": {"name": f"tool_{at}", "description": "Does one thing." * 4, "parameters": {
        "type": "object", "properties": {"name": {"type": "string"}, "limit": {"type": "integer"}}, "required": ["name"],
    }}} for at in range(4)
]  # fmt: skip


def prompt() -> list[dict[str, str]]:
    """A prompt as long as an agent's, that no one has sent before."""
    system = "You act for the user and call tools. " * 20
    return [{"role": "system", "content": system}, {"role": "user", "content": f"Do task {next(_NUMBERS)}. " * 20}]


@contextmanager
def server(latency: float) -> Iterator[str]:
    """The base URL of a server that takes `latency` seconds for each reply."""
    with process(latency=latency) as port:
        yield f"http://127.0.0.1:{port}/v1"


async def wide(number: int, one: Callable[[], Awaitable[None]]) -> float:
    """Seconds for `number` calls, 64 at a time."""
    left = iter(range(number))

    async def worker() -> None:
        for _ in left:
            await one()

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(WIDE)))
    return time.perf_counter() - start


async def raw(base: str, number: int) -> float:
    """With aiohttp and nothing else."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one() -> None:
            body = {"model": "test", "messages": prompt(), "tools": TOOLS}
            async with session.post(f"{base}/chat/completions", json=body) as response:
                assert json.loads(await response.read())["choices"]

        return await wide(number, one)


async def plain(base: str, number: int) -> float:
    """With litellm as it comes."""
    import litellm

    litellm.suppress_debug_info = True

    async def one() -> None:
        # without the last argument a plain install of litellm 1.106 fails on any tool, for want of `mcp`
        found = await litellm.acompletion("openai/test", prompt(), tools=TOOLS, api_base=base, _skip_mcp_handler=True)
        assert found.choices

    await wide(WIDE, one)
    return await wide(number, one)


async def ours(base: str, number: int) -> float:
    """With the engine, every reply on disk."""
    model = Model("openai/test", base=base, concurrency=WIDE)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "replies.sqlite") as store:
        async with Engine(store) as engine:
            assert isinstance(await engine.ask(Request("bench", model, prompt(), TOOLS)), Reply)  # litellm's import
            start = time.perf_counter()
            async for _, outcome in engine.run(Request("bench", model, prompt(), TOOLS) for _ in range(number)):
                assert isinstance(outcome, Reply)
            return time.perf_counter() - start


def main() -> int:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--skip-litellm", action="store_true")
    parser.add_argument("--skip-slow", action="store_true")
    options = parser.parse_args()
    os.environ["OPENAI_API_KEY"] = "sk-of-nobody-in-particular"
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    missed = 0
    with server(0.05) as base:
        print(f"50 ms server, {WIDE} at a time (ideal {WIDE / 0.05:,.0f} requests/s)")
        clients = [
            ("aiohttp alone", raw),
            ("agentalign", ours),
            ("aiohttp alone, again", raw),
            ("agentalign, again", ours),
        ]
        if not options.skip_litellm:
            clients.append(("litellm.acompletion", plain))
        best = 0.0
        for name, client in clients:
            number = options.requests // (1 + 3 * (client is plain))
            rate = number / asyncio.run(client(base, number))
            best = max(best, rate) if client is ours else best
            print(f"  {name:<24} {rate:>8,.0f} requests/s")
        missed += best < 600
        print(f"  agentalign >= 600: {'ok' if best >= 600 else 'MISSED'}")
    if not options.skip_slow:
        with server(1.0) as base:
            ideal, number = 20.0, 20 * WIDE
            share = ideal / asyncio.run(ours(base, number))
            missed += share < 0.97
            print(f"1 s server: {share:.1%} of the ideal makespan, >= 97%: {'ok' if share >= 0.97 else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
