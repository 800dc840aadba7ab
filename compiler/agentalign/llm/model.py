"""What is called, and how fast it may be."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.dataclasses import dataclass, field
from agentalign.llm.canonical import canonical

RESERVED = frozenset(
    {"api_base", "api_key", "base_url", "messages", "model", "n", "response_format", "stream", "tools"}
)


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. Tokens read from the provider's prompt cache cost `cached`, if that is known."""

    input: float
    output: float
    cached: float | None = None

    def of(self, read: int, written: int, cached: int = 0) -> float:
        """The price of a call that read `read` tokens, `cached` of them from the cache, and wrote `written`."""
        rate = self.input if self.cached is None else self.cached
        return ((read - cached) * self.input + cached * rate + written * self.output) / 1_000_000


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its litellm name, and what its provider and its user allow.

    `parameters` go to the provider (temperature, max_tokens, seed, ...) and are part of what identifies a reply; all
    other fields are not. `base` is the URL of the endpoint; without it the variable `base_env` names is read, and without
    that one litellm's own variables (OPENAI_BASE_URL, HOSTED_VLLM_API_BASE, ...). The key comes from the environment
    alone: from the variable `key_env` names, or from litellm's (OPENAI_API_KEY, ...). `rpm` and `tpm` bound requests and
    tokens per minute, `concurrency` the calls in flight, `timeout` one attempt in seconds. Models of the same name and
    endpoint share their limits: those of the one seen first.

    Raises ValueError for a parameter that is not the user's to set, and for a limit below one.
    """

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict, hash=False)
    base: str | None = None
    base_env: str | None = None
    key_env: str | None = None
    price: Price | None = None
    rpm: int | None = None
    tpm: int | None = None
    concurrency: int = 64
    timeout: float = 300.0

    def __post_init__(self) -> None:
        if taken := sorted(RESERVED & self.parameters.keys()):
            raise ValueError(f"{taken[0]!r} cannot be a parameter of the model {self.name!r}")
        canonical(dict(self.parameters))  # what JSON cannot say is found here, not in the middle of a run
        limits = (self.rpm, self.tpm, self.concurrency)
        if any(limit is not None and limit < 1 for limit in limits) or not self.timeout > 0:
            raise ValueError(f"a limit of the model {self.name!r} is below one")
        object.__setattr__(self, "parameters", dict(self.parameters))

    @property
    def route(self) -> tuple[str, str | None, str | None, str | None]:
        """Which endpoint answers: models with the same route share limits and connections."""
        return self.name, self.base, self.base_env, self.key_env
