"""Upsets: a tool that fails once although nothing is wrong with the call, and what an agent then does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from agentalign import ir
from agentalign.ir import Case, Index, Outcome, Reading, Step
from agentalign.simulate.plants import platform_key
from agentalign.simulate.tools import CompiledTool
from agentalign.types import BrandedType, ListType, NamedType, NullableType, RecordType, Stream, Type


def draw(
    reading: Reading, case: Case, tool: Callable[[str], CompiledTool], rate: Fraction, stream: Stream
) -> Outcome | None:
    """Draw whether something goes wrong, at `rate`, and what, among the outcomes that the chosen tools may have."""
    possible = [o for o in reading.outcomes if o.step in case.tools and tool(case.tools[o.step]).may_give(o.error)]
    if not possible or not stream.chance(rate.numerator, rate.denominator):
        return None
    return stream.pick(possible)


def alternatives(step: Step, case: Case, reading: Reading, index: Index) -> tuple[str, ...]:
    """Return the other offered tools that could do a step as well as the one chosen.

    They implement the same operation, need nothing that only the chosen tool's request says, make and take identifiers
    of the same brands, and no coupling of the reading forbids them.
    """
    chosen = case.tools[step.name]
    kinds = _kinds(step, reading, index)
    keys = {kind: platform_key(chosen, kind, index) for kind in kinds}
    return tuple(
        name
        for name in case.context.offered
        if name != chosen
        and (tool := index.tools.get(name)) is not None
        and (step.capability, step.operation) in tool.implements
        and not any(isinstance(p.source, ir.FromRequest) and not (p.optional or p.has_default) for p in tool.params)
        and all(platform_key(name, kind, index) == key for kind, key in keys.items())
        and not _forbidden(step.name, name, case, reading)
    )


def _kinds(step: Step, reading: Reading, index: Index) -> frozenset[str]:
    """The kinds of brands for which the step's tool decides the key, and on which something may rest."""
    operation = index.operation(step)
    types = [operation.result, *(port.type for port in operation.ports)]
    planted = [item for item in index.chains[reading.chain].items if isinstance(item, ir.Plant)]
    per = [index.tables[plant.table].per for plant in (*planted, *reading.plants) if plant.on == step.name]
    stated = {kind for kind, _ in step.keys}
    found = {kind for t in types for kind in _brands(t)} | {kind for kind in per if kind is not None}
    return frozenset(found - stated)


def _brands(t: Type) -> Iterator[str]:
    match t:
        case BrandedType(kind=kind):
            yield kind
        case NamedType(base=inner) | NullableType(inner=inner) | ListType(item=inner):
            yield from _brands(inner)
        case RecordType(fields=members):
            for member in members:
                yield from _brands(member.type)
        case _:
            return


def _forbidden(step: str, tool: str, case: Case, reading: Reading) -> bool:
    """Tell whether a removal that is about this step's tool holds; tests of other than tools are taken to hold."""
    places: dict[str, int] = {}
    about = ""
    for choice in reading.choices:
        if isinstance(choice.options, ir.ToolOptions):
            wanted = tool if choice.options.step == step else case.tools.get(choice.options.step)
            about = choice.axis.name if choice.options.step == step else about
            places[choice.axis.name] = choice.options.tools.index(wanted) if wanted in choice.options.tools else -1
    for removal in reading.removals:
        tests = removal.forbid.tests
        if any(t.axis == about for t in tests) and all(places.get(t.axis, -1) in t.values | {-1} for t in tests):
            # An axis that is no tool's has no place; a tool outside the axis is coupled by its brand alone.
            return True
    return False
