"""Look-up by name into a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

from agentalign.ir.plan import (
    Chain,
    Dataset,
    Plan,
    Reading,
    Step,
    Wording,
)
from agentalign.ir.tools import (
    Capability,
    Lexicon,
    Operation,
    Platform,
    Subcategory,
    Table,
    Tool,
)
from agentalign.types import RecordType


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _by_name(items: Iterable[N]) -> Mapping[str, N]:
    return {item.name: item for item in items}


class Index:
    """A plan's tables as mappings, each made on first use. A name that is not there raises KeyError: that is our bug."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def records(self) -> Mapping[str, RecordType]:
        """Record types."""
        return _by_name(self.plan.records)

    @cached_property
    def lexicons(self) -> Mapping[str, Lexicon]:
        """Lexicons that run time draws from."""
        return _by_name(self.plan.lexicons)

    @cached_property
    def platforms(self) -> Mapping[str, Platform]:
        """Platforms."""
        return _by_name(self.plan.platforms)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Tables of the world."""
        return _by_name(self.plan.tables)

    @cached_property
    def capabilities(self) -> Mapping[str, Capability]:
        """Capabilities, by full pattern name (`Search.web_search`)."""
        return {capability.pattern: capability for capability in self.plan.capabilities}

    @cached_property
    def tools(self) -> Mapping[str, Tool]:
        """Tools."""
        return _by_name(self.plan.tools)

    @cached_property
    def chains(self) -> Mapping[str, Chain]:
        """Chains."""
        return _by_name(self.plan.chains)

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Readings."""
        return _by_name(self.plan.readings)

    @cached_property
    def readings_of(self) -> Mapping[str, tuple[Reading, ...]]:
        """The readings of each chain that has some."""
        found: dict[str, list[Reading]] = {}
        for reading in self.plan.readings:
            found.setdefault(reading.chain, []).append(reading)
        return {chain: tuple(readings) for chain, readings in found.items()}

    def offers(self, reading: Reading) -> tuple[Wording, ...]:
        """What a refusal of the reading may end with: its own offers or, where it has none, those of its benign twins."""
        twins = (twin for twin in self.readings_of[reading.chain] if twin.label == "benign")
        return reading.offers or tuple(offer for twin in twins for offer in twin.offers)

    @cached_property
    def brand_kinds(self) -> tuple[str, ...]:
        """Every kind of brand that tables, ports or platforms mention: `platform` first."""
        found = ["platform", *(table.per for table in self.plan.tables if table.per is not None)]
        found += [name for platform in self.plan.platforms for name, _ in platform.attributes]
        ports = (p for c in self.plan.capabilities for operation in c.operations for p in operation.ports)
        found += [port.key_of for port in ports if port.key_of is not None]
        return tuple(dict.fromkeys(found))

    @cached_property
    def datasets(self) -> Mapping[str, Dataset]:
        """Datasets."""
        return _by_name(self.plan.datasets)

    @cached_property
    def subcategories(self) -> Mapping[tuple[str, str], Subcategory]:
        """Harm subcategories, by (category, subcategory)."""
        return {(c.name, s.name): s for c in self.plan.categories for s in c.subcategories}

    def operation(self, step: Step) -> Operation:
        """The operation a step calls."""
        operations = self.capabilities[step.capability].operations
        return next(operation for operation in operations if operation.name == step.operation)

    def steps(self, chain: str) -> tuple[Step, ...]:
        """The steps of a chain, in order."""
        known = self._steps.get(chain)
        if known is None:
            known = self._steps[chain] = tuple(i for i in self.chains[chain].items if isinstance(i, Step))
        return known

    def replaceable(self, chain: str) -> frozenset[str]:
        """The steps of a chain for which some reading ever asks for an alternative tool."""
        readings = self.readings_of.get(chain, ())
        return frozenset(o.step for reading in readings for o in reading.outcomes if o.mode == "alternative")

    @cached_property
    def _steps(self) -> dict[str, tuple[Step, ...]]:
        return {}
