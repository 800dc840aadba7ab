"""What all of `lower` works with: the checked program, unique names, positions, and the findings so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from agentalign.check import Checked
from agentalign.dataclasses import dataclass, field
from agentalign.diagnostics import Diagnostic, Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.templates import desugar
from agentalign.types import RecordType, Type


@dataclass(frozen=True, eq=False)
class Lowering:
    """A lowering in progress; only `diagnostics` grows."""

    checked: Checked
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def at(self, node: n.Node, part: n.Node | None = None) -> str:
        """A declaration's position for the plan: `module/path.chain:line:column`, the same on every machine."""
        location = self.checked.names.at(node, part)
        start = location.start
        return f"{location.source.module.replace('.', '/')}.chain:{start.line}:{start.column}"

    def name(self, declaration: n.Node) -> str:
        """The name of a declaration in the plan: as written, with its module in front where two would clash."""
        return self._names[declaration]

    def type(self, node: n.Node) -> Type:
        """The type a declaration or type expression declares."""
        return self.checked.types[node]

    def desugared(self, template: n.TemplateLit) -> str:
        """A template as run time needs it."""
        return desugar(self.checked.templates[template])

    def record(self, row: RecordType) -> n.RecordDecl:
        """The declaration of a record type."""
        return self._records[row]

    def report(
        self,
        code: str,
        owner: n.Node,
        part: n.Node,
        message: str,
        label: str = "",
        *,
        secondary: Iterable[Label] = (),
        notes: Iterable[str] = (),
        help: str | None = None,  # noqa: A002
    ) -> None:
        """Report a finding at `part` of a declaration."""
        location = self.checked.names.at(owner, part)
        self.diagnostics.append(
            Diagnostic.at(code, location, message, label, secondary=secondary, notes=notes, help=help)
        )

    @cached_property
    def _names(self) -> Mapping[n.Node, str]:
        names: dict[n.Node, str] = {}
        for kind in Kind:
            taken: set[str] = set()
            for declaration in self.checked.names.program(kind):
                word = declaration.name.text
                if word in taken:
                    word = f"{self.checked.names.owner(declaration).name}.{word}"
                taken.add(word)
                names[declaration] = word
        return names

    @cached_property
    def _records(self) -> Mapping[RecordType, n.RecordDecl]:
        found: dict[RecordType, n.RecordDecl] = {}
        for declaration in self.checked.names.program(Kind.TYPE):
            type_ = self.checked.types.get(declaration)
            if isinstance(declaration, n.RecordDecl) and isinstance(type_, RecordType):
                found.setdefault(type_, declaration)
        return found
