"""What selection needs of a reading, computed once: its space, its groups, how a point becomes values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir import (
    Chain,
    Const,
    Index,
    Json,
    Reading,
    RegisterOptions,
    Step,
    ToolOptions,
)
from agentalign.ir.space import Head, Overflow, Space, build_space

Group: TypeAlias = tuple[tuple[str, ...], str]
"""The tools of the steps, in step order, and the register."""


class SpaceTooEntangled(Exception):  # noqa: N818  # a state of a spec that `lower` reports as a diagnostic
    """The constraints of a reading interact more than the diagram's node limit allows."""


@dataclass(frozen=True)
class Prepared:
    """A reading with its space."""

    reading: Reading
    chain: Chain
    space: Space

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """Names of the chain's steps, in order."""
        return tuple(item.name for item in self.chain.items if isinstance(item, Step))

    @cached_property
    def constants(self) -> Mapping[str, Json]:
        """Parameters the reading binds to constants, and defaults."""
        values = {p.name: p.default for p in self.chain.params if p.has_default}
        bound = {slot.field: slot.value.value for slot in self.reading.bound if isinstance(slot.value, Const)}
        return values | bound

    @cached_property
    def groups(self) -> Mapping[Group, Head]:
        """The feasible (tools, register) combinations, each with what can follow; in axis order."""
        *tools, registers = _leading(self.reading)
        found: dict[Group, Head] = {}
        for head in self.space.heads(len(tools) + 1):
            *chosen, register = head.values
            named = tuple([names[value] for names, value in zip(tools, chosen, strict=True)])
            found[named, registers[register]] = head
        return found


def _leading(reading: Reading) -> Iterator[tuple[str, ...]]:
    """The words of the axes that make groups, which come before all others: the tools of each step, and the registers."""
    for choice in reading.choices:
        if isinstance(choice.options, ToolOptions):
            yield choice.options.tools
        elif isinstance(choice.options, RegisterOptions):
            yield choice.options.registers


def prepare(index: Index, reading: Reading) -> Prepared:
    """Build the space of a reading.

    Raises SpaceTooEntangled where its constraints exceed the node limit; `lower` refuses such a reading before.
    """
    space = build_space([choice.axis for choice in reading.choices], [removal.forbid for removal in reading.removals])
    if isinstance(space, Overflow):
        raise SpaceTooEntangled(f"{reading.name}: {', '.join(space.names)}")
    return Prepared(reading, index.chains[reading.chain], space)
