"""Nodes of the top level: imports, types, values, capabilities, platforms, tables, tools, datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.syntax.nodes.base import Name, Node, Path
from agentalign.syntax.nodes.expressions import (
    Assign,
    Expr,
    NumberLit,
    RecordBody,
    StringLit,
    TemplateLit,
    TypeExpr,
)
from agentalign.syntax.nodes.models import Stage


@dataclass(frozen=True, slots=True, eq=False)
class UseName(Node):
    """`Page as WebPage` in an import."""

    name: Name
    alias: Name | None

    @property
    def local(self) -> Name:
        """The name it has in the importing file."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True, eq=False)
class Use(Node):
    """`use std.people { FullName, Email }`."""

    module: Path
    names: tuple[UseName, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TypeDecl(Node):
    """`type Port = int(1..65535)`."""

    doc: str | None
    name: Name
    type: TypeExpr


@dataclass(frozen=True, slots=True, eq=False)
class FieldDecl(Node):
    """A field of a record: `face` is how the record is voiced; `source` names a lexicon its values come from."""

    doc: str | None
    face: bool
    name: Name
    optional: bool
    type: TypeExpr
    source: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class RecordDecl(Node):
    """`record Page { url: Url }`."""

    doc: str | None
    name: Name
    fields: tuple[FieldDecl, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Node):
    """One value of a lexicon or an inline pool, with metadata fields and a weight."""

    value: Expr
    metadata: RecordBody | None
    weight: int


@dataclass(frozen=True, slots=True, eq=False)
class LexiconDecl(Node):
    """`lexicon towns: string with { country: string } { "York" { country: "GB" } weight 2 }`."""

    doc: str | None
    name: Name
    type: TypeExpr
    metadata: tuple[FieldDecl, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SubcategoryDecl(Node):
    """A harm subcategory and its own refusal wordings."""

    doc: str | None
    name: Name
    title: StringLit | None
    refusals: tuple[TemplateLit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CategoryDecl(Node):
    """A harm category."""

    doc: str | None
    name: Name
    title: StringLit | None
    subcategories: tuple[SubcategoryDecl, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TaxonomyDecl(Node):
    """`taxonomy harm { category privacy { subcategory doxing {} } }`."""

    doc: str | None
    name: Name
    categories: tuple[CategoryDecl, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PortDecl(Node):
    """An input of an operation or a parameter of a chain; `key_of` is the brand kind whose key it carries (`as host`)."""

    doc: str | None
    name: Name
    type: TypeExpr
    key_of: Name | None
    default: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class OperationDecl(Node):
    """One operation: its ports, its result, the errors it may fail with. `name` is None for a capability's only one."""

    doc: str | None
    name: Name | None
    ports: tuple[PortDecl, ...]
    result: TypeExpr
    fails: tuple[Name, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CapabilityDecl(Node):
    """`capability Search.web_search(query: string) -> list[Page]`, or several operations in braces."""

    doc: str | None
    path: Path
    operations: tuple[OperationDecl, ...]

    @property
    def name(self) -> Name:
        """The word it is referred to by."""
        return self.path.last


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Node):
    """`title "Gmail"`, `network "ethereum"` of a platform."""

    name: Name
    value: StringLit


@dataclass(frozen=True, slots=True, eq=False)
class PlatformDecl(Node):
    """`platform gmail { title "Gmail" }`."""

    doc: str | None
    name: Name
    attributes: tuple[Attribute, ...]

    @property
    def title(self) -> str | None:
        """What people call it."""
        return next((a.value.value for a in self.attributes if a.name.text == "title"), None)

    @property
    def keys(self) -> Mapping[str, str]:
        """The brand keys it gives its tools, by kind: its name, and all that it says besides its title."""
        said = {a.name.text: a.value.value for a in self.attributes if a.name.text != "title"}
        return said | {"platform": self.name.text}


@dataclass(frozen=True, slots=True, eq=False)
class TableDecl(Node):
    """`table orders: Order key id per platform`: rows of the world."""

    doc: str | None
    name: Name
    type: TypeExpr
    key: Name
    per: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class AccountDecl(Node):
    """`account { email: Email }`: what the world knows of the user."""

    doc: str | None
    fields: tuple[FieldDecl, ...]


# ------------------------------------------------------------------------------------------------------------- tools


@dataclass(frozen=True, slots=True, eq=False)
class ParamDecl(Node):
    """A parameter of a tool and where its value comes from: a port, the account, the operation, a request phrase."""

    doc: str | None
    name: Name
    optional: bool
    type: TypeExpr
    source: Path | None
    ask: TemplateLit | None
    default: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class Require(Node):
    """`require message when action == "commit"`."""

    param: Name
    when: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Place(Node):
    """`world.orders`, or the name of a record."""

    root: Name
    table: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class Fail(Node):
    """`fail "not_found" (id: x)`."""

    code: StringLit
    details: tuple[Assign, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Insert(Node):
    """`insert world.orders { id: x }`; its value is the row."""

    place: Place
    body: RecordBody


@dataclass(frozen=True, slots=True, eq=False)
class Update(Node):
    """`update world.orders[id] { status: "paid" }`; its value is the changed row."""

    place: Place
    key: Expr
    body: RecordBody


@dataclass(frozen=True, slots=True, eq=False)
class Delete(Node):
    """`delete world.files[path]`; its value is the row that was there."""

    place: Place
    key: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Invent(Node):
    """`invent world.pages (2..5) { title: ... }`: new plausible rows; its value is the list of them."""

    place: Place
    low: Expr
    high: Expr
    body: RecordBody | None


Effect: TypeAlias = Insert | Update | Delete | Invent


@dataclass(frozen=True, slots=True, eq=False)
class LetValue(Node):
    """`let row = insert ...` inside a rule."""

    name: Name
    value: Expr | Effect


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    """`{ let x = ...  update ...  return x }`."""

    statements: tuple[LetValue | Effect, ...]
    result: Expr | Effect


Action: TypeAlias = Fail | Effect | Block | Expr


@dataclass(frozen=True, slots=True, eq=False)
class Rule(Node):
    """`when CONDITION => ACTION`; `when` is None for `otherwise`."""

    when: Expr | None
    action: Action


@dataclass(frozen=True, slots=True, eq=False)
class FunctionDecl(Node):
    """`function kind(words: string) -> string { when ... => "clause"  otherwise => "topic" }`: rules with a name."""

    doc: str | None
    name: Name
    params: tuple[ParamDecl, ...]
    result: TypeExpr
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ToolDecl(Node):
    """A concrete function: what it implements, its parameters, its result and how it behaves."""

    doc: str | None
    name: Name
    implements: tuple[Path, ...]
    platform: Name | None
    title: StringLit | None
    params: tuple[ParamDecl, ...]
    returns: TypeExpr | None
    result: Expr | None
    requires: tuple[Require, ...]
    rules: tuple[Rule, ...]


# ---------------------------------------------------------------------------------------------------------- datasets


@dataclass(frozen=True, slots=True, eq=False)
class Share(Node):
    """`train: 80%`."""

    name: Name
    percent: NumberLit


@dataclass(frozen=True, slots=True, eq=False)
class Split(Node):
    """`split { train: 80%, test: 20% } by chain`, with what to hold out for `by tool|platform|capability`."""

    shares: tuple[Share, ...]
    by: Name
    hold: tuple[Name, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Select(Node):
    """`select balanced`, `select exhaustive`, `select cover 2`."""

    method: Name
    strength: int | None


@dataclass(frozen=True, slots=True, eq=False)
class DatasetDecl(Node):
    """What to make of the space: size, seed, mix, split. What is left out has the documented default."""

    doc: str | None
    name: Name
    seed: NumberLit | None
    size: NumberLit | None
    mix: tuple[Share, ...]
    split: Split | None
    chains: tuple[Name, ...]
    system: Path | None
    distractors: tuple[NumberLit, NumberLit] | None
    narrate: NumberLit | None
    upset: NumberLit | None
    select: Select | None
    stages: tuple[Stage, ...] = ()
