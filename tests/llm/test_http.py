"""Real litellm, real HTTP: the engine against the server of the test suite."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentalign.llm import Engine, Failure, Fault, Kind, Model, Outcome, Reply, Request, Retries, Store, export_replies
from agentalign.llm.endpoint import Endpoint, resolve
from agentalign.llm.indirect import Indirect
from agentalign.llm.transport import Connections
from llmfakes import outcomes
from llmserver import FAULTS, HUGE, Server, process

CANARY = "sk-canary-9f8e7d6c5b4a39281706"
QUICK = Retries(base=0.001, cap=0.01, attempts=12, hopeless=100)
TOOL = {"type": "function", "function": {"name": "look_up", "description": "d", "parameters": {"type": "object"}}}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ORGANIZATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)


def asked(model: Model, number: int, tools: bool = False) -> list[Request]:
    messages = [[{"role": "user", "content": f"task {at}"}] for at in range(number)]
    return [Request("stage", model, said, [TOOL] if tools and at % 2 else []) for at, said in enumerate(messages)]


async def replies(requests: list[Request], store: Store | None = None) -> dict[Request, Outcome]:
    async with Engine(store, retries=QUICK) as engine:
        return await outcomes(engine, requests)


def model(server: Server, **options: Any) -> Model:
    return Model("openai/test", base=server.base, **options)


def test_ten_percent_faults_lose_nothing_and_change_nothing(tmp_path: Path) -> None:
    kinds = [kind for kind in FAULTS if kind != "slow"]

    async def run(server: Server, store: Store) -> dict[str, Outcome]:
        async with server:
            found = await replies(asked(model(server), 400, tools=True), store)
            return {request.digest: replace(outcome, latency=0.0) for request, outcome in found.items()}  # type: ignore[type-var]

    calm, rough = Server(key=CANARY), Server(key=CANARY, faults={kind: 0.1 / len(kinds) for kind in kinds})
    stores = Store(), Store(tmp_path / "replies.sqlite")
    assert asyncio.run(run(rough, stores[1])) == asyncio.run(run(calm, stores[0]))
    for store, name in zip(stores, ("calm", "rough"), strict=True):
        assert export_replies(store, tmp_path / name) == 400
    assert (tmp_path / "calm").read_bytes() == (tmp_path / "rough").read_bytes()
    assert set(rough.injected) == set(kinds)
    assert rough.answered.total() == len(rough.answered) == 400  # no reply was paid for twice


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "slow"])
def test_each_fault_alone(fault: str) -> None:
    async def run() -> tuple[dict[Request, Outcome], Server]:
        async with Server(faults={fault: 0.5}) as server:
            return await replies(asked(model(server), 20)), server

    found, server = asyncio.run(run())
    assert all(isinstance(outcome, Reply) for outcome in found.values())
    assert server.injected[fault] > 0


def test_what_never_comes_is_given_up() -> None:
    async def run() -> Outcome:
        async with Server(faults={"slow": 1.0}) as server, Engine(retries=Retries(attempts=1)) as engine:
            return await engine.ask(asked(model(server, timeout=0.05), 1)[0])

    outcome = asyncio.run(run())
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.timeout


@pytest.mark.parametrize("fault", ["huge", "huge-chunked"])
def test_memory_stays_flat_under_huge_replies(fault: str) -> None:
    async def run(base: str) -> tuple[set[Outcome], int]:
        async with Engine(retries=Retries(attempts=1, hopeless=99)) as engine:
            requests = asked(Model("openai/test", base=base, concurrency=1), 12)
            await engine.ask(requests[0])
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            found = await outcomes(engine, requests[1:])
            return set(found.values()), tracemalloc.get_traced_memory()[1] - before

    with process(faults=json.dumps({fault: 1.0})) as port:
        try:
            found, grown = asyncio.run(run(f"http://127.0.0.1:{port}/v1"))
        finally:
            tracemalloc.stop()
    assert {outcome.kind for outcome in found if isinstance(outcome, Failure)} == {Kind.too_large}
    assert grown < HUGE * 1.5


def test_a_wrong_key_stops_at_once_and_names_its_variable() -> None:
    async def run() -> tuple[dict[Request, Outcome], Server]:
        async with Server(key="another") as server:
            return await replies(asked(model(server, concurrency=3), 50)), server

    found, server = asyncio.run(run())
    outcomes = set(map(str, found.values()))
    assert all("OPENAI_API_KEY" in said and "wrong_key" in said for said in outcomes)
    assert not server.calls
    assert CANARY not in str(outcomes)


def test_a_missing_key_is_said_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    found = resolve(Model("openai/gpt-4o-mini"))
    assert not isinstance(found, Endpoint)
    assert (found.kind, found.message) == (Kind.wrong_key, "openai/gpt-4o-mini needs a key: set OPENAI_API_KEY")
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    found = resolve(Model("groq/some-model"))
    assert not isinstance(found, Endpoint)
    assert "GROQ_API_KEY" in found.message
    found = resolve(Model("openai/local", base="http://127.0.0.1:9/v1", key_env="MY_KEY"))
    assert not isinstance(found, Endpoint)
    assert "MY_KEY" in found.message


@pytest.mark.parametrize("key", ["sk-ключ-1234", "sk-two\nlines", "sk-\x00"[:3] + "\x7f"])
def test_a_key_that_is_none(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    found = resolve(Model("openai/gpt-4o-mini"))
    assert not isinstance(found, Endpoint)
    assert found == Fault(Kind.wrong_key, "the key in OPENAI_API_KEY has characters that no key has")


def test_space_around_a_key_is_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f" {CANARY}\n")
    found = resolve(Model("openai/gpt-4o-mini"))
    assert isinstance(found, Endpoint)
    assert found.key == CANARY
    assert found.headers["Authorization"] == f"Bearer {CANARY}"


def test_a_local_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")

    async def run() -> set[type]:
        async with Server() as server:
            monkeypatch.setenv("MY_BASE", server.base)
            monkeypatch.setenv("HOSTED_VLLM_API_BASE", server.base)
            named = [model(server), Model("openai/test", base_env="MY_BASE"), Model("hosted_vllm/test")]
            async with Engine() as engine:
                return {type(await engine.ask(asked(one, 1)[0])) for one in named}

    assert asyncio.run(run()) == {Reply}


@pytest.mark.parametrize(
    ("wanted", "kind", "said"),
    [
        (Model("no-provider-at-all"), Kind.not_found, "no provider is known"),
        (Model("openai/x", base_env="UNSET_BASE"), Kind.bad_request, "UNSET_BASE"),
        (Model("openai/x", base="localhost:8000"), Kind.bad_request, "http"),
        (Model("hosted_vllm/x"), Kind.bad_request, "HOSTED_VLLM_API_BASE"),
    ],
)
def test_what_cannot_be_resolved(wanted: Model, kind: Kind, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOSTED_VLLM_API_BASE", raising=False)
    found = resolve(wanted)
    assert not isinstance(found, Endpoint)
    assert found.kind is kind
    assert said in found.message


@pytest.mark.parametrize(
    ("name", "url", "variable"),
    [
        ("openai/gpt-4o-mini", "https://api.openai.com/v1/chat/completions", "OPENAI_API_KEY"),
        ("gpt-4o-mini", "https://api.openai.com/v1/chat/completions", "OPENAI_API_KEY"),
        ("groq/llama", "https://api.groq.com/openai/v1/chat/completions", "GROQ_API_KEY"),
        ("mistral/small", "https://api.mistral.ai/v1/chat/completions", "MISTRAL_API_KEY"),
        ("openrouter/a/b", "https://openrouter.ai/api/v1/chat/completions", "OPENROUTER_API_KEY"),
        ("anthropic/claude-sonnet-4-5", None, "ANTHROPIC_API_KEY"),
        ("gemini/gemini-2.0-flash", None, "GEMINI_API_KEY"),
        ("openai/o1-pro", None, "OPENAI_API_KEY"),
    ],
)
def test_what_litellm_resolves(name: str, url: str | None, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv(variable, CANARY + variable)
    found = resolve(Model(name))
    assert isinstance(found, Endpoint)
    assert (found.url, found.key_name, found.key) == (url, variable, CANARY + variable)
    assert CANARY not in repr(found)


def test_what_is_sent_is_what_litellm_would_send() -> None:
    parameters = {"temperature": 0.3, "max_tokens": 50, "seed": 7, "top_k": 5, "stop": ["\n"]}
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    call = {"id": "c", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    conversation = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "u ☃"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "{}"},
    ]
    parts = [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]

    async def run(server: Server) -> list[dict[str, Any]]:
        async with server:
            for name in ("openai/test", "hosted_vllm/test", "mistral/test"):
                used = Model(name, parameters, base=server.base)
                for said, tools, shape in (
                    (conversation, [TOOL], None),
                    (conversation[:2], [], schema),
                    (parts, [], None),
                ):
                    request = Request("s", used, said, tools, shape)
                    endpoint = resolve(used)
                    assert isinstance(endpoint, Endpoint)
                    connections = Connections()
                    transport = await connections.connect(used)
                    assert not isinstance(transport, Indirect)
                    await transport.call(request)  # type: ignore[union-attr]
                    await Indirect(endpoint).call(request)
                    await connections.close()
            return [dict(body) for body in server.seen]

    seen = asyncio.run(run(Server()))
    assert len(seen) == 18
    for ours, litellms in zip(seen[::2], seen[1::2], strict=True):
        for said in ours["messages"]:
            if said.get("content", "") is None:  # litellm leaves it out, which means the same
                del said["content"]
        assert ours == {name: value for name, value in litellms.items() if name != "stream"}


def test_calls_through_litellm() -> None:
    async def run() -> tuple[list[Any], Server]:
        async with Server(key=CANARY, faults={"500": 0.3, "429-seconds": 0.2, "cut": 0.2}) as server:
            endpoint = resolve(model(server))
            assert isinstance(endpoint, Endpoint)
            through = Indirect(endpoint)
            return [await through.call(request) for request in asked(model(server), 30, tools=True)], server

    found, server = asyncio.run(run())
    kinds = {outcome.kind for outcome in found if not isinstance(outcome, Reply)}
    assert kinds == {Kind.server, Kind.rate_limited, Kind.malformed}
    assert {outcome.wait for outcome in found if isinstance(outcome, Fault) and outcome.kind is Kind.rate_limited} == {
        0.0
    }
    assert sum(isinstance(outcome, Reply) for outcome in found) == server.answered.total() > 0
    assert server.calls.total() == 30  # litellm repeats nothing on its own
    assert any(outcome.tool_calls for outcome in found if isinstance(outcome, Reply))


@pytest.mark.parametrize("direct", [True, False])
def test_the_key_appears_nowhere(
    direct: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither where it is refused and repeated, nor where a reply echoes it."""
    caplog.set_level(logging.DEBUG)
    parrot = {"choices": [{"message": {"role": "assistant", "content": f"you sent {CANARY}"}, "finish_reason": "stop"}]}

    async def run(server: Server) -> list[Any]:
        async with server:
            used = model(server)
            request = asked(used, 1)[0]
            endpoint = resolve(used)
            assert isinstance(endpoint, Endpoint)
            print(endpoint, used, request)
            if not direct:
                return [await Indirect(endpoint).call(request)]
            with Store(tmp_path / f"{server.port}.sqlite") as store:
                async with Engine(store, retries=Retries(attempts=1)) as engine:
                    found = await engine.ask(request)
                export_replies(store, tmp_path / f"{server.port}.jsonl")
                return [found, engine.progress, engine.stopped]

    for server in (
        Server(key="another"),
        Server(reply=lambda *_: parrot),
        Server(reply=lambda *_: {"error": {"message": f"Bearer {CANARY}"}}),
        Server(faults={"reset": 1.0}),
    ):
        found = asyncio.run(run(server))
        assert CANARY not in repr(found)
        print(found)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    out, err = capfd.readouterr()
    assert all(CANARY not in text for text in (out, err, caplog.text, written.decode(errors="replace")))
    assert direct == (b"you sent [key]" in written)


def test_credentials_in_a_url_are_used_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")

    async def run() -> tuple[Outcome, list[str]]:
        async with Server(key="x") as server, Engine() as engine:
            base = server.base.replace("127.0.0.1", "me:pa55word-long@127.0.0.1")
            return await engine.ask(asked(Model("openai/test", base=base), 1)[0]), server.sent

    outcome, sent = asyncio.run(run())
    assert sent == ["Basic bWU6cGE1NXdvcmQtbG9uZw=="]
    assert isinstance(outcome, Failure)
    assert "pa55word-long" not in outcome.message
    assert "bWU6cGE1NXdvcmQtbG9uZw" not in outcome.message


def test_offline_makes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()

    async def online() -> list[Request]:
        async with Server() as server:
            requests = asked(model(server), 30)
            await replies(requests[:20], store)
            return requests

    requests = asyncio.run(online())

    def refuse(*_: object) -> None:
        raise AssertionError("a network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    async def offline() -> dict[Request, Outcome]:
        async with Engine(store, offline=True) as engine:
            return await outcomes(engine, requests)

    found = asyncio.run(offline())
    assert [type(found[request]) for request in requests] == [Reply] * 20 + [Failure] * 10


def test_replicates_have_seeds_of_their_own() -> None:
    async def run() -> list[Mapping[str, Any]]:
        async with Server() as server, Engine() as engine:
            used = Model("openai/test", {"seed": 40}, base=server.base)
            said = [{"role": "user", "content": "draw"}]
            await outcomes(engine, [Request("s", used, said, replicate=at) for at in range(3)])
            return server.seen

    assert sorted(body["seed"] for body in asyncio.run(run())) == [40, 41, 42]


def test_a_parameter_the_model_does_not_take_is_named() -> None:
    async def run() -> Outcome:
        async with Server() as server, Engine() as engine:
            return await engine.ask(asked(Model("openai/gpt-5-mini", {"temperature": 0.2}, base=server.base), 1)[0])

    outcome = asyncio.run(run())
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.bad_request
    assert "temperature" in outcome.message


def test_a_redirect_is_not_followed() -> None:
    async def run() -> Outcome:
        async with Server() as server, Engine() as engine:
            return await engine.ask(asked(Model("openai/test", base=server.base + "/nothing/here"), 1)[0])

    outcome = asyncio.run(run())
    assert isinstance(outcome, Failure)
    assert outcome.kind is Kind.not_found
    assert "/v1/nothing/here" in outcome.message


def test_one_client_per_provider() -> None:
    async def run() -> int:
        async with Server() as server:
            engine = Engine()
            async with engine:
                for name in ("openai/a", "openai/b", "hosted_vllm/c"):
                    await engine.ask(asked(Model(name, base=server.base), 1)[0])
                return len(engine._connections._sessions)

    assert asyncio.run(run()) == 2


def test_tools_that_do_not_exist_reach_the_caller() -> None:
    async def run() -> dict[Request, Outcome]:
        async with Server(manners={"unknown tool": 1.0}) as server:
            return await replies(asked(model(server), 4, tools=True))

    found = asyncio.run(run())
    names = [call.name for outcome in found.values() if isinstance(outcome, Reply) for call in outcome.tool_calls]
    assert names == ["no_such_tool"] * 2
    assert json.dumps(names)
