"""How a request is put to an endpoint: as litellm puts it, but found out once and not for each request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson

from agentalign.dataclasses import dataclass
from agentalign.llm.canonical import canonical
from agentalign.llm.endpoint import Endpoint
from agentalign.llm.gateway import litellm
from agentalign.llm.outcome import Fault, Kind
from agentalign.llm.request import Request

# a conversation with all that ours are made of
_CALL = {"id": "a1B2c3D4e", "type": "function", "function": {"name": "look_up", "arguments": '{"name": "x"}'}}
_MESSAGES: tuple[dict[str, Any], ...] = (
    {"role": "system", "content": "You help."},
    {"role": "user", "content": "Look up x."},
    {"role": "assistant", "content": None, "tool_calls": [_CALL]},
    {"role": "tool", "tool_call_id": "a1B2c3D4e", "content": "{}"},
    {"role": "assistant", "content": "Nothing found."},
    {"role": "user", "content": "Thanks."},
)
_PARAMETERS = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
_TOOLS = ({"type": "function", "function": {"name": "look_up", "description": "Looks up.", "parameters": _PARAMETERS}},)
_SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": _PARAMETERS}}
_ABOUT_TOOLS = frozenset({"parallel_tool_calls", "tool_choice"})
_KEYS = frozenset({"role", "content", "tool_calls", "tool_call_id"})


@dataclass(frozen=True, slots=True)
class _Plain:
    """Requests are put as they are, beside these fields."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Particular:
    """Requests have to be put by litellm, one by one."""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """litellm does not put such requests to this endpoint, or not without reading the reply in its own way."""


_Form: TypeAlias = _Plain | _Particular | _Elsewhere | Fault


class Forms:
    """The forms of requests to one endpoint. They depend on the parameters, and on whether there are tools and a schema.

    litellm is asked to put a sample. If it leaves the sample as it is, as it does for most providers, requests made of
    the same parts are put without it, which takes a tenth of the time.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._forms: dict[tuple[bytes, bool, bool], _Form] = {}

    def body(self, request: Request) -> bytes | Fault | None:
        """The bytes to post; None if litellm must make this call; a fault if the provider takes no such request."""
        key = (canonical(dict(request.model.parameters)), bool(request.tools), request.response_format is not None)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._form(request)
        match form:
            case Fault():
                return form
            case _Elsewhere():
                return None
            case _Plain(fields) if _is_plain(request):
                return _put(fields, request)
        messages, tools, schema = map(orjson.loads, request.sent)
        found = self._by_litellm(sent_parameters(request), messages, tools, schema)
        return orjson.dumps(found) if isinstance(found, dict) else found if isinstance(found, Fault) else None

    def _form(self, request: Request) -> _Form:
        parameters = own_parameters(request)
        tools = list(_TOOLS) if request.tools else None
        schema = _SCHEMA if request.response_format is not None else None
        found = self._by_litellm(parameters, orjson.loads(orjson.dumps(_MESSAGES)), tools, schema)
        if not isinstance(found, dict):
            return found or _Elsewhere()
        sample = {"messages": list(_MESSAGES), "tools": tools, "response_format": schema}
        fields = {name: value for name, value in found.items() if name not in sample}
        seeded = "seed" not in parameters or fields.get("seed") == parameters["seed"]
        return _Plain(fields) if seeded and found == fields | _present(sample) else _Particular()

    def _by_litellm(
        self, parameters: dict[str, Any], messages: Any, tools: Any, schema: Any
    ) -> dict[str, Any] | Fault | None:
        endpoint = self._endpoint
        extra = _present({"tools": tools or None, "response_format": schema})
        try:
            if _is_bridged(endpoint, tools or [], parameters):
                return None
            options = litellm().get_optional_params(
                model=endpoint.name, custom_llm_provider=endpoint.provider, **parameters, **extra
            )
            if "json_mode" in options:  # a schema that litellm smuggles in as a tool, and takes out again
                return None
            merged = {**options.pop("extra_body", {}), **options}
            merged.pop("stream", None)
            body = endpoint.config.transform_request(
                model=endpoint.name, messages=messages, optional_params=merged, litellm_params={}, headers={}
            )
        except litellm().exceptions.BadRequestError as error:
            return Fault(Kind.bad_request, endpoint.secrets.scrub(str(error)))
        return dict(body)


def own_parameters(request: Request) -> dict[str, Any]:
    """The parameters of the model that concern a request: what is about tools is an error where there are none."""
    return {
        name: value for name, value in request.model.parameters.items() if request.tools or name not in _ABOUT_TOOLS
    }


def sent_parameters(request: Request) -> dict[str, Any]:
    """The parameters of a request; each replicate has a seed of its own."""
    parameters = own_parameters(request)
    seed = parameters.get("seed")
    if isinstance(seed, int):
        parameters["seed"] = seed + request.replicate
    return parameters


def _put(fields: Mapping[str, Any], request: Request) -> bytes:
    messages, tools, schema = request.sent
    body = {**fields, "messages": orjson.Fragment(messages)}
    if request.tools:
        body["tools"] = orjson.Fragment(tools)
    if request.response_format is not None:
        body["response_format"] = orjson.Fragment(schema)
    if "seed" in fields:
        body["seed"] = sent_parameters(request)["seed"]
    return orjson.dumps(body)


def _is_plain(request: Request) -> bool:
    """Whether a request is made of nothing that the sample lacks: text, function tools, calls and their results."""
    return all(
        message.keys() <= _KEYS and isinstance(message.get("content"), str | None) for message in request.messages
    ) and all(tool.get("type") == "function" for tool in request.tools)


def _is_bridged(endpoint: Endpoint, tools: list[Any], parameters: Mapping[str, Any]) -> bool:
    """Whether OpenAI takes such a request at its Responses API only."""
    if endpoint.provider != "openai" or not endpoint.name.startswith("gpt-5"):
        return False
    effort = parameters.get("reasoning_effort")
    row, _ = litellm().main.responses_api_bridge_check(
        endpoint.name, "openai", tools=tools, reasoning_effort=effort, api_base=endpoint.base
    )
    return bool(row.get("mode") == "responses")


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
