"""The names a module declares itself, and which of them clash."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.diagnostics import Diagnostic, Label
from agentalign.resolve.model import Declared, Kind
from agentalign.source import Location, Source
from agentalign.syntax import nodes as n

BUILTIN_TYPES = frozenset({"string", "text", "int", "decimal", "bool", "any", "list"})
"""Type names that need no import and cannot be declared."""

_KINDS: dict[type, Kind] = {
    n.TypeDecl: Kind.TYPE,
    n.RecordDecl: Kind.TYPE,
    n.LexiconDecl: Kind.LEXICON,
    n.TaxonomyDecl: Kind.TAXONOMY,
    n.CategoryDecl: Kind.CATEGORY,
    n.CapabilityDecl: Kind.CAPABILITY,
    n.PlatformDecl: Kind.PLATFORM,
    n.TableDecl: Kind.TABLE,
    n.FunctionDecl: Kind.FUNCTION,
    n.ToolDecl: Kind.TOOL,
    n.ChainDecl: Kind.CHAIN,
    n.ReadingDecl: Kind.READING,
    n.DatasetDecl: Kind.DATASET,
    n.ModelDecl: Kind.MODEL,
    n.PromptDecl: Kind.PROMPT,
}


def kind_of(declaration: Declared) -> Kind:
    """The namespace of a declaration."""
    return _KINDS[type(declaration)]


def named(tree: n.Module) -> Iterator[tuple[Kind, n.Name, Declared]]:
    """All names a module declares, in order."""
    for declaration in tree.declarations:
        if isinstance(declaration, n.AccountDecl):
            continue
        yield kind_of(declaration), declaration.name, declaration
        if isinstance(declaration, n.TaxonomyDecl):
            for category in declaration.categories:
                yield Kind.CATEGORY, category.name, category


def collect(source: Source, tree: n.Module) -> tuple[dict[Kind, dict[str, Declared]], list[Diagnostic]]:
    """Sort a module's declarations into namespaces; the first of several wins."""
    own: dict[Kind, dict[str, Declared]] = {kind: {} for kind in Kind}
    found: list[Diagnostic] = []
    for kind, name, declaration in named(tree):
        if kind is Kind.TYPE and name.text in BUILTIN_TYPES:
            found.append(
                Diagnostic.at(
                    "E0111",
                    Location(source, name.span),
                    f"`{name.text}` is a built-in type and cannot be declared",
                    "choose another name",
                )
            )
            continue
        first = own[kind].setdefault(name.text, declaration)
        if first is not declaration:
            found.append(duplicate(source, kind, name, Location(source, first.name.span)))
    return own, found


def duplicate(source: Source, kind: Kind, name: n.Name, first: Location) -> Diagnostic:
    """Two declarations of one kind share a name."""
    return Diagnostic.at(
        "E0104",
        Location(source, name.span),
        f"the {kind} `{name.text}` is declared twice",
        "declared again here",
        secondary=(Label(first, "first declared here"),),
        help="rename or remove one of them",
    )


def members(declaration: n.Declaration) -> Iterator[n.Node]:
    """The parts of a declaration that other declarations may point to, itself first."""
    yield declaration
    match declaration:
        case n.RecordDecl() | n.AccountDecl():
            yield from declaration.fields
        case n.LexiconDecl():
            yield from declaration.metadata
            yield from declaration.entries
        case n.TaxonomyDecl():
            for category in declaration.categories:
                yield category
                yield from category.subcategories
        case n.CapabilityDecl():
            for operation in declaration.operations:
                yield operation
                yield from operation.ports
        case n.FunctionDecl() | n.ToolDecl():
            yield from declaration.params
        case n.ChainDecl():
            yield from declaration.params
            yield from declaration.items
        case n.ReadingDecl():
            yield from declaration.items
        case n.ModelDecl():
            yield from declaration.settings
        case n.DatasetDecl():
            yield from declaration.stages
        case _:
            pass
