"""Which values of a chain are computed rather than passed on, and what its expressions hold as constants."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from agentalign.ir import (
    Apply,
    Chain,
    Choose,
    Clock,
    Const,
    Expr,
    Get,
    Index,
    MakeList,
    MakeRecord,
    Part,
    Reading,
    Select,
    Step,
    Text,
    Var,
    walk,
)

# Functions that give one of their operands as it is (or a truth value): anything else computes.
_KEEPS = frozenset({"if", "reference", "take", "sample", "and", "or", "not", "present"})
_TRUTHS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "starts_with"})


def derives(expr: Expr, computed: Collection[str]) -> bool:
    """Tell whether the value of `expr` is computed; `computed` are the names already known to be."""
    match expr:
        case Var(name=name):
            return name in computed
        case Get(value=value) | Part(value=value):
            return isinstance(expr, Part) or derives(value, computed)
        case Select(source=source):
            return derives(source, computed)
        case Apply(function="if", arguments=(_, then, otherwise)):
            return derives(then, computed) or derives(otherwise, computed)
        case Apply(function=name, arguments=arguments):
            return name not in _TRUTHS and (name not in _KEEPS or any(derives(one, computed) for one in arguments))
        case MakeList(items=items):
            return any(derives(one, computed) for one in items)
        case MakeRecord(slots=slots):
            return any(derives(slot.value, computed) for slot in slots)
        case Clock(kind=kind):
            return kind == "after"
        case Text():
            return True
        case _:
            return False


def computed_names(index: Index, chain: Chain) -> frozenset[str]:
    """The steps, selections and loop variables of a chain whose values are computed."""
    found: set[str] = set()
    for item in chain.items:
        match item:
            case Choose(name=name, value=value):
                if derives(value, found):
                    found.add(name)
            case Step(name=name, loop=loop):
                if loop is not None and derives(loop.source, found):
                    found.add(loop.variable)
                if _reshaped(index, item):
                    found.add(name)
    return frozenset(found)


def _reshaped(index: Index, step: Step) -> bool:
    """Tell whether some tool's own result is computed into the capability's."""
    return any(
        tool.result is not None and derives(tool.result, ())
        for tool in index.plan.tools
        if any(item.capability == step.capability for item in tool.implements)
    )


def constants(index: Index, chain: Chain, reading: Reading) -> tuple[frozenset[object], str]:
    """The values a chain's calls may use without anybody saying them, and all literal text of its expressions."""
    steps = index.steps(chain.name)
    used = {step.capability for step in steps}
    ports = [port.default for step in steps for port in index.operation(step).ports]
    results = [tool.result for tool in index.plan.tools if used & {item.capability for item in tool.implements}]
    values = list(_literals((chain.items, reading.bound, ports, results)))
    values += [value for param in chain.params if param.has_default for value in _scalars(param.default)]
    words = [node.template for node in walk((chain.items, reading.bound)) if isinstance(node, Text)]
    texts = [*words, *(value for value in values if isinstance(value, str))]
    return frozenset(value for value in values if value is not None), "\n".join(texts)


def _literals(thing: object) -> Iterator[object]:
    return (value for node in walk(thing) if isinstance(node, Const) for value in _scalars(node.value))


def _scalars(value: object) -> Iterator[object]:
    match value:
        case list():
            for item in value:
                yield from _scalars(item)
        case dict():
            for item in value.values():
                yield from _scalars(item)
        case _:
            yield value
