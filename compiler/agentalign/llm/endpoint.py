"""Where a model is answered, as litellm resolves it: URL, key, and how a request is put."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from agentalign.dataclasses import dataclass, field
from agentalign.llm.gateway import litellm
from agentalign.llm.model import Model
from agentalign.llm.outcome import Fault, Kind
from agentalign.llm.redact import Secrets, bare_url

# bases that litellm knows only inside its calls: (variables, default)
_BASES = {
    "openai": (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1"),
    "openrouter": (("OPENROUTER_API_BASE",), "https://openrouter.ai/api/v1"),
}
_KEYS = {
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY", "OR_API_KEY"),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "custom_openai": ("OPENAI_API_KEY",),
}
_KEYLESS = frozenset({"hosted_vllm", "lm_studio", "llamafile", "custom_openai", "docker_model_runner"})
_NO_KEY = frozenset({"fake-api-key"})  # what litellm makes up where none is needed
_DIRECT_TOO = frozenset(
    {"openai", "custom_openai", "mistral", "openrouter"}
)  # beside litellm's own list of compatible providers
_INDIRECT = frozenset({"azure_ai", "chatgpt", "clarifai", "edenai", "github_copilot", "ragflow"})
# configurations whose reading of a reply adds nothing to the fields that `wire` reads
_PLAIN = frozenset(
    {
        "GroqChatConfig",
        "MistralConfig",
        "OpenAIGPTConfig",
        "OpenAILikeChatConfig",
        "OpenrouterConfig",
        "PerplexityChatConfig",
        "XAIChatConfig",
    }
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What litellm knows of a model: its provider, the provider's name for it, base URL and key.

    `url` is where requests are posted directly, None if litellm must make the calls. `key_name` is the environment
    variable that the user is told about. The repr shows no key.
    """

    model: Model
    provider: str
    name: str
    base: str | None
    url: str | None
    key_name: str
    key: str | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    secrets: Secrets = field(repr=False)
    config: Any = field(repr=False, default=None)


def resolve(model: Model) -> Endpoint | Fault:
    """Find out where a model is answered. Imports litellm: seconds at first. Nothing is sent."""
    base = model.base or (os.environ.get(model.base_env) if model.base_env else None)
    if model.base_env and not base:
        return Fault(Kind.bad_request, f"set {model.base_env} to the base URL of {model.name}")
    secrets = Secrets()
    key = os.environ.get(model.key_env) if model.key_env else None
    secrets.add(key)
    try:
        name, provider, found, base = litellm().get_llm_provider(model.name, api_base=base, api_key=key)
    except litellm().exceptions.BadRequestError:
        advice = "write PROVIDER/NAME as in litellm, e.g. openai/NAME for an OpenAI-compatible server"
        return Fault(Kind.not_found, f"no provider is known for the model {model.name!r}: {advice}")
    variables, default = _BASES.get(provider, ((), None))
    base = base or _first(variables) or default
    key = key or (None if found in _NO_KEY else found) or _first(_key_variables(provider))
    key = key.strip() if key else None
    key_name = model.key_env or _variable_holding(key, _key_variables(provider))
    secrets.add(key)
    if key and not (key.isascii() and key.isprintable()):
        return Fault(Kind.wrong_key, f"the key in {key_name} has characters that no key has")
    config = _direct_config(provider, name)
    if config is None:
        return Endpoint(model, provider, name, base, None, key_name, key, {}, secrets)
    return _checked(Endpoint(model, provider, name, base, None, key_name, key, {}, secrets, config), default)


def unkeyed(model: Model) -> Endpoint | None:
    """What is known of a model without its key and address: enough to put requests to it, not to send them.

    None where its requests are not put in OpenAI's shape. Imports litellm.
    """
    try:
        name, provider, _, _ = litellm().get_llm_provider(model.name, api_base=model.base, api_key="none")
    except litellm().exceptions.BadRequestError:
        return None
    config = _direct_config(provider, name)
    return None if config is None else Endpoint(model, provider, name, None, None, "", None, {}, Secrets(), config)


def explained(fault: Fault, endpoint: Endpoint) -> str:
    """The message of a fault, without secrets, and with what the user can do about it."""
    message = endpoint.secrets.scrub(fault.message)
    match fault.kind:
        case Kind.wrong_key if endpoint.key is None:
            return f"{endpoint.model.name} needs a key: set {endpoint.key_name} ({message})"
        case Kind.wrong_key:
            return f"the key in {endpoint.key_name} is not accepted for {endpoint.model.name}: {message}"
        case Kind.quota:
            return f"the account behind {endpoint.key_name} is used up: {message}"
        case Kind.not_found:
            return f"{endpoint.model.name} is not found at {bare_url(endpoint.base or '')}: {message}"
        case _:
            return message


def _checked(found: Endpoint, default: str | None) -> Endpoint | Fault:
    """The endpoint with URL and headers, if it has a base and, where one is needed, a key."""
    model, base = found.model, found.base
    if base is None:
        return Fault(Kind.bad_request, f"set {found.provider.upper()}_API_BASE to the base URL of {model.name}")
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Fault(Kind.bad_request, f"the base URL of {model.name} is not one of http or https")
    own = base != default and (base in {model.base, *os.environ.values()} or found.provider in _KEYLESS)
    if found.key is None and (model.key_env or not own):
        return Fault(Kind.wrong_key, f"{model.name} needs a key: set {found.key_name}")
    credentials, _, host = parts.netloc.rpartition("@")
    found.secrets.add(parts.password)
    url = found.config.get_complete_url(
        parts._replace(netloc=host).geturl(), found.key, found.name, {}, {}, stream=False
    )
    return Endpoint(
        model, found.provider, found.name, base, str(url), found.key_name, found.key,
        _headers(found, credentials), found.secrets, found.config,
    )  # fmt: skip


def _headers(found: Endpoint, credentials: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if found.key is not None:
        headers |= found.config.validate_environment({}, found.name, [], {}, {}, found.key, found.base)
    elif credentials:
        from base64 import b64encode  # noqa: PLC0415

        headers["Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"
        found.secrets.add(headers["Authorization"])
    if found.provider == "openai":
        named = {"OpenAI-Organization": "OPENAI_ORGANIZATION", "OpenAI-Project": "OPENAI_PROJECT"}
        headers |= {header: os.environ[name] for header, name in named.items() if os.environ.get(name)}
    return headers


def _direct_config(provider: str, name: str) -> Any:
    """The configuration litellm has of a provider that speaks OpenAI's protocol without an accent; None for any other."""
    module = litellm()
    row = module.model_cost.get(name) or {}
    compatible = provider in _DIRECT_TOO or provider in module.openai_compatible_providers
    if not compatible or provider in _INDIRECT or name.startswith("responses/") or row.get("mode", "chat") != "chat":
        return None
    try:
        config = module.utils.ProviderConfigManager.get_provider_chat_config(name, module.LlmProviders(provider))
    except ValueError:
        return None
    reader = getattr(type(config), "transform_response", None)
    plain = reader is not None and reader.__qualname__.partition(".")[0] in _PLAIN
    return config if plain and isinstance(config, module.OpenAIGPTConfig) else None


def _key_variables(provider: str) -> tuple[str, ...]:
    if provider in _KEYS:
        return _KEYS[provider]
    missing = litellm().validate_environment(f"{provider}/model")["missing_keys"]
    named = tuple(name for name in missing if name.endswith(("KEY", "TOKEN")))
    return named or (f"{provider.upper().replace('-', '_')}_API_KEY",)


def _variable_holding(key: str | None, usual: tuple[str, ...]) -> str:
    """The variable to tell the user about: the one that holds the key, best of all a usual one of the provider."""
    others = sorted(name for name in os.environ if "KEY" in name or "TOKEN" in name)
    holders = (name for name in (*usual, *others) if key and os.environ.get(name, "").strip() == key)
    return next(holders, usual[0])


def _first(variables: tuple[str, ...]) -> str | None:
    return next((os.environ[name] for name in variables if os.environ.get(name)), None)
