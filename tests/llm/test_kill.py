"""A run in a process of its own, ended in the middle: nothing finished is lost, nothing is paid for twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import pytest

from agentalign.llm import Store, export_replies
from llmserver import FAULTS, process

WIDE = 8
NUMBER = 300
RUN = """
import asyncio, sys
from pathlib import Path
from agentalign.llm import Engine, Model, Reply, Request, Retries, Store

async def main(path, base):
    model = Model("openai/test", base=base, concurrency=int(sys.argv[3]))
    requests = [Request("s", model, [{"role": "user", "content": f"task {at}"}]) for at in range(int(sys.argv[4]))]
    shown = 0
    with Store(Path(path)) as store:
        async with Engine(store, retries=Retries(base=0.001, cap=0.01, attempts=12, hopeless=100)) as engine:
            async for request, outcome in engine.run(requests):
                assert isinstance(outcome, Reply), outcome
                print(request.digest, outcome.stored, flush=True)
                shown += 1
                if shown == int(sys.argv[5]):  # calls go on, but the end of the run is not reached before the signal
                    await asyncio.sleep(3600)

asyncio.run(main(*sys.argv[1:3]))
"""
ROUGH = {kind: 0.1 / (len(FAULTS) - 1) for kind in FAULTS if kind != "slow"}


def start(store: Path, port: int, pause: int = 0) -> subprocess.Popen[str]:
    environment = {**os.environ, "OPENAI_API_KEY": "sk-of-nobody-in-particular"}
    command = [sys.executable, "-c", RUN, str(store), f"http://127.0.0.1:{port}/v1", str(WIDE), str(NUMBER), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def stats(port: int) -> Mapping[str, Mapping[str, int]]:
    with urlopen(f"http://127.0.0.1:{port}/stats") as response:
        return dict(json.load(response))


def finish(store: Path, port: int) -> list[str]:
    out, err = (running := start(store, port)).communicate()
    assert running.returncode == 0, err
    return out.splitlines()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_is_taken_up_where_it_stood(how: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with process(faults=json.dumps(ROUGH), latency=0.002) as port:
        with start(path, port, NUMBER // 3) as running:
            assert running.stdout is not None
            lines = [running.stdout.readline() for _ in range(NUMBER // 3)]
            running.send_signal(how)
            out, err = running.communicate()
        assert running.returncode != 0
        assert ("KeyboardInterrupt" in err) == (how is signal.SIGINT)
        seen = {
            line.split()[0]
            for line in [*lines, *out.splitlines()]
            if line.endswith(("True\n", "False\n", "True", "False"))
        }
        with Store(path) as store:
            kept = set(store.digests())
        assert seen <= kept  # what was handed out was kept before
        assert NUMBER // 3 <= len(kept) < NUMBER
        answered = sum(stats(port)["answered"].values())
        assert answered - len(kept) <= WIDE

        lines = finish(path, port)
        assert len(lines) == NUMBER
        assert sum(line.endswith("True") for line in lines) == len(kept)
        twice = [key for key, count in stats(port)["answered"].items() if count > 1]
        assert len(twice) <= WIDE
        assert sum(stats(port)["answered"].values()) <= NUMBER + WIDE

    with process() as port:
        finish(tmp_path / "calm.sqlite", port)
    for name in ("replies", "calm"):
        with Store(tmp_path / f"{name}.sqlite") as store:
            assert export_replies(store, tmp_path / name) == NUMBER
    assert (tmp_path / "replies").read_bytes() == (tmp_path / "calm").read_bytes()
