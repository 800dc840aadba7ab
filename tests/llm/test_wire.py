from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import Fault, Kind, Reply, ToolCall, Usage
from agentalign.llm.wire import read_body, read_completion, read_error

LEAVES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text()
NAMES = st.sampled_from(
    [
        "choices",
        "message",
        "content",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "usage",
        "error",
        "code",
        "type",
        "text",
    ]
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)


def completion(message: dict[str, Any], finish: str | None = "stop", **more: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", **message}, "finish_reason": finish}], **more}


@given(JSON)
def test_whatever_is_sent_is_a_reply_or_a_fault(body: Any) -> None:
    assert isinstance(read_completion(body, 0), Reply | Fault)
    assert isinstance(read_completion({"choices": [{"message": body}]}, 0), Reply | Fault)
    assert isinstance(read_completion({"choices": [{"message": {"tool_calls": body}}]}, 0), Reply | Fault)
    assert isinstance(read_error(400, body), Fault)


@given(st.binary())
def test_whatever_bytes_are_sent(raw: bytes) -> None:
    assert isinstance(read_body(raw, 0), Reply | Fault)


@given(st.text(min_size=1).filter(str.strip), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_text(content: str, read: int, written: int) -> None:
    raw = orjson.dumps(completion({"content": content}, usage={"prompt_tokens": read, "completion_tokens": written}))
    found = read_body(raw, 0)
    assert isinstance(found, Reply)
    assert found.content == content
    assert found.usage == Usage(read, written) or (read == written == 0 and found.usage.estimated)


@given(st.text(min_size=1).filter(str.strip), st.data())
def test_a_body_that_was_cut_off_is_no_reply(content: str, data: st.DataObject) -> None:
    raw = orjson.dumps(completion({"content": content}))
    fault = read_body(raw[: data.draw(st.integers(0, len(raw) - 1))], 0)
    assert isinstance(fault, Fault)
    assert fault.kind is Kind.malformed


def test_tool_calls_are_taken_as_they_are() -> None:
    calls = [
        {"id": "a", "type": "function", "function": {"name": "no_such_tool", "arguments": "{not json"}},
        {"function": {"name": "t", "arguments": {"x": 1}}},
        {"id": None, "function": {"name": "u", "arguments": None}},
    ]
    reply = read_completion(completion({"content": None, "tool_calls": calls}, None), 0)
    assert isinstance(reply, Reply)
    assert reply.finish_reason == "tool_calls"
    assert reply.tool_calls == (
        ToolCall("a", "no_such_tool", "{not json"),
        ToolCall("call_1", "t", '{"x":1}'),
        ToolCall("call_2", "u", "{}"),
    )


def test_usage_details_and_estimates() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 8,
        "prompt_tokens_details": {"cached_tokens": 7},
        "completion_tokens_details": {"reasoning_tokens": 6},
    }
    reply = read_completion(completion({"content": "x"}, usage=usage), 0)
    assert isinstance(reply, Reply)
    assert reply.usage == Usage(9, 8, 7, 6)
    reply = read_completion(completion({"content": "x" * 40}), 400)
    assert isinstance(reply, Reply)
    assert reply.usage == Usage(100, 10, estimated=True)


def test_refusal_reasoning_and_parts() -> None:
    reply = read_completion(completion({"content": None, "refusal": "I can't."}), 0)
    assert isinstance(reply, Reply)
    assert (reply.content, reply.refusal) == ("", "I can't.")
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}]
    reply = read_completion(completion({"content": parts}), 0)
    assert isinstance(reply, Reply)
    assert (reply.content, reply.reasoning) == ("yes", "hm")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (completion({"content": ""}), Kind.empty),
        (completion({"content": " \n"}), Kind.empty),
        (completion({"content": None}), Kind.empty),
        (completion({"content": ""}, "length"), Kind.too_long),
        (completion({"content": "x"}, "content_filter"), Kind.content_filter),
        (completion({"content": 7}), Kind.malformed),
        (completion({"content": "x"}, 7), Kind.malformed),  # type: ignore[arg-type]
        ({"choices": []}, Kind.malformed),
        ({"object": "list"}, Kind.malformed),
        ([], Kind.malformed),
        (None, Kind.malformed),
        ({"error": {"message": "busy", "code": 429}}, Kind.rate_limited),
        ({"error": {"message": "down", "code": "502"}}, Kind.server),
        ({"error": "down"}, Kind.server),
    ],
)
def test_what_is_no_reply(body: Any, kind: Kind) -> None:
    fault = read_completion(body, 0)
    assert isinstance(fault, Fault)
    assert fault.kind is kind


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"message": "bad temperature"}, Kind.bad_request),
        (400, {"message": "long", "code": "context_length_exceeded"}, Kind.too_long),
        (400, {"message": "maximum context length is 8192 tokens"}, Kind.too_long),
        (400, {"message": "no", "code": "content_filter"}, Kind.content_filter),
        (400, {"message": "API key not valid", "code": "invalid_api_key"}, Kind.wrong_key),
        (401, {"message": "no"}, Kind.wrong_key),
        (403, {"message": "no"}, Kind.wrong_key),
        (402, {"message": "pay"}, Kind.quota),
        (404, {"message": "no such model", "code": "model_not_found"}, Kind.not_found),
        (408, {}, Kind.timeout),
        (413, {}, Kind.bad_request),
        (422, {}, Kind.bad_request),
        (429, {"message": "slow down"}, Kind.rate_limited),
        (429, {"message": "You exceeded your current quota", "type": "insufficient_quota"}, Kind.quota),
        (500, {}, Kind.server),
        (503, {"message": "overloaded"}, Kind.server),
        (504, {}, Kind.timeout),
        (529, {}, Kind.server),
    ],
)
def test_what_a_status_means(status: int, error: dict[str, Any], kind: Kind) -> None:
    fault = read_error(status, {"error": error})
    assert fault.kind is kind
    assert fault.message.startswith(f"HTTP {status}")
    assert str(error.get("message", "")) in fault.message
