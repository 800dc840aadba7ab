"""The axes of a reading, and what their value indices mean."""

from __future__ import annotations

from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir.expr import Json
from agentalign.ir.space import Axis, Forbid
from agentalign.types import Type


@dataclass(frozen=True, slots=True)
class ToolOptions:
    """Which tool a step uses."""

    step: str
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """How the request is spoken."""

    registers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskOptions:
    """Which wording of a register is used: indices into the reading's asks."""

    asks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """Which of its chain's requests an ask prints: indices into the chain's requests."""

    requests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LiteralOptions:
    """A `one_of` of an ask or, if `shared`, of a request of the chain: `site` counts within that wording."""

    wording: int
    site: int
    values: tuple[str, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """Values listed in the spec; each row gives the parameters `names` their values."""

    names: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]


@dataclass(frozen=True, slots=True)
class GeneratedOptions:
    """Values a type generates."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class DetailOptions:
    """A setting the request may ask for: `values` of a tool's parameter; `unsaid` adds saying nothing as value 0."""

    step: str
    tool: str
    param: str
    unsaid: bool
    values: tuple[Json, ...]


Options: TypeAlias = (
    ToolOptions
    | RegisterOptions
    | AskOptions
    | RequestOptions
    | LiteralOptions
    | PoolOptions
    | GeneratedOptions
    | DetailOptions
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One independent choice of the request: an axis of the space, and what its value indices mean."""

    axis: Axis
    options: Options


@dataclass(frozen=True, slots=True)
class Removal:
    """A forbidden combination: an author's `forbid`, or a coupling of brands; `reason` says which, for people."""

    forbid: Forbid
    reason: str
    at: str
