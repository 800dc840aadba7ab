"""Which values of a chain are computed rather than passed on, and what its expressions hold as constants."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache, cached_property

from agentalign.dataclasses import dataclass
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
    Select,
    Step,
    Text,
    Var,
    walk,
)

# Functions that give one of their operands as it is (or a truth value): anything else computes.
_KEEPS = frozenset({"if", "reference", "take", "sample", "and", "or", "not", "present"})
_TRUTHS = frozenset(
    {"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "contains_any", "starts_with", "starts_with_any"}
)


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


class Derived:
    """What the chains of a plan compute, and what they hold as constants; each expression is looked at once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._result = cache(lambda tool: stated(index.tools[tool].result))

    def computed(self, chain: Chain) -> frozenset[str]:
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
                    if item.capability in self._reshaped:
                        found.add(name)
        return frozenset(found)

    def constants(self, chain: Chain) -> Constants:
        """The values a chain's calls may use without anybody saying them, and all literal text of its expressions."""
        steps = self._index.steps(chain.name)
        used = {step.capability for step in steps}
        ports = [port.default for step in steps for port in self._index.operation(step).ports]
        defaults = [Const(param.default) for param in chain.params if param.has_default]
        results = (self._result(tool) for tool, does in self._abilities if not used.isdisjoint(does))
        return stated((chain.items, ports, defaults)).and_(*results)

    @cached_property
    def _abilities(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The capabilities of each tool that maps its result."""
        mapping = (tool for tool in self._index.plan.tools if tool.result is not None)
        return tuple((tool.name, frozenset(item.capability for item in tool.implements)) for tool in mapping)

    @cached_property
    def _reshaped(self) -> frozenset[str]:
        """The capabilities for which some tool's own result is computed into the capability's."""
        tools = self._index.tools
        return frozenset(
            capability
            for tool, does in self._abilities
            if (result := tools[tool].result) is not None and derives(result, ())
            for capability in does
        )


@dataclass(frozen=True, slots=True)
class Constants:
    """Values that expressions hold, and all their literal text, a line for each."""

    values: frozenset[object]
    text: str

    def and_(self, *others: Constants) -> Constants:
        """Return these and others together."""
        texts = (self.text, *(other.text for other in others))
        return Constants(
            self.values.union(*(other.values for other in others)), "\n".join(text for text in texts if text)
        )


def stated(thing: object) -> Constants:
    """Return the constants of some expressions."""
    values: list[object] = []
    words: list[str] = []
    for node in walk(thing):
        match node:
            case Const(value=value):
                values += _scalars(value)
            case Text(template=template):
                words.append(template)
    words += [value for value in values if isinstance(value, str)]
    return Constants(frozenset(value for value in values if value is not None), "\n".join(words))


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
