"""The pass itself: declarations in, plan out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from agentalign import ir
from agentalign.check import Checked
from agentalign.dataclasses import dataclass, replace
from agentalign.diagnostics import Diagnostic, has_errors
from agentalign.ir import (
    Capability,
    Chain,
    Dataset,
    Fresh,
    Lexicon,
    Plan,
    Platform,
    Reading,
    Table,
    Tool,
    walk,
)
from agentalign.lower import models, world
from agentalign.lower.chains import chain
from agentalign.lower.context import Lowering
from agentalign.lower.datasets import dataset, default_dataset, sized
from agentalign.lower.expressions import Expressions
from agentalign.lower.pools import lexicons
from agentalign.lower.readings import reading
from agentalign.lower.spaces import check_spaces
from agentalign.lower.tools import tool
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import RecordType

EDITION = 1


@dataclass(frozen=True)
class Lowered:
    """The plan, unless there are errors; `draft` is without record types and digest, which a check has no need of."""

    draft: Plan | None
    diagnostics: tuple[Diagnostic, ...]

    @cached_property
    def plan(self) -> Plan | None:
        """The plan as a whole, completed when it is first asked for."""
        if self.draft is None:
            return None
        plan = replace(self.draft, records=_records(self.draft))
        return replace(plan, digest=ir.plan_digest(plan))


def lower(checked: Checked, name: str) -> Lowered:
    """Lower a checked program without errors to a plan called `name`; finds what only the space can tell."""
    low = Lowering(checked)
    plan = _Pass(low, name).plan()
    plan = sized(low, plan, check_spaces(low, plan))
    diagnostics = tuple(low.diagnostics)
    return Lowered(None if has_errors(diagnostics) else plan, diagnostics)


class _Pass:
    """One run over all declarations."""

    def __init__(self, low: Lowering, name: str) -> None:
        self.low = low
        self.name = name
        self.expressions = Expressions(low)

    def plan(self) -> Plan:
        """The draft of the plan."""
        low = self.low
        capabilities = tuple(self._capabilities())
        platforms = tuple(self._platforms())
        tools = {node: tool(self.expressions, node) for node in low.checked.tools}
        keys = {p.name: p.keys for p in platforms}
        infos = low.checked.chains.values()
        chains = tuple(chain(self.expressions, info) for info in infos)
        readings = tuple(reading(self.expressions, info, node, tools, keys) for info in infos for node in info.readings)
        return Plan(
            edition=EDITION,
            name=self.name,
            digest="",
            records=(),
            categories=world.categories(low),
            lexicons=tuple(self._lexicons(tuple(tools.values()), chains, readings)),
            platforms=platforms,
            tables=tuple(self._tables()),
            account=world.account(low),
            capabilities=capabilities,
            tools=tuple(tools.values()),
            chains=chains,
            readings=readings,
            datasets=tuple(self._datasets()),
            models=tuple(models.models(low)),
            prompts=tuple(models.prompts(low)),
        )

    def _capabilities(self) -> Iterator[Capability]:
        for node in self.low.checked.names.program(Kind.CAPABILITY):
            assert isinstance(node, n.CapabilityDecl)
            yield world.capability(self.low, node)

    def _platforms(self) -> Iterator[Platform]:
        for node in self.low.checked.names.program(Kind.PLATFORM):
            assert isinstance(node, n.PlatformDecl)
            yield world.platform(self.low, node)

    def _tables(self) -> Iterator[Table]:
        for node in self.low.checked.names.program(Kind.TABLE):
            assert isinstance(node, n.TableDecl)
            yield world.table(self.low, node)

    def _datasets(self) -> Iterator[Dataset]:
        spec = set(self.low.checked.names.spec)
        own = [
            node
            for node in self.low.checked.names.program(Kind.DATASET)
            if isinstance(node, n.DatasetDecl) and self.low.checked.names.owner(node).name in spec
        ]
        for node in own:
            yield dataset(self.low, node)
        if not own:
            yield default_dataset(self.name)

    def _lexicons(
        self, tools: tuple[Tool, ...], chains: tuple[Chain, ...], readings: tuple[Reading, ...]
    ) -> Iterator[Lexicon]:
        """The lexicons run time draws from; those that only readings list are already in their axes."""
        parts = (tools, tuple(c.plants for c in chains), tuple(r.plants for r in readings))
        drawn = {node.lexicon for node in walk(parts) if isinstance(node, Fresh)}
        spoken = {item.system for item in self._datasets()}
        listed = set(lexicons(self.low))
        for node in self.low.checked.names.program(Kind.LEXICON):
            if not isinstance(node, n.LexiconDecl):
                continue
            if self.low.name(node) in drawn or node in listed:
                self._check_drawn(node)
            if self.low.name(node) in drawn | spoken:
                make = world.prompts if self.low.name(node) in spoken else world.lexicon
                yield make(self.low, node)

    def _check_drawn(self, node: n.LexiconDecl) -> None:
        for entry in world.printed(self.low, node):
            self.low.report(
                "E0222",
                node,
                entry.value,
                "this is only known when a record is made, and values are drawn from the lexicon",
                help="only system prompts may print something: keep them in a lexicon of their own",
            )


def _records(plan: Plan) -> tuple[RecordType, ...]:
    """Every record type a spec can name and the plan uses, in the order first met; the account's type has no name."""
    found: dict[str, RecordType] = {}
    for node in walk(replace(plan, account=None)):
        if isinstance(node, RecordType):
            found.setdefault(node.name, node)
    return tuple(found.values())
