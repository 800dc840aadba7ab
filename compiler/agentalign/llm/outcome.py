"""What comes back: a reply, or a failure that never passes for one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

from agentalign.dataclasses import dataclass
from agentalign.llm.canonical import canonical


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call.

    `cached` are those of `read` that the provider had cached, `reasoning` those of `written` that are not in the reply;
    `estimated` if the provider did not count.
    """

    read: int = 0
    written: int = 0
    cached: int = 0
    reasoning: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the model wrote it: the tool may not exist and the arguments may be no JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered.

    `refusal` is the text of a refusal that the provider sets apart from `content`, `reasoning` what a reasoning model
    shows of its thoughts. `cost` is in US dollars, None where no price is known, `latency` in seconds; a reply out of the
    store has `stored` set and a latency of 0.
    """

    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    usage: Usage = Usage()
    cost: float | None = None
    latency: float = 0.0
    stored: bool = False
    refusal: str = ""
    reasoning: str = ""

    @property
    def complete(self) -> bool:
        """Whether the model came to its end, and was not cut off at `max_tokens`."""
        return self.finish_reason != "length"

    def packed(self) -> bytes:
        """What the store keeps: all but the latency, which no two runs share."""
        use, calls = self.usage, [[call.id, call.name, call.arguments] for call in self.tool_calls]
        fields = {
            "content": self.content,
            "tool_calls": calls,
            "finish_reason": self.finish_reason,
            "usage": [use.read, use.written, use.cached, use.reasoning, use.estimated],
            "cost": self.cost,
            "refusal": self.refusal,
            "reasoning": self.reasoning,
        }
        return canonical(fields)

    @classmethod
    def unpacked(cls, fields: Mapping[str, Any]) -> Reply:
        """The reply that `packed` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        calls = tuple(ToolCall(*map(str, call)) for call in fields["tool_calls"])
        read, written, cached, reasoning, estimated = fields["usage"]
        cost = None if fields["cost"] is None else float(fields["cost"])
        return cls(
            str(fields["content"]),
            calls,
            str(fields["finish_reason"]),
            Usage(int(read), int(written), int(cached), int(reasoning), bool(estimated)),
            cost,
            stored=True,
            refusal=str(fields["refusal"]),
            reasoning=str(fields["reasoning"]),
        )


class Kind(StrEnum):
    """Why there is no reply."""

    wrong_key = "wrong_key"
    quota = "quota"
    not_found = "not_found"
    bad_request = "bad_request"
    too_long = "too_long"
    content_filter = "content_filter"
    rate_limited = "rate_limited"
    server = "server"
    timeout = "timeout"
    connection = "connection"
    malformed = "malformed"
    empty = "empty"
    too_large = "too_large"
    budget = "budget"
    interrupted = "interrupted"
    offline_missing = "offline_missing"

    @property
    def passing(self) -> bool:
        """Whether the same request may fare better a moment later."""
        match self:
            case (
                Kind.rate_limited
                | Kind.server
                | Kind.timeout
                | Kind.connection
                | Kind.malformed
                | Kind.empty
                | Kind.too_large
            ):
                return True
            case (
                Kind.wrong_key
                | Kind.quota
                | Kind.not_found
                | Kind.bad_request
                | Kind.too_long
                | Kind.content_filter
                | Kind.budget
                | Kind.interrupted
                | Kind.offline_missing
            ):
                return False
            case _:
                assert_never(self)

    @property
    def closing(self) -> bool:
        """Whether no other request to the same model can fare better: nothing more is sent there."""
        return self in {Kind.wrong_key, Kind.quota, Kind.not_found}

    @property
    def billed(self) -> bool:
        """Whether the provider may have charged for the call although there is nothing to show for it."""
        return self in {Kind.timeout, Kind.malformed, Kind.empty, Kind.too_large, Kind.too_long, Kind.content_filter}

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends because of this: 5 for a limit the user set, 4 for a provider's failure."""
        return 5 if self is Kind.budget else 130 if self is Kind.interrupted else 4


@dataclass(frozen=True, slots=True)
class Failure:
    """No reply, and why.

    `message` names the reason and what can be done about it, and holds no secret; `attempts` counts the calls that were
    made. A failure is never stored, so the next run asks again.
    """

    kind: Kind
    message: str
    attempts: int = 0


Outcome: TypeAlias = Reply | Failure


@dataclass(frozen=True, slots=True)
class Fault:
    """One attempt that failed: `wait` is how many seconds the provider asked to be left alone, `usage` what it billed."""

    kind: Kind
    message: str
    wait: float | None = None
    usage: Usage | None = None
