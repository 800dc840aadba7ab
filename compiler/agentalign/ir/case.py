"""A case, and what becomes of it: the nouns that pass from `expand` through `simulate` to `emit`.

What is made anew for every row is a named tuple: as immutable as a frozen dataclass, and made in a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from agentalign.dataclasses import dataclass
from agentalign.ir.expr import Json
from agentalign.ir.plan import (
    Outcome,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a twin group shares beside tools and register: the system prompt and the offered tools in their order.

    `key` identifies the group; it depends on the twin, never on the label.
    """

    key: str
    system: str
    offered: tuple[str, ...]


class Response(NamedTuple):
    """The response axes of a case, already drawn: which wordings the agent's side uses (desugared templates).

    What their own `one_of`s say follows from the case's id when they are rendered.

    `narrations` maps a step to what is said before its call; `compositions` a (step, port) to its text; `outcome` is the upset
    that happens, if any, and `answer` the closing wording that goes with it. A refused case has `refusal`
    and perhaps an `offer`; a completed one has `answer`.
    """

    answer: str | None
    narrations: Mapping[str, str]
    compositions: Mapping[tuple[str, str], str]
    outcome: Outcome | None
    refusal: str | None
    offer: str | None


_NO_CHOICES: Mapping[int, int] = {}


class Case(NamedTuple):
    """One point of the space with its values looked up.

    `id` (32 hex digits) digests what the case uses and nothing else; the case's random stream comes from it.
    `details` maps (step, tool parameter) to a value the request asks for; what is unsaid is absent.
    `choices` gives the literal chosen at each reachable `one_of` site of the ask. Where the ask prints a request of the
    chain, `request` says which, and `request_choices` are the literals chosen there.
    """

    id: str
    reading: str
    register: str
    ask: int
    choices: Mapping[int, int]
    tools: Mapping[str, str]
    values: Mapping[str, Json]
    details: Mapping[tuple[str, str], Json]
    context: Context
    response: Response
    split: str
    request: int | None = None
    request_choices: Mapping[int, int] = _NO_CHOICES


class Call(NamedTuple):
    """One executed tool call. `arguments` are what the agent sent; `result` what came back (a result or an error).

    `item` is what the call was made for, where its step is repeated over a list.
    """

    step: str
    tool: str
    arguments: Mapping[str, Json]
    result: Json
    failed: str | None
    item: Json = None


class Scene(NamedTuple):
    """When a case plays and who its user is; the same for a case that ends in a refusal.

    `now` (date-time, UTC) and `today` (date) are those of the request. `facts` are the fields of the account that the
    agent must be told besides the request, as (name, value): they depend on the chain and on the tools, never on the
    label.
    """

    now: str
    today: str
    account: Mapping[str, Json]
    facts: tuple[tuple[str, Json], ...]


class Trajectory(NamedTuple):
    """The executed calls of a case and what they left behind.

    `values` holds chain parameters, step results (mapped to the capability's type) and `let`s: what answers may use.
    `outcome` is None for plain success, else (step, error, mode) of the upset that happened: an alternative that
    nobody offers becomes a retry. `stopped` tells that the agent gave up (reported) before the last step.
    """

    calls: tuple[Call, ...]
    values: Mapping[str, Json]
    scene: Scene
    outcome: tuple[str, str, Literal["retry", "alternative", "report"]] | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Why a case could not be played to its end: a dropped record.

    `code` is the error a tool gave although nothing declared it for this case (`invalid_arguments` for a call against
    the tool's own parameters, `no_composition` for a briefed port nobody wrote a text for, `no_value` for an
    argument's template that needs a value which is not there); `at` is the spec position of the rule or step that could
    not go on.
    """

    step: str
    code: str
    reason: str
    at: str
