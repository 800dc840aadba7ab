"""What each module sees: its own names and the imported ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agentalign.diagnostics import Diagnostic, Fix, Label, suggest
from agentalign.resolve.model import Declared, Import, Kind
from agentalign.source import Location, Source
from agentalign.syntax import nodes as n

Own = dict[Kind, dict[str, Declared]]


class Scoping:
    """Builds the scope of one module out of the public names of all."""

    def __init__(
        self, source: Source, tree: n.Module, own: Own, public: Mapping[str, Own], unread: Mapping[str, frozenset[str]]
    ) -> None:
        """Start with what the module declares itself."""
        self.source = source
        self.tree = tree
        self.own = own
        self.public = public
        self.unread = unread
        self.scope: Own = {kind: dict(names) for kind, names in own.items()}
        self.imports: dict[str, Import] = {}
        self.diagnostics: list[Diagnostic] = []

    def run(self) -> tuple[Own, Mapping[str, Import], list[Diagnostic]]:
        """Follow every import."""
        for use in self.tree.uses:
            exported = self.public.get(use.module.text)
            if exported is None or exported is self.own:
                # The module itself is missing or broken: its names are unknown, which has been reported.
                for name in use.names:
                    self._remember(use, name)
                continue
            for name in use.names:
                self._import(use, name, exported)
        return self.scope, MappingProxyType(self.imports), self.diagnostics

    def _remember(self, use: n.Use, name: n.UseName) -> None:
        self.imports.setdefault(name.local.text, Import(use, name, use.module.text))

    def _import(self, use: n.Use, name: n.UseName, exported: Own) -> None:
        found = {kind: names[name.name.text] for kind, names in exported.items() if name.name.text in names}
        if not found:
            if name.name.text not in self.unread.get(use.module.text, ()):
                self._unknown(use, name, exported)
            self._remember(use, name)
            return
        local = name.local
        before = self.imports.get(local.text)
        if before is not None:
            self._twice(local, before)
            return
        self._remember(use, name)
        for kind, declaration in found.items():
            if local.text in self.own[kind]:
                self._shadowed(kind, local)
            else:
                self.scope[kind][local.text] = declaration

    def _unknown(self, use: n.Use, name: n.UseName, exported: Own) -> None:
        word, module = name.name.text, use.module.text
        close = suggest(word, (known for names in exported.values() for known in names))
        at = Location(self.source, name.name.span)
        fixes = () if close is None else (Fix(at, close, f"import `{close}`"),)
        self.diagnostics.append(
            Diagnostic.at(
                "E0102",
                at,
                f"module `{module}` declares no `{word}`",
                help=_there(exported) if close is None else f"did you mean `{close}`?",
                fixes=fixes,
            )
        )

    def _twice(self, local: n.Name, before: Import) -> None:
        self.diagnostics.append(
            Diagnostic.at(
                "E0109",
                Location(self.source, local.span),
                f"`{local.text}` is imported twice",
                "imported again here",
                secondary=(Label(Location(self.source, before.name.local.span), "first imported here"),),
                help="remove one, or give one another name with `as`",
            )
        )

    def _shadowed(self, kind: Kind, local: n.Name) -> None:
        declaration = self.own[kind][local.text]
        self.diagnostics.append(
            Diagnostic.at(
                "E0106",
                Location(self.source, declaration.name.span),
                f"the {kind} `{local.text}` hides an imported one",
                "declared here",
                secondary=(Label(Location(self.source, local.span), "imported here"),),
                help="remove the import, or give it another name with `as`",
            )
        )


_SHOWN = 16


def _there(exported: Own) -> str | None:
    """The names that a module declares."""
    names = sorted({name for found in exported.values() for name in found})
    if not names:
        return None
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"it declares {', '.join(f'`{name}`' for name in names[:_SHOWN])}{more}"
