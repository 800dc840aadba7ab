"""What `resolve` hands on: modules in dependency order and the names each of them can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from agentalign.dataclasses import dataclass, field
from agentalign.diagnostics import Diagnostic
from agentalign.source import Location, Source, Span
from agentalign.syntax import nodes as n


class Kind(StrEnum):
    """The namespaces. A position in the source tells which one a name is looked up in."""

    TYPE = "type"
    LEXICON = "lexicon"
    TAXONOMY = "taxonomy"
    CATEGORY = "category"
    CAPABILITY = "capability"
    PLATFORM = "platform"
    TABLE = "table"
    FUNCTION = "function"
    TOOL = "tool"
    CHAIN = "chain"
    READING = "reading"
    DATASET = "dataset"
    MODEL = "model"
    PROMPT = "prompt"


Declared: TypeAlias = (
    n.TypeDecl
    | n.RecordDecl
    | n.LexiconDecl
    | n.TaxonomyDecl
    | n.CategoryDecl
    | n.CapabilityDecl
    | n.PlatformDecl
    | n.TableDecl
    | n.FunctionDecl
    | n.ToolDecl
    | n.ChainDecl
    | n.ReadingDecl
    | n.DatasetDecl
    | n.ModelDecl
    | n.PromptDecl
)
"""What a name can stand for: any declaration but the account, or a category inside a taxonomy."""

D = TypeVar("D", bound=n.Node)

Scope: TypeAlias = Mapping[Kind, Mapping[str, Declared]]


@dataclass(frozen=True, slots=True, eq=False)
class Import:
    """One imported name: where it is written and the module it comes from."""

    use: n.Use
    name: n.UseName
    module: str


@dataclass(frozen=True, slots=True, eq=False)
class ModuleInfo:
    """A parsed module: `own` are its public names, `scope` these and the imported ones.

    `clean` is false where the text did not parse whole, so that what seems missing or unused may just be unread;
    `unread` are the names of declarations that did not parse.
    """

    name: str
    source: Source
    tree: n.Module
    own: Scope
    scope: Scope
    imports: Mapping[str, Import]
    clean: bool = True
    unread: frozenset[str] = frozenset()

    def at(self, where: n.Node | Span) -> Location:
        """The location of a node of this module."""
        return Location(self.source, where if isinstance(where, Span) else where.span)


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The program: SPEC's own modules (`spec`) and all they import, imported modules first."""

    spec: tuple[str, ...]
    modules: Mapping[str, ModuleInfo]
    diagnostics: tuple[Diagnostic, ...]
    _owners: Mapping[n.Node, ModuleInfo] = field(repr=False)
    _program: Mapping[Kind, tuple[Declared, ...]] = field(repr=False)
    _classes: Mapping[type, tuple[n.Declaration, ...]] = field(repr=False)
    accounts: tuple[n.AccountDecl, ...] = ()

    def lookup(self, module: str, kind: Kind, name: str) -> Declared | None:
        """What `name` stands for in a module, or None."""
        return self.modules[module].scope[kind].get(name)

    def owner(self, node: n.Node) -> ModuleInfo:
        """The module that holds a declaration or a member of one (field, port, operation, parameter, step, let)."""
        return self._owners[node]

    def at(self, node: n.Node, part: n.Node | None = None) -> Location:
        """Where a declaration (or `part` of it) stands."""
        return self._owners[node].at(part or node)

    def every(self, kind: type[D]) -> tuple[D, ...]:
        """Every declaration of a class, in dependency order and then as written."""
        found: tuple[Any, ...] = self._classes.get(kind, ())
        return found

    def program(self, kind: Kind) -> tuple[Declared, ...]:
        """Every declaration of a kind, in dependency order and then as written."""
        return self._program.get(kind, ())

    def elsewhere(self, kind: Kind, name: str) -> tuple[str, ...]:
        """The modules of the program that declare a name, for "did you mean to import it"."""
        return tuple(module.name for module in self.modules.values() if name in module.own[kind])

    @property
    def account(self) -> n.AccountDecl | None:
        """What the world knows of the user, if anything."""
        return self.accounts[0] if self.accounts else None

    def declarations(self) -> Iterator[tuple[ModuleInfo, n.Declaration]]:
        """All declarations with their modules, in dependency order."""
        for module in self.modules.values():
            for declaration in module.tree.declarations:
                yield module, declaration


def frozen(scope: Mapping[Kind, Mapping[str, Declared]]) -> Scope:
    """A read-only scope with an entry for every kind."""
    return MappingProxyType({kind: MappingProxyType(dict(scope.get(kind, {}))) for kind in Kind})
