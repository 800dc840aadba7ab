"""Requests and replies as files: the batch formats of OpenAI and Anthropic, which cost half and take a day.

A line's `custom_id` is the digest of its request, so a reply finds its way back into a store whoever made the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import orjson

from agentalign.dataclasses import dataclass
from agentalign.llm.canonical import DIGEST_BYTES
from agentalign.llm.endpoint import unkeyed
from agentalign.llm.forms import Forms, sent_parameters
from agentalign.llm.model import Model
from agentalign.llm.outcome import Fault, Kind, Reply
from agentalign.llm.request import Request
from agentalign.llm.wire import read_completion, read_error

BatchFormat: TypeAlias = Literal["openai", "anthropic"]

_URL: Final = "/v1/chat/completions"
_MAX_TOKENS: Final = 1_024  # Anthropic's API must be told
_RENAMED: Final = {"stop": "stop_sequences", "max_completion_tokens": "max_tokens"}
_TAKEN: Final = frozenset({"max_tokens", "stop_sequences", "temperature", "thinking", "top_k", "top_p"})
_STOPS: Final = {"max_tokens": "length", "tool_use": "tool_calls", "refusal": "stop"}


class BatchWriter:
    """Writes requests as lines of a batch file; what depends on the model alone is found out once."""

    def __init__(self, form: BatchFormat = "openai") -> None:
        self._form = form
        self._forms: dict[Model, Forms | None] = {}

    def line(self, request: Request) -> bytes | Fault:
        """A line, without the line feed. No key is needed, and none is in it; a fault if the provider takes no such request."""
        if self._form == "anthropic":
            return orjson.dumps({"custom_id": request.digest, "params": _params(request)})
        body = self._body(request)
        if isinstance(body, Fault):
            return body
        line = {"custom_id": request.digest, "method": "POST", "url": _URL, "body": orjson.Fragment(body)}
        return orjson.dumps(line)

    def _body(self, request: Request) -> bytes | Fault:
        model = request.model
        if model not in self._forms:
            endpoint = unkeyed(model)
            self._forms[model] = Forms(endpoint) if endpoint is not None else None
        forms = self._forms[model]
        body = forms.body(request) if forms is not None else None
        return _plain(request) if body is None else body


@dataclass(frozen=True, slots=True)
class BatchReply:
    """A line of results: the digest it names, and the reply or why there is none."""

    digest: str
    outcome: Reply | Fault


def read_batch(lines: Iterator[bytes]) -> Iterator[BatchReply | str]:
    """Read results of OpenAI's or Anthropic's batches, or plain `{"custom_id": ..., "response": ...}`, line by line.

    A plain response is a chat completion or the text itself. What is no line of results comes as a string that says why;
    blank lines are passed over.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            found = _read(line)
            yield f"line {number}: {found}" if isinstance(found, str) else found


def _read(line: bytes) -> BatchReply | str:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "cut off or no JSON"
    if not isinstance(fields, dict) or not isinstance(fields.get("custom_id"), str):
        return "it has no custom_id"
    digest = fields["custom_id"]
    if not _is_digest(digest):
        return f"{digest[:64]!r} is the id of no request of ours"
    if "result" in fields:
        return BatchReply(digest, _anthropic(fields["result"]))
    if fields.get("error"):
        return BatchReply(digest, read_error(500, {"error": fields["error"]}))
    if "response" not in fields:
        return "it has neither `response` nor `result`"
    return BatchReply(digest, _response(fields["response"]))


def _is_digest(text: str) -> bool:
    return len(text) == 2 * DIGEST_BYTES and all(character in "0123456789abcdef" for character in text)


def _response(response: Any) -> Reply | Fault:
    if isinstance(response, str):
        body: Any = {"choices": [{"message": {"content": response}}]}
        return read_completion(body, 0)
    if not isinstance(response, dict):
        return Fault(Kind.malformed, "the response is no completion")
    status = response.get("status_code", 200)
    body = response.get("body", response)
    if status != 200:
        return read_error(status if isinstance(status, int) else 500, body)
    return read_completion(body, 0)


# ----------------------------------------------------------------------------------------------------------- Anthropic


def _params(request: Request) -> dict[str, Any]:
    """A request in the shape of Anthropic's messages."""
    messages: list[Mapping[str, Any]]
    messages, tools, _ = map(orjson.loads, request.sent)
    given = {_RENAMED.get(name, name): value for name, value in sent_parameters(request).items()}
    params: dict[str, Any] = {
        "model": request.model.name.rpartition("/")[2],
        "max_tokens": given.pop("max_tokens", _MAX_TOKENS),
        **{name: value for name, value in given.items() if name in _TAKEN},
    }
    system = "\n\n".join(str(message["content"]) for message in messages if message["role"] == "system")
    if system:
        params["system"] = system
    params["messages"] = _turns([message for message in messages if message["role"] != "system"])
    if tools:
        params["tools"] = [_tool(tool["function"]) for tool in tools]
    if given.get("parallel_tool_calls") is False:
        params["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": True}
    return params


def _tool(function: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": function["name"],
        "description": function.get("description", ""),
        "input_schema": function["parameters"],
    }


def _turns(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """User and assistant by turns; results of tools are what the user says."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        role = "assistant" if message["role"] == "assistant" else "user"
        blocks = list(_blocks(message))
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    return turns


def _blocks(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if message["role"] == "tool":
        yield {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": message["content"]}
        return
    if message.get("content"):
        yield {"type": "text", "text": message["content"]}
    for call in message.get("tool_calls") or ():
        function = call["function"]
        yield {
            "type": "tool_use",
            "id": call["id"],
            "name": function["name"],
            "input": orjson.loads(function["arguments"] or "{}"),
        }


def _anthropic(result: Any) -> Reply | Fault:
    """A result of a message batch, read by way of a chat completion."""
    if not isinstance(result, dict):
        return Fault(Kind.malformed, "the result has not the shape of a message batch")
    if result.get("type") != "succeeded":
        error = result.get("error")
        inner = error.get("error", error) if isinstance(error, dict) else None
        said = inner.get("message") if isinstance(inner, dict) else None
        return Fault(Kind.server, f"the batch says {result.get('type')}" + (f": {said}" if said else ""))
    try:
        return read_completion(_completion(result["message"]), 0)
    except (AttributeError, KeyError, TypeError):
        return Fault(Kind.malformed, "the result has not the shape of a message batch")


def _completion(message: Mapping[str, Any]) -> dict[str, Any]:
    text = "".join(block["text"] for block in message["content"] if block["type"] == "text")
    thoughts = "".join(block["thinking"] for block in message["content"] if block["type"] == "thinking")
    calls = [
        {"id": block["id"], "function": {"name": block["name"], "arguments": block["input"]}}
        for block in message["content"]
        if block["type"] == "tool_use"
    ]
    stop = message.get("stop_reason") or "end_turn"
    said = {"content": text, "tool_calls": calls, "reasoning_content": thoughts}
    usage = message.get("usage") or {}
    read = usage.get("input_tokens", 0) + usage.get("cache_read_input_tokens", 0)
    return {
        "choices": [{"message": said, "finish_reason": _STOPS.get(stop, "stop")}],
        "usage": {
            "prompt_tokens": read + usage.get("cache_creation_input_tokens", 0),
            "completion_tokens": usage.get("output_tokens", 0),
            "prompt_tokens_details": {"cached_tokens": usage.get("cache_read_input_tokens", 0)},
        },
    }


# ------------------------------------------------------------------------------------------------------------- OpenAI


def _plain(request: Request) -> bytes:
    """A body as it is, for a model that litellm would call in a way of its own."""
    messages, tools, schema = map(orjson.Fragment, request.sent)
    body: dict[str, Any] = {"model": request.model.name.partition("/")[2] or request.model.name}
    body |= sent_parameters(request)
    body["messages"] = messages
    if request.tools:
        body["tools"] = tools
    if request.response_format is not None:
        body["response_format"] = schema
    return orjson.dumps(body)
