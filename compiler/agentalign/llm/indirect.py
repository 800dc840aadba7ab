"""Calls through litellm, for providers that do not speak OpenAI's protocol."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from agentalign.llm.endpoint import Endpoint, explained
from agentalign.llm.forms import sent_parameters
from agentalign.llm.gateway import litellm
from agentalign.llm.outcome import Fault, Kind, Reply
from agentalign.llm.request import Request
from agentalign.llm.retry import retry_after
from agentalign.llm.wire import MAX_REPLY, read_completion

# litellm's exceptions by name, the most special first
_KINDS = (
    ("ContextWindowExceededError", Kind.too_long),
    ("ContentPolicyViolationError", Kind.content_filter),
    ("AuthenticationError", Kind.wrong_key),
    ("PermissionDeniedError", Kind.wrong_key),
    ("NotFoundError", Kind.not_found),
    ("BadRequestError", Kind.bad_request),
    ("UnprocessableEntityError", Kind.bad_request),
    ("RateLimitError", Kind.rate_limited),
    ("Timeout", Kind.timeout),
    ("JSONSchemaValidationError", Kind.malformed),
    ("APIResponseValidationError", Kind.malformed),
    ("ServiceUnavailableError", Kind.server),
    ("InternalServerError", Kind.server),
    ("BadGatewayError", Kind.server),
    ("APIConnectionError", Kind.connection),
    ("APIError", Kind.server),
)


class Indirect:
    """One `litellm.acompletion` a call: without its retries, its cache, its callbacks and its logging."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def call(self, request: Request) -> Reply | Fault:
        """Send a request once."""
        messages, tools, schema = map(orjson.loads, request.sent)
        module, endpoint = litellm(), self._endpoint
        try:
            async with asyncio.timeout(endpoint.model.timeout):
                response = await _quietly(
                    module,
                    model=endpoint.model.name,
                    messages=messages,
                    tools=tools or None,
                    response_format=schema,
                    api_base=endpoint.base,
                    api_key=endpoint.key,
                    timeout=endpoint.model.timeout,
                    **sent_parameters(request),
                )
            body = response.model_dump()
        except TimeoutError:
            return Fault(Kind.timeout, f"{endpoint.model.name} did not answer in {endpoint.model.timeout:g} s")
        except Exception as error:  # litellm lets through whatever its providers' clients raise
            fault = _fault(module, error)
            return Fault(fault.kind, explained(fault, endpoint), fault.wait)
        if len(orjson.dumps(body, default=str)) > MAX_REPLY:
            return Fault(Kind.too_large, f"the reply is larger than {MAX_REPLY:,} bytes")
        raw = endpoint.secrets.scrub_reply(orjson.dumps(body, default=str))
        return read_completion(orjson.loads(raw), request.size)


async def _quietly(module: Any, **arguments: Any) -> Any:
    """A call that litellm takes for one of its own, and so neither logs nor hands to callbacks."""
    from litellm._internal_context import is_internal_call  # noqa: PLC0415

    token = is_internal_call.set(True)
    try:
        # its handler of MCP tools cannot be imported from a plain install, and would be for any tool
        return await module.acompletion(
            **arguments, num_retries=0, max_retries=0, caching=False, _skip_mcp_handler=True
        )
    finally:
        is_internal_call.reset(token)


def _fault(module: Any, error: Exception) -> Fault:
    kind = next((kind for name, kind in _KINDS if isinstance(error, getattr(module.exceptions, name, ()))), None)
    if kind is None:  # a body that its reader stumbled over
        kind = Kind.malformed if isinstance(error, ValueError | TypeError | KeyError) else Kind.connection
    message = str(getattr(error, "message", "") or error)
    if "insufficient_quota" in message:
        kind = Kind.quota
    if kind in {Kind.connection, Kind.server} and "JSONDecodeError" in message:
        kind = Kind.malformed
    response = getattr(error, "response", None)
    return Fault(kind, message, retry_after(getattr(response, "headers", None) or {}))


async def close_clients() -> None:
    """Close the HTTP clients that litellm keeps."""
    await litellm().close_litellm_async_clients()
