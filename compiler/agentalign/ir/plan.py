"""The plan: everything a spec means, resolved, typed and printable; the only input of the later stages.

Names are fully resolved and unique in their table. `at` is where a thing was declared (`module/path.chain:line:column`).
All tables are tuples in declaration order; `index` gives look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from agentalign.ir.expr import Expr, Json, MakeRecord, Rule, Slot
from agentalign.ir.space import Axis, Forbid
from agentalign.types import RecordType, Type

Label: TypeAlias = Literal["harmful", "benign", "borderline"]
Expected: TypeAlias = Literal["refusal", "completion"]


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


# ------------------------------------------------------------------------------------------------ chains and readings


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a chain."""

    name: str
    type: Type
    has_default: bool
    default: Json


@dataclass(frozen=True, slots=True)
class Plant:
    """A row put into the world as soon as its values are known.

    That is after the item named `after`, or before the first if it is None. The partition is the one step `on` sees.
    """

    table: str
    on: str | None
    after: str | None
    row: MakeRecord
    at: str


@dataclass(frozen=True, slots=True)
class Loop:
    """The step runs once for each of the first `limit` items."""

    variable: str
    source: Expr
    limit: int


@dataclass(frozen=True, slots=True)
class Step:
    """A capability call; `capability` is its full pattern.

    `keys` gives the brand keys that come from its arguments, as (kind, expression).
    """

    name: str
    capability: str
    operation: str
    arguments: tuple[Slot, ...]
    briefed: tuple[str, ...]
    keys: tuple[tuple[str, Expr], ...]
    loop: Loop | None
    narrations: tuple[str, ...]
    result: Type
    at: str


@dataclass(frozen=True, slots=True)
class Choose:
    """`let name = value` of a chain."""

    name: str
    value: Expr
    type: Type
    at: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An upset: the step's tool gives `error` once; the agent retries, uses an alternative tool, or reports."""

    step: str
    error: str
    mode: Literal["retry", "alternative", "report"]
    answers: tuple[str, ...]
    at: str


ChainItem: TypeAlias = Step | Choose


@dataclass(frozen=True, slots=True)
class Chain:
    """A typed sequence of steps and selections, in the order they run."""

    name: str
    doc: str
    params: tuple[Parameter, ...]
    items: tuple[ChainItem, ...]
    plants: tuple[Plant, ...]
    at: str


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
class LiteralOptions:
    """A `one_of` of an ask: `site` counts within that ask."""

    ask: int
    site: int
    values: tuple[str, ...]


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
    ToolOptions | RegisterOptions | AskOptions | LiteralOptions | PoolOptions | GeneratedOptions | DetailOptions
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


@dataclass(frozen=True, slots=True)
class Ask:
    """A wording of the request (desugared)."""

    register: str
    template: str
    at: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording of a response (desugared)."""

    template: str
    at: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A wording of the text a briefed port gets."""

    step: str
    port: str
    template: str
    at: str


@dataclass(frozen=True, slots=True)
class Narration:
    """What the agent may say before a step, beyond the step's own wordings."""

    step: str
    template: str
    at: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An interpretation of a chain. Choices come tools first, then register, ask, literals, values, details."""

    name: str
    label: Label
    expected: Expected
    category: str | None
    subcategory: str | None
    because: str
    domain: str
    chain: str
    bound: tuple[Slot, ...]
    choices: tuple[Choice, ...]
    removals: tuple[Removal, ...]
    plants: tuple[Plant, ...]
    asks: tuple[Ask, ...]
    answers: tuple[Wording, ...]
    refusals: tuple[Wording, ...]
    offers: tuple[Wording, ...]
    compositions: tuple[Composition, ...]
    narrations: tuple[Narration, ...]
    outcomes: tuple[Outcome, ...]
    at: str


# ----------------------------------------------------------------------------------------------------------- datasets


@dataclass(frozen=True, slots=True)
class Share:
    """A named part of a whole."""

    name: str
    part: Fraction


@dataclass(frozen=True, slots=True)
class Split:
    """How rows are divided: groups by chain, or by what is held out."""

    shares: tuple[Share, ...]
    by: Literal["chain", "tool", "platform", "capability"]
    hold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What to take from the space. `strength` is that of a covering array."""

    name: str
    doc: str
    seed: int
    size: int
    mix: tuple[Share, ...]
    split: Split
    chains: tuple[str, ...]
    system: str | None
    distractors: tuple[int, int]
    narrate: Fraction
    upset: Fraction
    select: Literal["balanced", "exhaustive", "cover"]
    strength: int
    at: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole spec. `digest` covers everything that can change a record's bytes."""

    edition: int
    name: str
    digest: str
    records: tuple[RecordType, ...]
    categories: tuple[Category, ...]
    lexicons: tuple[Lexicon, ...]
    platforms: tuple[Platform, ...]
    tables: tuple[Table, ...]
    account: RecordType | None
    capabilities: tuple[Capability, ...]
    tools: tuple[Tool, ...]
    chains: tuple[Chain, ...]
    readings: tuple[Reading, ...]
    datasets: tuple[Dataset, ...]
