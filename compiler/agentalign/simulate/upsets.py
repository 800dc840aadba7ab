"""Upsets: a tool fails once although nothing is wrong with the call, and another may have to do its work."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign import ir
from agentalign.ir import Case, Index, Reading, Step, Tool
from agentalign.simulate.brands import platform_keys
from agentalign.types import BrandedType, ListType, NamedType, NullableType, RecordType, Type


def alternatives(step: Step, case: Case, reading: Reading, index: Index) -> tuple[str, ...]:
    """Return the other offered tools that could do a step as well as the one chosen.

    They implement the same operation, need nothing that only a request for them would say, make and take identifiers
    of the same brands, and no coupling of the reading forbids them.
    """
    chosen = case.tools[step.name]
    kinds = _kinds(step, reading, index)
    keys = platform_keys(index.tools[chosen], index)
    return tuple(
        name
        for name in case.context.offered
        if name != chosen
        and _can_do(index.tools[name], step)
        and all(platform_keys(index.tools[name], index)[kind] == keys[kind] for kind in kinds)
        and not _forbidden(step.name, name, case, reading)
    )


def _can_do(tool: Tool, step: Step) -> bool:
    wanted = (step.capability, step.operation)
    used = next((item for item in tool.implements if (item.capability, item.operation) == wanted), None)
    if used is None:
        return False
    free = {param.name for param in tool.params if param.optional or param.has_default}
    return all(feed.param in free for feed in used.feeds if isinstance(feed.source, ir.FromRequest))


def _kinds(step: Step, reading: Reading, index: Index) -> frozenset[str]:
    """The kinds of brands for which the step's tool decides the key, and on which something may rest."""
    operation = index.operation(step)
    types = [operation.result, *(port.type for port in operation.ports)]
    planted = (*index.chains[reading.chain].plants, *reading.plants)
    per = {index.tables[plant.table].per for plant in planted if plant.on == step.name}
    found = {kind for t in types for kind in _brands(t)} | {kind for kind in per if kind is not None}
    return frozenset(found - {kind for kind, _ in step.keys})


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
    """Tell whether a removal about this step's tool would hold; tests of what is no tool are taken to hold."""
    places: dict[str, int] = {}
    about = None
    for choice in reading.choices:
        if isinstance(choice.options, ir.ToolOptions):
            mine = choice.options.step == step
            wanted = tool if mine else case.tools.get(choice.options.step)
            if wanted in choice.options.tools:
                places[choice.axis.name] = choice.options.tools.index(wanted)
                about = choice.axis.name if mine else about
    return any(
        any(test.axis == about for test in removal.forbid.tests)
        and all(test.axis not in places or places[test.axis] in test.values for test in removal.forbid.tests)
        for removal in reading.removals
    )
