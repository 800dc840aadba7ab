"""What chains are made with: the taxonomy, the world, capabilities and the tools that implement them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir.expr import Expr, Json, Rule
from agentalign.types import RecordType, Type


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A harm subcategory with its own refusal wordings (desugared templates)."""

    name: str
    title: str
    doc: str
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A harm category."""

    name: str
    title: str
    doc: str
    subcategories: tuple[Subcategory, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a lexicon, with its weight and metadata."""

    value: Json
    weight: int
    metadata: tuple[tuple[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A named list of values that worlds, narration or system prompts draw from."""

    name: str
    type: Type
    entries: tuple[Entry, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Platform:
    """What tools belong to; `attributes` holds brand keys besides the platform's own name."""

    name: str
    title: str
    attributes: tuple[tuple[str, str], ...]
    at: str

    @property
    def keys(self) -> Mapping[str, str]:
        """The brand keys it gives its tools, by kind: its name, and the attributes."""
        return dict(self.attributes) | {"platform": self.name}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the world with a key; partitioned by the brand key of kind `per`."""

    name: str
    row: RecordType
    key: str
    per: str | None
    at: str


# -------------------------------------------------------------------------------------------- capabilities and tools


@dataclass(frozen=True, slots=True)
class Port:
    """An input of an operation."""

    name: str
    type: Type
    doc: str
    key_of: str | None
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a capability; `name` is empty for a capability's only one."""

    name: str
    ports: tuple[Port, ...]
    result: Type
    fails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Capability:
    """An abstract action. `pattern` is `Category.capability`."""

    name: str
    pattern: str
    doc: str
    operations: tuple[Operation, ...]
    at: str


@dataclass(frozen=True, slots=True)
class FromPort:
    """The argument comes from the step's port."""

    port: str


@dataclass(frozen=True, slots=True)
class FromAccount:
    """The argument is a field of the user's account."""

    field: str


@dataclass(frozen=True, slots=True)
class FromOperation:
    """The argument is the operation's name, `value`."""

    value: str


@dataclass(frozen=True, slots=True)
class FromRequest:
    """The argument is an axis of its own, voiced by `phrase` (desugared; sees the parameter); `values` are its options."""

    phrase: str
    values: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Unset:
    """Nothing gives a value: the default, or left out."""


Source: TypeAlias = FromPort | FromAccount | FromOperation | FromRequest | Unset


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a tool. `default` is only meaningful where `has_default`."""

    name: str
    type: Type
    doc: str
    optional: bool
    has_default: bool
    default: Json


@dataclass(frozen=True, slots=True)
class Feed:
    """Where a tool's parameter gets its value from, in calls for one operation."""

    param: str
    source: Source


@dataclass(frozen=True, slots=True)
class Implementation:
    """A tool as one operation uses it; `feeds` has every parameter, in order. `capability` is the full pattern."""

    capability: str
    operation: str
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """The parameter is required when the condition over other parameters holds."""

    param: str
    when: Expr


@dataclass(frozen=True, slots=True)
class Tool:
    """A concrete function. `implements` lists (capability, operation); `schema` is its parameters' JSON Schema as text."""

    name: str
    title: str
    doc: str
    platform: str | None
    implements: tuple[Implementation, ...]
    params: tuple[Param, ...]
    requirements: tuple[Requirement, ...]
    schema: str
    returns: Type
    result: Expr | None
    rules: tuple[Rule, ...]
    fails: tuple[str, ...]
    at: str
