"""Providers with protocols of their own, through litellm: what is sent to them is what they document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import orjson
import pytest
from aiohttp import web

from agentalign.llm import BatchWriter, Engine, Failure, Kind, Model, Outcome, Reply, Request, Retries

CANARY = "canary-9f8e7d6c5b4a39281706"
PARAMETERS = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
TOOL = {"type": "function", "function": {"name": "look_up", "description": "Looks up.", "parameters": PARAMETERS}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {**PARAMETERS, "additionalProperties": False}}}


def call(ident: str, name: str) -> dict[str, Any]:
    function = {"name": "look_up", "arguments": json.dumps({"name": name})}
    return {"id": ident, "type": "function", "function": function}


TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "You help."},
    {"role": "user", "content": "Look up A and B."},
    {"role": "assistant", "content": None, "tool_calls": [call("aaaaaaaa1", "A"), call("aaaaaaaa2", "B")]},
    {"role": "tool", "tool_call_id": "aaaaaaaa1", "content": '{"found": true}'},
    {"role": "tool", "tool_call_id": "aaaaaaaa2", "content": '{"error": {"code": "not_listed"}}'},
]

# https://docs.anthropic.com/en/api/messages and .../creating-message-batches, as far as we make use of them
TEXT = {
    "type": "object",
    "required": ["type", "text"],
    "additionalProperties": False,
    "properties": {"type": {"const": "text"}, "text": {"type": "string", "minLength": 1}},
}
USE = {
    "type": "object",
    "required": ["type", "id", "name", "input"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "tool_use"},
        "id": {"type": "string", "pattern": "^[a-zA-Z0-9_-]+$"},
        "name": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"},
        "input": {"type": "object"},
    },
}
RESULT = {
    "type": "object",
    "required": ["type", "tool_use_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "tool_result"},
        "tool_use_id": {"type": "string"},
        "is_error": {"type": "boolean"},
        "content": {"type": "string"},
    },
}
MESSAGES = {
    "type": "object",
    "required": ["model", "max_tokens", "messages"],
    "additionalProperties": False,
    "properties": {
        "model": {"const": "claude-sonnet-4-5"},
        "max_tokens": {"type": "integer", "minimum": 1},
        "system": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": TEXT}]},
        "temperature": {"type": "number", "minimum": 0, "maximum": 1},
        "top_p": {"type": "number"},
        "top_k": {"type": "integer"},
        "stop_sequences": {"type": "array", "items": {"type": "string"}},
        "thinking": {"type": "object"},
        "tool_choice": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": ["auto", "any"]}, "disable_parallel_tool_use": {"type": "boolean"}},
            "additionalProperties": False,
        },
        "output_format": {"type": "object", "required": ["type", "schema"]},
        "tools": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "input_schema"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "custom"},
                    "name": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"},
                    "description": {"type": "string"},
                    "input_schema": {"type": "object", "properties": {"type": {"const": "object"}}},
                },
            },
        },
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["role", "content"],
                "additionalProperties": False,
                "properties": {
                    "role": {"enum": ["user", "assistant"]},
                    "content": {
                        "anyOf": [
                            {"type": "string", "minLength": 1},
                            {"type": "array", "minItems": 1, "items": {"anyOf": [TEXT, USE, RESULT]}},
                        ]
                    },
                },
            },
        },
    },
    "dependentRequired": {"tool_choice": ["tools"]},
}
BATCHED = {
    "type": "object",
    "required": ["custom_id", "params"],
    "additionalProperties": False,
    "properties": {"custom_id": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,64}$"}, "params": MESSAGES},
}


def as_documented(body: Mapping[str, Any]) -> None:
    """Check what Anthropic's API takes: the shape, turns that alternate, and a result for each use, at once and first."""
    jsonschema.validate(body, MESSAGES)
    turns = body["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2) + ["user"] * (len(turns) % 2)
    for said, told in zip(turns, [*turns[1:], {"content": []}], strict=True):
        used = [b["id"] for b in said["content"] if isinstance(b, dict) and b["type"] == "tool_use"]
        assert [b["tool_use_id"] for b in told["content"][: len(used)]] == used if used else True


@dataclass
class Provider:
    """A server that remembers what it was sent."""

    reply: Callable[[str, Mapping[str, Any]], web.Response]
    urls: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    base: str = ""

    async def serve(self, work: Callable[[], Awaitable[Any]]) -> Any:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            return await work()
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.urls.append(str(request.rel_url))
        self.headers.append(dict(request.headers))
        self.bodies.append(json.loads(await request.read()))
        return self.reply(request.path, self.bodies[-1])


def asked(provider: Provider, name: str, parameters: Mapping[str, Any], **retries: Any) -> list[Outcome]:
    """A conversation with calls, then a prompt for JSON."""

    async def work() -> list[Outcome]:
        model = Model(name, parameters, base=provider.base)
        requests = (Request("s", model, TALK, [TOOL]), Request("s", model, TALK[:2], (), SCHEMA))
        async with Engine(retries=Retries(**{"attempts": 1, **retries})) as engine:
            return [await engine.ask(request) for request in requests]

    found: list[Outcome] = asyncio.run(provider.serve(work))
    return found


def anthropic(_: str, body: Mapping[str, Any]) -> web.Response:
    use = {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {"name": "C"}}
    content = [{"type": "text", "text": "Let me see."}, use] if "tools" in body else [{"type": "text", "text": "{}"}]
    usage = {"input_tokens": 80, "cache_read_input_tokens": 20, "cache_creation_input_tokens": 0, "output_tokens": 9}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "stop_sequence": None}
    stop = "tool_use" if "tools" in body else "end_turn"
    return web.json_response({**head, "content": content, "stop_reason": stop, "usage": usage})


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, f"{name}-{CANARY}")
    for name in ("ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL", "GEMINI_API_BASE", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("parallel", [{}, {"parallel_tool_calls": False}])
def test_anthropic_gets_its_messages_and_is_understood(parallel: dict[str, Any]) -> None:
    provider = Provider(anthropic)
    called, told = asked(provider, "anthropic/claude-sonnet-4-5", {"temperature": 0.5, "max_tokens": 300, **parallel})
    assert provider.urls == ["/v1/messages"] * 2
    assert all(headers["x-api-key"] == f"ANTHROPIC_API_KEY-{CANARY}" for headers in provider.headers)
    for body in provider.bodies:
        as_documented(body)
        assert "empty" not in json.dumps(body).lower()  # nothing of litellm's own wording
    first, second = provider.bodies
    assert [block["type"] for block in first["messages"][1]["content"]] == ["tool_use"] * 2
    assert [block["input"] for block in first["messages"][1]["content"]] == [{"name": "A"}, {"name": "B"}]
    assert first["tools"][0]["input_schema"]["required"] == ["name"]
    assert first.get("tool_choice", {}).get("disable_parallel_tool_use", False) is bool(parallel)
    assert "tool_choice" not in second
    assert second["output_format"]["schema"]["required"] == ["name"]
    assert isinstance(called, Reply)
    assert [(c.name, json.loads(c.arguments)) for c in called.tool_calls] == [("look_up", {"name": "C"})]
    assert (called.content, called.finish_reason) == ("Let me see.", "tool_calls")
    assert (called.usage.read, called.usage.written, called.usage.cached) == (100, 9, 20)
    assert isinstance(told, Reply)
    assert told.content == "{}"


def gemini(_: str, body: Mapping[str, Any]) -> web.Response:
    said = {"functionCall": {"name": "look_up", "args": {"name": "C"}}} if "tools" in body else {"text": "{}"}
    candidate = {"content": {"role": "model", "parts": [said]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 90, "candidatesTokenCount": 9, "totalTokenCount": 99}
    return web.json_response({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash"})


def test_gemini_gets_its_contents_and_is_understood() -> None:
    provider = Provider(gemini)
    called, told = asked(provider, "gemini/gemini-2.5-flash", {"temperature": 0.5, "max_tokens": 300})
    assert provider.urls == ["/models/gemini-2.5-flash:generateContent"] * 2  # the key is in a header, not in the URL
    assert all(headers["x-goog-api-key"] == f"GEMINI_API_KEY-{CANARY}" for headers in provider.headers)
    first, second = provider.bodies
    assert first["system_instruction"]["parts"] == [{"text": "You help."}]
    assert [content["role"] for content in first["contents"]] == ["user", "model", "user"]
    calls = [part["function_call"] for part in first["contents"][1]["parts"]]
    assert calls == [{"name": "look_up", "args": {"name": "A"}}, {"name": "look_up", "args": {"name": "B"}}]
    results = [part["function_response"] for part in first["contents"][2]["parts"]]
    assert [(result["name"], result["response"]) for result in results] == [
        ("look_up", {"found": True}),
        ("look_up", {"error": {"code": "not_listed"}}),
    ]
    (declared,) = first["tools"][0]["function_declarations"]
    assert declared["parameters"] == PARAMETERS
    assert first["generationConfig"] == {"temperature": 0.5, "max_output_tokens": 300}
    assert second["generationConfig"]["response_mime_type"] == "application/json"
    assert isinstance(called, Reply)
    assert [(c.name, json.loads(c.arguments)) for c in called.tool_calls] == [("look_up", {"name": "C"})]
    assert (called.usage.read, called.usage.written) == (90, 9)
    assert isinstance(told, Reply)
    assert told.content == "{}"


@pytest.mark.parametrize(
    ("status", "said", "kind", "sent"),
    [
        (401, "authentication_error", Kind.wrong_key, 1),
        (404, "not_found_error", Kind.not_found, 1),
        (400, "invalid_request_error", Kind.bad_request, 2),
        (429, "rate_limit_error", Kind.rate_limited, 6),
        (500, "api_error", Kind.server, 6),
        (529, "overloaded_error", Kind.server, 6),
    ],
)
def test_what_goes_wrong_at_anthropic(status: int, said: str, kind: Kind, sent: int) -> None:
    error = {"type": "error", "error": {"type": said, "message": f"it is {said}"}}
    provider = Provider(lambda *_: web.json_response(error, status=status))
    quick = {"attempts": 3, "patience": 3, "base": 0.001, "cap": 0.01}
    found = asked(provider, "anthropic/claude-sonnet-4-5", {"max_tokens": 300}, **quick)
    assert {outcome.kind for outcome in found if isinstance(outcome, Failure)} == {kind}
    assert len(provider.bodies) == sent
    assert CANARY not in str(found)
    assert kind is not Kind.wrong_key or "ANTHROPIC_API_KEY" in str(found[0])


@pytest.mark.parametrize(
    "parameters", [{}, {"temperature": 0.5, "stop": ["x"], "seed": 3, "parallel_tool_calls": False}]
)
def test_batches_for_anthropic_are_as_documented(parameters: dict[str, Any]) -> None:
    model, writer = Model("anthropic/claude-sonnet-4-5", parameters), BatchWriter("anthropic")
    for request in (
        Request("s", model, TALK, [TOOL]),
        Request("s", model, TALK[:2], [TOOL], replicate=2),
        Request("s", model, TALK[:2], (), SCHEMA),
        Request("s", model, TALK[1:2]),
    ):
        line = writer.line(request)
        assert isinstance(line, bytes)
        jsonschema.validate(orjson.loads(line), BATCHED)
        as_documented(orjson.loads(line)["params"])
