"""The stage itself: from module names to a program whose names are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from agentalign.diagnostics import Diagnostic, Label
from agentalign.resolve.collect import collect, duplicate, members
from agentalign.resolve.load import load_all
from agentalign.resolve.model import Declared, Kind, ModuleInfo, Names, frozen
from agentalign.resolve.scope import Own, Scoping
from agentalign.source import Bundle, Source
from agentalign.syntax import nodes as n

# What a program may have only one of per name: these names reach the data (world, records, wire), where modules are gone.
_UNIQUE = (Kind.CAPABILITY, Kind.PLATFORM, Kind.TABLE, Kind.TOOL, Kind.CHAIN, Kind.CATEGORY)


SHIPPED_PROMPTS: Final = "std.prompts"
"""The module with a prompt of each kind, for stages that name none."""


def resolve(bundle: Bundle, modules: Iterable[str], companions: Iterable[str] = ()) -> Names:
    """Load `modules` (SPEC's own) and everything they import, and find what every name stands for.

    `companions` are modules that belong to the program although nothing may import them: see `Program.companions`.

    Never raises for what files say or lack; all of that is in `Names.diagnostics`, syntax errors included.
    """
    spec = tuple(modules)
    loading = load_all(bundle, (*spec, *companions))
    if any(_uses_shipped_prompts(tree) for _, _, tree, _ in loading.order):
        loading.visit(SHIPPED_PROMPTS)
    diagnostics = list(loading.diagnostics)
    public: dict[str, Own] = {}
    for module, source, tree, _ in loading.order:
        public[module], found = collect(source, tree)
        diagnostics.extend(found)
    unread = {module: _unread(source, public[module]) for module, source, _, clean in loading.order if not clean}
    infos: dict[str, ModuleInfo] = {}
    for module, source, tree, clean in loading.order:
        scope, imports, found = Scoping(source, tree, public[module], public, unread).run()
        lost = unread.get(module, frozenset())
        infos[module] = ModuleInfo(module, source, tree, frozen(public[module]), frozen(scope), imports, clean, lost)
        diagnostics.extend(found)
    return _names(spec, infos, diagnostics)


def _uses_shipped_prompts(tree: n.Module) -> bool:
    datasets = (found for found in tree.declarations if isinstance(found, n.DatasetDecl))
    return any(stage.prompt is None for dataset in datasets for stage in dataset.stages)


_DECLARED = re.compile(
    r"^(?:reading[ \t]+\w+|\w+|[ \t]+categor\w+)[ \t]+(?:\w+\.)*(\w+)",
    re.MULTILINE,
)


def _unread(source: Source, own: Own) -> frozenset[str]:
    """The names a text seems to declare and parsing did not bring: using them is no second mistake."""
    known = {name for names in own.values() for name in names}
    return frozenset(_DECLARED.findall(source.text)) - known


def _names(spec: tuple[str, ...], modules: dict[str, ModuleInfo], diagnostics: list[Diagnostic]) -> Names:
    owners: dict[n.Node, ModuleInfo] = {}
    program: dict[Kind, list[Declared]] = {kind: [] for kind in Kind}
    classes: dict[type, list[n.Declaration]] = {}
    for module in modules.values():
        for declaration in module.tree.declarations:
            owners.update(dict.fromkeys(members(declaration), module))
            classes.setdefault(type(declaration), []).append(declaration)
        for kind, own in module.own.items():
            program[kind].extend(own.values())
    diagnostics.extend(_clashes(program, owners))
    accounts = tuple(found for found in classes.get(n.AccountDecl, ()) if isinstance(found, n.AccountDecl))
    diagnostics.extend(_second_accounts(accounts, owners))
    return Names(
        spec,
        MappingProxyType(modules),
        tuple(diagnostics),
        MappingProxyType(owners),
        MappingProxyType({kind: tuple(found) for kind, found in program.items()}),
        MappingProxyType({kind: tuple(found) for kind, found in classes.items()}),
        accounts,
    )


def _clashes(program: Mapping[Kind, list[Declared]], owners: Mapping[n.Node, ModuleInfo]) -> list[Diagnostic]:
    found = []
    for kind in _UNIQUE:
        seen: dict[str, Declared] = {}
        for declaration in program[kind]:
            name = declaration.name
            first = seen.setdefault(_full_name(declaration), declaration)
            if first is declaration:
                continue
            at = owners[first].at(first.name)
            source = owners[declaration].source
            if kind is Kind.TOOL:
                found.append(_same_tool(source, name, Label(at, "the other one")))
            else:
                found.append(duplicate(source, kind, name, at))
    return found


def _full_name(declaration: Declared) -> str:
    """A capability is known by its category as well."""
    return declaration.path.text if isinstance(declaration, n.CapabilityDecl) else declaration.name.text


def _same_tool(source: Source, name: n.Name, other: Label) -> Diagnostic:
    return Diagnostic.at(
        "E0309",
        source.at(name.span.start, name.span.end),
        f"two tools are called `{name.text}`",
        "a model could not tell them apart",
        secondary=(other,),
        help="tool names are unique over all modules of a program: rename one",
    )


def _second_accounts(accounts: tuple[n.AccountDecl, ...], owners: Mapping[n.Node, ModuleInfo]) -> list[Diagnostic]:
    return [
        Diagnostic.at(
            "E0104",
            owners[account].at(account),
            "the account is declared twice",
            "declared again here",
            secondary=(Label(owners[accounts[0]].at(accounts[0]), "first declared here"),),
            help="a program has one user: put all fields into one `account`",
        )
        for account in accounts[1:]
    ]
