"""What every rule works with: the names, the tables being filled, and the module it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from agentalign import templates
from agentalign.check.model import ChainInfo, Choosing, Expansion, ToolInfo
from agentalign.check.scope import Scope
from agentalign.check.targets import Target
from agentalign.dataclasses import dataclass, field
from agentalign.diagnostics import Diagnostic, Fix, Label, Severity, suggest
from agentalign.resolve import Declared, Kind, ModuleInfo, Names
from agentalign.source import Location, Span
from agentalign.syntax import nodes as n
from agentalign.types import Json, RecordType, Type

Where: TypeAlias = n.Node | Span | Location


@dataclass(slots=True, eq=False)
class Tables:
    """The tables of `Checked` while rules fill them; private to this package."""

    types: dict[n.Node, Type] = field(default_factory=dict)
    of: dict[n.Node, Type] = field(default_factory=dict)
    refs: dict[n.Node, Target] = field(default_factory=dict)
    choices: dict[n.Selection, Choosing] = field(default_factory=dict)
    values: dict[n.Node, Json] = field(default_factory=dict)
    tools: dict[n.ToolDecl, ToolInfo] = field(default_factory=dict)
    chains: dict[n.ChainDecl, ChainInfo] = field(default_factory=dict)
    implementers: dict[n.OperationDecl, list[n.ToolDecl]] = field(default_factory=dict)
    records: dict[str, n.RecordDecl] = field(default_factory=dict)
    metadata: dict[n.LexiconDecl, RecordType] = field(default_factory=dict)
    brand_kinds: tuple[str, ...] = ()
    templates: dict[n.TemplateLit, templates.Checked] = field(default_factory=dict)
    spoken: tuple[Scope, Mapping[str, Type]] | None = None
    expansions: dict[n.FunctionDecl, Expansion] = field(default_factory=dict)
    calls: dict[n.Node, tuple[tuple[n.Call, int], ...]] = field(default_factory=dict)
    account: RecordType | None = None
    titles: dict[n.ToolDecl, str] = field(default_factory=dict)
    asking: dict[tuple[n.ToolDecl, n.OperationDecl], bool] = field(default_factory=dict)
    words: set[tuple[n.Node | None, str]] = field(default_factory=set)
    subject: n.Node | None = None
    reading: dict[n.TableDecl, None] | None = None
    visited: list[tuple[n.Node, n.TableDecl]] | None = None
    readings: dict[n.ChainDecl, list[n.ReadingDecl]] = field(default_factory=dict)
    homes: dict[n.ReadingDecl, ChainInfo] = field(default_factory=dict)
    building: set[n.Node] = field(default_factory=set)
    reported: set[n.Node] = field(default_factory=set)
    used: set[tuple[str, str]] = field(default_factory=set)
    missing: set[tuple[str, Kind, str]] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The view of one module."""

    names: Names
    tables: Tables
    module: ModuleInfo

    def within(self, node: n.Node) -> Context:
        """The context of the module that declares `node`."""
        owner = self.names.owner(node)
        return self if owner is self.module else Context(self.names, self.tables, owner)

    def at(self, where: Where) -> Location:
        """The location of something in this module."""
        return where if isinstance(where, Location) else self.module.at(where)

    def sound(self, node: n.Node) -> bool:
        """Whether nothing wrong has been found inside a node of this module, so that what it lacks is really lacking."""
        span, source = node.span, self.module.source
        return not any(
            found.severity is Severity.ERROR
            and found.location is not None
            and found.location.source is source
            and span.start <= found.location.span.start
            and found.location.span.end <= span.end
            for found in self.tables.diagnostics
        )

    def whole(self) -> bool:
        """Whether every module was read whole and every reading has its chain, so that what is missing is nowhere."""
        return all(module.clean for module in self.names.modules.values()) and all(
            reading.chain in self.tables.refs for reading in self.names.every(n.ReadingDecl)
        )

    def label(self, node: n.Node, text: str, part: n.Node | None = None) -> Label:
        """A secondary label at a declaration, in whatever module it stands."""
        return Label(self.names.at(node, part), text)

    def report(  # the parts of a diagnostic
        self,
        code: str,
        where: Where,
        message: str,
        label: str = "",
        *,
        secondary: Iterable[Label] = (),
        notes: Iterable[str] = (),
        help: str | None = None,  # noqa: A002
        fixes: Iterable[Fix] = (),
    ) -> None:
        """Report a mistake in this module."""
        self.tables.diagnostics.append(
            Diagnostic.at(
                code, self.at(where), message, label, secondary=secondary, notes=notes, help=help, fixes=fixes
            )
        )

    def peek(self, kind: Kind, name: str) -> Declared | None:
        """What a name stands for here, marking an import of it as used; says nothing if it is unknown."""
        found = self.module.scope[kind].get(name)
        if found is not None and name in self.module.imports:
            self.tables.used.add((self.module.name, name))
        return found

    def find(self, kind: Kind, name: n.Name, *, what: str | None = None, code: str = "E0107") -> Declared | None:
        """What a name stands for here; reports it if it is unknown or something else. None: reported."""
        found = self.peek(kind, name.text)
        if found is None:
            self._unknown(kind, name, what or kind, code)
        return found

    def unresolved(self, name: str) -> bool:
        """Whether a name's declaration did not parse, or its module is missing or lacks it: that has been reported."""
        imported = self.module.imports.get(name)
        if imported is None:
            return name in self.module.unread
        source = self.names.modules.get(imported.module)
        lost = source is None or all(imported.name.name.text not in names for names in source.own.values())
        if lost:
            self.tables.used.add((self.module.name, name))
        return lost

    def _unknown(self, kind: Kind, name: n.Name, what: str, code: str) -> None:
        if self.unresolved(name.text):
            return
        others = [other for other in Kind if name.text in self.module.scope[other]]
        if others:
            self._wrong_kind(name, what, others[0])
            return
        self.unknown(name, what, self.module.scope[kind], kind=kind, code=code)

    def _wrong_kind(self, name: n.Name, what: str, is_: Kind) -> None:
        declared = self.peek(is_, name.text)
        if declared is None:
            return
        secondary = [self.label(declared, "declared here", declared.name)]
        message = f"`{name.text}` is a {is_}, not a {what}"
        self.report("E0108", name, message, f"a {what} is needed here", secondary=secondary)

    def unknown(
        self,
        name: n.Name,
        what: str,
        legal: Iterable[str],
        *,
        code: str = "E0107",
        kind: Kind | None = None,
        secondary: Iterable[Label] = (),
        message: str | None = None,
    ) -> None:
        """Report an unknown name with the closest of the legal ones, or the module it could be imported from.

        What is missing from a module's scope is reported once, at its first use.
        """
        if kind is not None:
            missing = (self.module.name, kind, name.text)
            if missing in self.tables.missing:
                return
            self.tables.missing.add(missing)
        close = suggest(name.text, legal)
        homes = self.names.elsewhere(kind, name.text) if kind is not None else ()
        message = message or f"no {what} `{name.text}` is in scope here"
        if homes:
            self.report(
                code,
                name,
                message,
                secondary=secondary,
                help=f"import it: `use {homes[0]} {{ {name.text} }}`",
                fixes=self._import_fix(homes[0], name.text),
            )
        elif close is not None:
            fix = Fix(self.at(name), close, f"write `{close}`")
            self.report(code, name, message, secondary=secondary, help=f"did you mean `{close}`?", fixes=(fix,))
        else:
            self.report(code, name, message, secondary=secondary, help=_listed(what, legal))

    def _import_fix(self, module: str, name: str) -> tuple[Fix, ...]:
        uses = self.module.tree.uses
        fix = f"import `{name}` from `{module}`"
        for use in uses:
            if use.module.text == module and use.names:
                end = use.names[-1].span.end
                return (Fix(self.at(Span(end, end)), f", {name}", fix),)
        after: n.Node | None = uses[-1] if uses else self.module.tree.edition
        offset = after.span.end if after is not None else 0
        text = f"\nuse {module} {{ {name} }}" if after is not None else f"use {module} {{ {name} }}\n"
        return (Fix(self.at(Span(offset, offset)), text, fix),)


def _listed(what: str, legal: Iterable[str]) -> str | None:
    names = [name for name in dict.fromkeys(legal) if not name.startswith("_")]
    if not names or len(names) > 8:
        return None
    listed = ", ".join(f"`{name}`" for name in names)
    return f"known here: {listed}" if len(names) > 1 else f"the only {what} here is {listed}"
