"""Nodes of chains and readings, and the module as a whole."""

from __future__ import annotations

from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.syntax.nodes.base import Name, Node, Path
from agentalign.syntax.nodes.declarations import (
    AccountDecl,
    CapabilityDecl,
    DatasetDecl,
    Entry,
    FunctionDecl,
    LexiconDecl,
    PlatformDecl,
    PortDecl,
    RecordDecl,
    TableDecl,
    TaxonomyDecl,
    ToolDecl,
    TypeDecl,
    Use,
)
from agentalign.syntax.nodes.expressions import Assign, Expr, NumberLit, RecordBody, StringLit, TemplateLit
from agentalign.syntax.nodes.models import ModelDecl, PromptDecl


@dataclass(frozen=True, slots=True, eq=False)
class Given(Node):
    """`given repositories { url: page.repo } on fetch`: a row planted as soon as its values are known."""

    table: Name
    body: RecordBody
    on: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class Repeat(Node):
    """`for p in pages max 3`."""

    name: Name
    source: Expr
    limit: NumberLit


@dataclass(frozen=True, slots=True, eq=False)
class Narrate(Node):
    """What the agent says before a call. `step` is None inside the step's own block."""

    step: Name | None
    template: TemplateLit


@dataclass(frozen=True, slots=True, eq=False)
class Step(Node):
    """`step sent = send_email(to: page.contact)`."""

    name: Name
    capability: Path
    arguments: tuple[Assign, ...]
    repeat: Repeat | None
    narrations: tuple[Narrate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Let(Node):
    """`let page = best of pages where contact voiced "closest match"`."""

    name: Name
    value: Expr
    voiced: tuple[StringLit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Upset(Node):
    """`upset sent: rate_limited then retry`: an outcome other than plain success, and what the agent does about it."""

    step: Name
    error: Name
    mode: str
    answers: tuple[TemplateLit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Request(Node):
    """A wording of what is asked for, in a register, that the asks of all readings may hold: `{{ request }}`."""

    register: Name | None
    template: TemplateLit


@dataclass(frozen=True, slots=True, eq=False)
class Compose(Node):
    """The text of a briefed port: `compose sent.body`."""

    step: Name
    port: Name
    template: TemplateLit


@dataclass(frozen=True, slots=True, eq=False)
class Answer(Node):
    """A wording of the closing answer."""

    template: TemplateLit


ChainItem: TypeAlias = Given | Step | Let | Request | Compose | Answer | Upset


@dataclass(frozen=True, slots=True, eq=False)
class ChainDecl(Node):
    """A typed sequence of steps."""

    doc: str | None
    name: Name
    params: tuple[PortDecl, ...]
    items: tuple[ChainItem, ...]


# ---------------------------------------------------------------------------------------------------------- readings


@dataclass(frozen=True, slots=True, eq=False)
class InCategory(Node):
    """`category privacy.doxing`."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Because(Node):
    """Why the reading is legitimate (or, with `expect refusal`, why not)."""

    reason: StringLit


@dataclass(frozen=True, slots=True, eq=False)
class Expect(Node):
    """`expect completion` or `expect refusal`."""

    verdict: str


@dataclass(frozen=True, slots=True, eq=False)
class InDomain(Node):
    """`domain health`: the walk of life a reading belongs to."""

    name: Name


@dataclass(frozen=True, slots=True, eq=False)
class LexiconPool(Node):
    """`towns where country == "GB"`."""

    lexicon: Path
    where: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class InlinePool(Node):
    """`{ "York", "Leeds" }`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vary(Node):
    """`vary who, town in people`; without a pool the values come from the type's generator."""

    names: tuple[Name, ...]
    pool: LexiconPool | InlinePool | None


@dataclass(frozen=True, slots=True, eq=False)
class Bind(Node):
    """`bind limit = 5`."""

    name: Name
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Forbid(Node):
    """`forbid town.country == "GB" and tool(sent) == send_gmail`."""

    condition: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Only(Node):
    """`tools sent in { send_gmail, send_outlook }`."""

    step: Name
    tools: tuple[Name, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ask(Node):
    """A wording of the request, in a register."""

    register: Name | None
    template: TemplateLit


@dataclass(frozen=True, slots=True, eq=False)
class Refuse(Node):
    """A wording of the refusal."""

    template: TemplateLit


@dataclass(frozen=True, slots=True, eq=False)
class Offer(Node):
    """What a refusal of a harmful twin may offer instead."""

    template: TemplateLit


ReadingItem: TypeAlias = (
    InCategory
    | Because
    | Expect
    | InDomain
    | Vary
    | Bind
    | Given
    | Forbid
    | Only
    | Compose
    | Narrate
    | Ask
    | Answer
    | Refuse
    | Offer
    | Upset
)


@dataclass(frozen=True, slots=True, eq=False)
class ReadingDecl(Node):
    """An interpretation of a chain."""

    doc: str | None
    label: str
    name: Name
    chain: Name
    items: tuple[ReadingItem, ...]


# ------------------------------------------------------------------------------------------------------------ module

Declaration: TypeAlias = (
    TypeDecl
    | RecordDecl
    | LexiconDecl
    | TaxonomyDecl
    | CapabilityDecl
    | PlatformDecl
    | TableDecl
    | AccountDecl
    | FunctionDecl
    | ToolDecl
    | ChainDecl
    | ReadingDecl
    | DatasetDecl
    | ModelDecl
    | PromptDecl
)


@dataclass(frozen=True, slots=True, eq=False)
class Module(Node):
    """One file. `edition` is None where the file does not say."""

    edition: NumberLit | None
    uses: tuple[Use, ...]
    declarations: tuple[Declaration, ...]
