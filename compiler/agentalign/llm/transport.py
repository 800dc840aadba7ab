"""One attempt at one request: over HTTP, or through litellm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.request import getproxies, proxy_bypass

import orjson

from agentalign.llm.endpoint import Endpoint, explained, resolve
from agentalign.llm.forms import Forms
from agentalign.llm.indirect import Indirect, close_clients
from agentalign.llm.model import Model
from agentalign.llm.outcome import Fault, Kind, Reply
from agentalign.llm.redact import bare_url
from agentalign.llm.request import Request
from agentalign.llm.retry import retry_after
from agentalign.llm.wire import MAX_REPLY, read_body, read_error

if TYPE_CHECKING:
    import aiohttp

_CONNECT = 30.0  # seconds for a connection to stand


class Transport(Protocol):
    """Makes single attempts for the requests to one model."""

    async def call(self, request: Request) -> Reply | Fault:
        """Send a request once. The reply has no cost and no latency yet."""


Connect: TypeAlias = Callable[[Model], Awaitable[Transport | Fault]]


class Direct:
    """Posts to an OpenAI-compatible endpoint. What litellm costs per call (logging, cost, its client) is not paid."""

    def __init__(self, endpoint: Endpoint, session: aiohttp.ClientSession) -> None:
        import aiohttp  # noqa: PLC0415

        assert endpoint.url is not None
        self._aiohttp = aiohttp
        self._endpoint = endpoint
        self._url = endpoint.url
        self._session = session
        self._proxy = _proxy(endpoint.url)
        self._timeout = aiohttp.ClientTimeout(total=endpoint.model.timeout, sock_connect=_CONNECT)
        self._forms = Forms(endpoint)
        self._indirect = Indirect(endpoint)

    async def call(self, request: Request) -> Reply | Fault:
        """One POST. The body is dropped as soon as it exceeds `MAX_REPLY`."""
        body = self._forms.body(request)
        if body is None:
            return await self._indirect.call(request)
        if isinstance(body, Fault):
            return body
        aiohttp = self._aiohttp
        try:
            return await self._post(body, request.size)
        except TimeoutError:
            return Fault(Kind.timeout, f"{self._where} did not answer in {self._endpoint.model.timeout:g} s")
        except aiohttp.ClientPayloadError:
            return Fault(Kind.malformed, "the reply was cut off")
        except (aiohttp.InvalidURL, aiohttp.ClientConnectorCertificateError) as error:
            return Fault(Kind.not_found, f"{self._where}: {self._endpoint.secrets.scrub(str(error))}")
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            reason = self._endpoint.secrets.scrub(str(error) or type(error).__name__)
            return Fault(Kind.connection, f"no connection to {self._where}: {reason}")

    async def _post(self, body: bytes, asked: int) -> Reply | Fault:
        secrets = self._endpoint.secrets
        async with self._session.post(
            self._url,
            data=body,
            headers=self._endpoint.headers,
            timeout=self._timeout,
            proxy=self._proxy,
            allow_redirects=False,
        ) as response:
            raw = await _read(response)
            if raw is None:
                response.close()
                return Fault(Kind.too_large, f"the reply is larger than {MAX_REPLY:,} bytes")
            raw = secrets.scrub_reply(raw)
            outcome = read_body(raw, asked) if response.status == 200 else self._refused(response, raw)
        if isinstance(outcome, Fault):
            return self._told(outcome, retry_after(response.headers))
        return outcome

    def _refused(self, response: aiohttp.ClientResponse, raw: bytes) -> Fault:
        if 300 <= response.status < 400:
            return Fault(Kind.not_found, f"HTTP {response.status}: {self._where} redirects; is the base URL right?")
        try:
            return read_error(response.status, orjson.loads(raw))
        except orjson.JSONDecodeError:
            return read_error(response.status, None, response.reason or "")

    def _told(self, fault: Fault, wait: float | None) -> Fault:
        return Fault(fault.kind, explained(fault, self._endpoint), wait, fault.usage)

    @property
    def _where(self) -> str:
        return bare_url(self._url)


class Connections:
    """Connects models: one HTTP client per provider, opened when it is first needed."""

    def __init__(self) -> None:
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        self._indirect = False

    async def connect(self, model: Model) -> Transport | Fault:
        """The way to a model, or why there is none."""
        endpoint = await asyncio.to_thread(resolve, model)
        if isinstance(endpoint, Fault):
            return endpoint
        if endpoint.url is None:
            self._indirect = True
            return Indirect(endpoint)
        return Direct(endpoint, self._session(endpoint.provider))

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        if self._indirect:
            await close_clients()

    def _session(self, provider: str) -> aiohttp.ClientSession:
        import aiohttp  # noqa: PLC0415

        if provider not in self._sessions:
            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=30)
            self._sessions[provider] = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
            )
        return self._sessions[provider]


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body; None if it is larger than allowed, of which no more than that is held."""
    if (response.content_length or 0) > MAX_REPLY:
        return None
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > MAX_REPLY:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _proxy(url: str) -> str | None:
    """The proxy of the environment, looked up once; aiohttp would read the environment for every call."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
    return None if proxy_bypass(host) else getproxies().get(scheme)
