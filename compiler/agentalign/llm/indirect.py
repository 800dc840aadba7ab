"""Calls through litellm, for providers that do not speak OpenAI's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
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

_DEEPEST = 8  # exceptions that led to one another


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
            raw = orjson.dumps(response.model_dump(), default=str)
        except TimeoutError:
            return Fault(Kind.timeout, f"{endpoint.model.name} did not answer in {endpoint.model.timeout:g} s")
        except Exception as error:  # litellm lets through whatever its providers' clients raise
            fault = _fault(module, error)
            return Fault(fault.kind, explained(fault, endpoint), fault.wait)
        if len(raw) > MAX_REPLY:
            return Fault(Kind.too_large, f"the reply is larger than {MAX_REPLY:,} bytes")
        return read_completion(orjson.loads(endpoint.secrets.scrub_reply(raw)), request.size)


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
    """What an exception means, by its class and by those it came from: litellm's own say too little."""
    chain = list(_chain(error))
    kind = next((kind for name, kind in _KINDS if isinstance(error, getattr(module.exceptions, name, ()))), None)
    message = str(getattr(error, "message", "") or error)
    if any(isinstance(cause, ValueError) and type(cause).__name__ == "JSONDecodeError" for cause in chain):
        kind = Kind.malformed
    elif any(isinstance(cause, OSError | module.exceptions.openai.APIConnectionError) for cause in chain[1:]):
        kind = Kind.connection
    elif "insufficient_quota" in message:
        kind = Kind.quota
    elif kind is None:  # a reply that its reader stumbled over
        kind = Kind.malformed
    waits = (retry_after(headers) for cause in chain for headers in _headers(cause))
    return Fault(kind, message, next((wait for wait in waits if wait is not None), None))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_DEEPEST):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _headers(error: BaseException) -> Iterator[Mapping[str, str]]:
    for holder in (error, getattr(error, "response", None)):
        for name in ("litellm_response_headers", "headers"):
            if isinstance(found := getattr(holder, name, None), Mapping):
                yield found


async def close_clients() -> None:
    """Close the HTTP clients that litellm keeps."""
    await litellm().close_litellm_async_clients()
