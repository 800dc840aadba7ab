"""What is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from agentalign.dataclasses import dataclass, field
from agentalign.llm.canonical import canonical, digest
from agentalign.llm.model import Model

_EXACT = 2**53  # up to here a float names one integer


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One prompt for one model. Requests are equal if their digests are: then one reply serves both.

    `messages` and `tools` have the shape of OpenAI's chat completions, `response_format` is what that API takes (for a
    JSON schema `{"type": "json_schema", "json_schema": {"name": ..., "schema": ...}}`). `stage` says who asks, for
    fairness and progress. `replicate` tells apart repeated draws of the same prompt; it is added to a `seed` parameter.
    `digest` covers the model's name and parameters, the prompt and the replicate: never a key, a URL or a limit. What is
    sent is the prompt as it was when the request was made, its keys in the order they were given in.

    Raises TypeError for a prompt that JSON cannot say.
    """

    stage: str
    model: Model
    messages: Sequence[Mapping[str, object]]
    tools: Sequence[Mapping[str, object]] = ()
    response_format: Mapping[str, object] | None = None
    replicate: int = 0
    sent: tuple[bytes, bytes, bytes] = field(init=False, repr=False)
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "messages", tuple(self.messages))
        object.__setattr__(self, "tools", tuple(self.tools))
        prompt = (self.messages, self.tools, self.response_format)
        identity = canonical((self.model.name, _numbers(self.model.parameters), self.replicate, prompt))
        object.__setattr__(self, "sent", tuple(map(orjson.dumps, prompt)))
        object.__setattr__(self, "digest", digest(identity))

    @property
    def size(self) -> int:
        """Bytes of the prompt."""
        return sum(map(len, self.sent))

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Request) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)


def _numbers(parameters: Mapping[str, object]) -> dict[str, object]:
    """Parameters with `1.0` written as `1`: a temperature is the same in both spellings."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value
        for name, value in parameters.items()
    }
