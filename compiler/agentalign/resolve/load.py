"""Loading modules and following their imports, in dependency order."""

from __future__ import annotations

from collections.abc import Iterable

from agentalign.dataclasses import dataclass, field
from agentalign.diagnostics import Diagnostic, Label, from_failure, suggest
from agentalign.source import Bundle, Location, Source
from agentalign.syntax import nodes as n
from agentalign.syntax import parse


@dataclass(slots=True)
class Loading:
    """Modules met so far: `order` lists those whose imports are all in it already, except around a cycle."""

    bundle: Bundle
    order: list[tuple[str, Source, n.Module, bool]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def load(self, module: str, wanted_at: Location | None) -> tuple[Source, n.Module, bool] | None:
        """Read and parse one module; what goes wrong is reported once per import of it."""
        loaded = self.bundle.load(module)
        if not isinstance(loaded, Source):
            self.failed.add(module)
            self.diagnostics.append(_did_you_mean(from_failure(loaded, wanted_at), module, self.bundle))
            return None
        tree, found = _parse(loaded)
        self.diagnostics.extend(found)
        if tree is None:
            self.failed.add(module)
            return None
        return loaded, tree, not found

    def visit(self, root: str) -> None:
        """Load a module and all it imports, depth first, without recursion (imports may be deep)."""
        if root in self.known:
            return
        loaded = self.load(root, None)
        self.known.add(root)
        if loaded is None:
            return
        stack = [_Frame(root, *loaded)]
        while stack:
            frame = stack[-1]
            use = frame.next_use()
            if use is None:
                stack.pop()
                self.order.append((frame.module, frame.source, frame.tree, frame.clean))
                continue
            self._follow(use, frame, stack)

    def _follow(self, use: n.Use, frame: _Frame, stack: list[_Frame]) -> None:
        target, at = use.module.text, Location(frame.source, use.module.span)
        if target == frame.module:
            message = f"module `{target}` imports itself"
            self.diagnostics.append(
                Diagnostic.at("E0110", at, message, help="remove the import: a module sees its own names")
            )
        elif target in self.failed:
            self.load(target, at)
        elif target not in self.known:
            self.known.add(target)
            loaded = self.load(target, at)
            if loaded is not None:
                stack.append(_Frame(target, *loaded))
        elif any(open_.module == target for open_ in stack):
            self.diagnostics.append(_cycle(target, at, stack))


@dataclass(slots=True)
class _Frame:
    module: str
    source: Source
    tree: n.Module
    clean: bool
    at: int = 0

    def next_use(self) -> n.Use | None:
        """The next import to follow."""
        self.at += 1
        return self.tree.uses[self.at - 1] if self.at <= len(self.tree.uses) else None

    @property
    def current(self) -> n.Use:
        """The import being followed."""
        return self.tree.uses[self.at - 1]


def load_all(bundle: Bundle, modules: Iterable[str]) -> Loading:
    """Load modules and what they import."""
    loading = Loading(bundle)
    for module in modules:
        loading.visit(module)
    return loading


def _parse(source: Source) -> tuple[n.Module | None, tuple[Diagnostic, ...]]:
    parsed = parse(source)
    return parsed.module, parsed.diagnostics


def _cycle(target: str, at: Location, stack: list[_Frame]) -> Diagnostic:
    names = [frame.module for frame in stack]
    ring = stack[names.index(target) :]
    shown = " -> ".join([*(frame.module for frame in ring), target])
    secondary = tuple(
        Label(Location(frame.source, frame.current.module.span), f"`{frame.module}` imports it here")
        for frame in ring[:-1]
    )
    return Diagnostic.at(
        "E0103",
        at,
        f"modules import each other in a circle: {shown}",
        "this import closes the circle",
        secondary=secondary,
        help="move what both need into a third module",
    )


def _did_you_mean(diagnostic: Diagnostic, module: str, bundle: Bundle) -> Diagnostic:
    if diagnostic.code != "E0101" or diagnostic.location is None:
        return diagnostic
    close = suggest(module, bundle.modules())
    if close is None:
        return diagnostic
    return Diagnostic.at(
        "E0101",
        diagnostic.location,
        diagnostic.message,
        notes=diagnostic.notes,
        help=f"did you mean `{close}`?",
    )
