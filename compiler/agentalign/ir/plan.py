"""The plan: everything a spec means, resolved, typed and printable; the only input of the later stages.

Names are fully resolved and unique in their table. `at` is where a thing was declared (`module/path.chain:line:column`).
All tables are tuples in declaration order; `Index` gives look-up.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir.choices import Choice, Removal
from agentalign.ir.expr import Expr, Json, MakeRecord, Slot
from agentalign.ir.tools import Capability, Category, Lexicon, Platform, Table, Tool
from agentalign.types import RecordType, Type

Label: TypeAlias = Literal["harmful", "benign", "borderline"]
Expected: TypeAlias = Literal["refusal", "completion"]


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
    `told` are the fields the spec writes: a row that is there already takes them over.
    """

    table: str
    on: str | None
    after: str | None
    row: MakeRecord
    told: tuple[str, ...]
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
class Ask:
    """A wording of the request (desugared), or of that part of it that a chain's readings share."""

    register: str
    template: str
    at: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A typed sequence of steps and selections, in the order they run; `requests` are shared by its readings' asks."""

    name: str
    doc: str
    params: tuple[Parameter, ...]
    items: tuple[ChainItem, ...]
    plants: tuple[Plant, ...]
    at: str
    requests: tuple[Ask, ...] = ()


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
class StageBinding:
    """Which models write or judge a stage, and with which prompt."""

    stage: str
    models: tuple[str, ...]
    prompt: str


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
    stages: tuple[StageBinding, ...] = ()


# ------------------------------------------------------------------------------------------------------------- models


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A declared language model; prices are in dollars per million tokens, limits per minute."""

    name: str
    litellm: str
    base_env: str | None
    base: str | None
    key_env: str | None
    parameters: tuple[tuple[str, Json], ...]
    input_price: float | None
    output_price: float | None
    rpm: int | None
    tpm: int | None
    concurrency: int
    at: str


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A prompt (desugared templates) of a kind; `result` is what a reply must hold."""

    name: str
    kind: str
    system: str
    user: str
    result: Type | None
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
    models: tuple[ModelSpec, ...] = ()
    prompts: tuple[PromptSpec, ...] = ()
