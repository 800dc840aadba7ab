"""Reading what an OpenAI-compatible endpoint sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from agentalign.llm.outcome import Fault, Kind, Reply, ToolCall, Usage

MAX_REPLY = 4 * 1024 * 1024  # bytes; the longest answers of today's models have a tenth of that
_TOKEN_BYTES = 4  # bytes of English text per token, where nobody counts


def estimated_tokens(size: int) -> int:
    """About how many tokens a text of `size` bytes has."""
    return -(-size // _TOKEN_BYTES)


def read_body(raw: bytes, asked: int) -> Reply | Fault:
    """The reply in a body of status 200, to a prompt of `asked` bytes."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        kind = "HTML, not JSON; is the base URL right?" if raw.lstrip()[:1] == b"<" else "cut off or no JSON"
        return Fault(Kind.malformed, f"the reply is {kind}" if raw.strip() else "the reply has no body")
    return read_completion(body, asked)


def read_completion(body: object, asked: int) -> Reply | Fault:
    """The reply in a chat completion; a fault if it has another shape, or says nothing."""
    if isinstance(body, dict) and body.get("error") and not body.get("choices"):
        return read_error(_code(body["error"]), body)
    usage = _usage(body.get("usage") if isinstance(body, dict) else None)
    try:
        reply = _reply(body)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return Fault(Kind.malformed, "the reply has not the shape of a chat completion", usage=usage)
    written = reply.content + reply.reasoning + "".join(call.name + call.arguments for call in reply.tool_calls)
    usage = usage or Usage(estimated_tokens(asked), estimated_tokens(len(written.encode())), estimated=True)
    if reply.finish_reason == "content_filter":
        return Fault(Kind.content_filter, "the provider's content filter withheld the reply", usage=usage)
    if not (reply.content.strip() or reply.tool_calls or reply.refusal):
        if not reply.complete:
            return Fault(Kind.too_long, "max_tokens was used up before the reply began", usage=usage)
        return Fault(Kind.empty, "the reply is empty", usage=usage)
    return Reply(
        reply.content, reply.tool_calls, reply.finish_reason, usage, refusal=reply.refusal, reasoning=reply.reasoning
    )


def read_error(status: int, body: object, text: str = "") -> Fault:
    """What a status other than 200 means, by the status and the error object of OpenAI's shape in the body."""
    error = body.get("error", body) if isinstance(body, dict) else body
    fields: Mapping[str, Any] = error if isinstance(error, dict) else {}
    message = str(fields.get("message") or (error if isinstance(error, str) else "") or text).strip()
    code = f"{fields.get('code') or ''} {fields.get('type') or ''}"
    kind = _kind(status, code, message.lower())
    return Fault(kind, f"HTTP {status}: {message}" if message else f"HTTP {status}")


def _kind(status: int, code: str, message: str) -> Kind:
    if status == 402 or "insufficient_quota" in code or "billing" in code:
        return Kind.quota
    if status in {401, 403} or "invalid_api_key" in code:
        return Kind.wrong_key
    if status == 429:
        return Kind.rate_limited
    if status == 404 or "model_not_found" in code:
        return Kind.not_found
    if status in {408, 504, 524}:
        return Kind.timeout
    if status >= 500 or status in {409, 425}:
        return Kind.server
    if "content_filter" in code or "content_policy" in code or "content management policy" in message:
        return Kind.content_filter
    if "context_length" in code or "context length" in message or "too many tokens" in message:
        return Kind.too_long
    return Kind.bad_request


def _reply(body: Any) -> Reply:
    choice = body["choices"][0]
    message = choice["message"]
    calls = tuple(_call(call, at) for at, call in enumerate(message.get("tool_calls") or ()))
    finish = choice.get("finish_reason") or ("tool_calls" if calls else "stop")
    content, thoughts = _text(message.get("content"))
    reasoning = message.get("reasoning_content") or message.get("reasoning") or thoughts
    if not isinstance(finish, str) or not isinstance(reasoning, str):
        raise TypeError
    return Reply(content, calls, finish, refusal=str(message.get("refusal") or ""), reasoning=reasoning)


def _call(call: Any, at: int) -> ToolCall:
    name, arguments = call["function"]["name"], call["function"].get("arguments")
    if isinstance(arguments, dict):  # some servers send the object itself
        arguments = orjson.dumps(arguments).decode()
    if not isinstance(name, str) or not isinstance(arguments, str | None):
        raise TypeError
    return ToolCall(str(call.get("id") or f"call_{at}"), name, arguments or "{}")


def _text(content: Any) -> tuple[str, str]:
    """The text of a message, and the thoughts in it: content is a string, or a list of parts (Mistral)."""
    if content is None or isinstance(content, str):
        return content or "", ""
    text, thoughts = [], []
    for part in content:
        if part["type"] == "text":
            text.append(str(part["text"]))
        elif part["type"] == "thinking":
            thought = part["thinking"]
            thoughts.append(thought if isinstance(thought, str) else "".join(str(item["text"]) for item in thought))
    return "".join(text), "".join(thoughts)


def _usage(fields: object) -> Usage | None:
    """The provider's own count; None where there is none."""
    if not isinstance(fields, dict) or not isinstance(fields.get("prompt_tokens"), int):
        return None
    if not fields["prompt_tokens"] and not fields.get("completion_tokens"):  # litellm's way of not knowing
        return None
    read = fields.get("prompt_tokens_details")
    written = fields.get("completion_tokens_details")
    return Usage(
        _count(fields, "prompt_tokens"),
        _count(fields, "completion_tokens"),
        _count(read, "cached_tokens"),
        _count(written, "reasoning_tokens"),
    )


def _count(fields: object, name: str) -> int:
    value = fields.get(name) if isinstance(fields, dict) else None
    return max(0, value) if isinstance(value, int) else 0


def _code(error: object) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    return int(str(code)) if str(code).isdecimal() else 500
