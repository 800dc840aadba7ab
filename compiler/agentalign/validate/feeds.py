"""Where each argument of a step's call must come from: prepared once per chain, step and tool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, assert_never

from agentalign.dataclasses import dataclass
from agentalign.ir import (
    FromAccount,
    FromOperation,
    FromPort,
    FromRequest,
    Param,
    Source,
    Step,
    Unset,
)
from agentalign.validate.derived import derives
from agentalign.validate.evidence import Evidence
from agentalign.validate.facts import ChainFacts, ToolFacts
from agentalign.validate.grounds import Grounding, grounding

Arguments: TypeAlias = Mapping[str, object]

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Grounded:
    """The value must follow from what was said. `composed` text is the agent's own wording."""

    name: str
    test: Grounding
    composed: bool
    default: object

    def unfounded(self, arguments: Arguments, _details: Arguments, evidence: Evidence) -> str:
        """Say what of an argument comes from nowhere; empty for a founded one."""
        value = arguments.get(self.name)
        if value is None or value == self.default or not (found := self.test(value, evidence)):
            return ""
        return f"`{self.name}` holds {', '.join(map(_shown, found[:3]))}, which nothing before the call says"


@dataclass(frozen=True, slots=True)
class Fixed:
    """The value is this one, or where `optional` left out."""

    name: str
    value: object
    optional: bool

    def unfounded(self, arguments: Arguments, _details: Arguments, _evidence: Evidence) -> str:
        """Say what of an argument comes from nowhere; empty for a founded one."""
        value = arguments.get(self.name, _ABSENT)
        if value == self.value or (self.optional and value is _ABSENT):
            return ""
        return f"`{self.name}` is {_shown(value)}, and should be {_shown(self.value)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The value is the one the request asks for under `key`; where it asks for none, the default, or none at all."""

    name: str
    key: str
    default: object

    def unfounded(self, arguments: Arguments, details: Arguments, _evidence: Evidence) -> str:
        """Say what of an argument comes from nowhere; empty for a founded one."""
        value = arguments.get(self.name, _ABSENT)
        if self.key in details:
            wanted = details[self.key]
            return "" if value == wanted else f"`{self.name}` is {_shown(value)}, and {_shown(wanted)} was asked for"
        return (
            ""
            if value is _ABSENT or value == self.default
            else f"`{self.name}` is {_shown(value)}, which nobody asked for"
        )


Feed: TypeAlias = Grounded | Fixed | Asked


class Feeds:
    """The tests of the arguments of a call."""

    __slots__ = ("_all", "_left_out", "_some")

    def __init__(self, found: Iterable[Feed | None]) -> None:
        self._all = tuple([feed for feed in found if feed is not None])
        free = {feed.name for feed in self._all if isinstance(feed, Fixed) and feed.optional}
        self._left_out = frozenset(free)
        self._some = tuple([feed for feed in self._all if feed.name not in free])

    def of(self, arguments: Arguments) -> tuple[Feed, ...]:
        """The tests of these arguments: of what may be left out, and is, there is nothing to test."""
        return self._some if self._left_out.isdisjoint(arguments) else self._all


def feeds(chain: ChainFacts, step: Step, tool: ToolFacts) -> Feeds:
    """The tests of a tool's arguments when it does a step; none where the tool cannot do it."""
    found = tool.implementation(step)
    if found is None:
        return Feeds(())
    sources = {feed.param: feed.source for feed in found.feeds}
    return Feeds(_feed(chain, step, param, sources.get(param.name, Unset())) for param in tool.tool.params)


def acted(chain: ChainFacts, step: Step | None, tool: ToolFacts) -> Feeds:
    """The tests of the arguments of an agent's own call, for a step or for none.

    What the chain leaves unset the agent may set, if it makes nothing up.
    """
    found = None if step is None else tool.implementation(step)
    sources = {feed.param: feed.source for feed in found.feeds} if found else {}
    made: list[Feed | None] = []
    for param in tool.tool.params:
        source = sources.get(param.name)
        if step is None or source is None or isinstance(source, Unset):
            test = grounding(param.type, derived=True)
            default = param.default if param.has_default else _ABSENT
            made.append(None if test is None else Grounded(param.name, test, composed=True, default=default))
        else:
            made.append(_feed(chain, step, param, source))
    return Feeds(made)


def _feed(chain: ChainFacts, step: Step, param: Param, source: Source) -> Feed | None:
    default = param.default if param.has_default else _ABSENT
    match source:
        case FromPort(port=port):
            computed = _computed(chain, step, port)
            test = grounding(param.type, derived=computed)
            return None if test is None else Grounded(param.name, test, port in step.briefed, default)
        case FromAccount():
            test = grounding(param.type, derived=False)
            return None if test is None else Grounded(param.name, test, composed=False, default=default)
        case FromOperation(value=value):
            return Fixed(param.name, value, optional=False)
        case FromRequest():
            return Asked(param.name, f"{step.name}.{param.name}", default)
        case Unset():
            return Fixed(param.name, default, optional=True)
        case _:
            assert_never(source)


def _computed(chain: ChainFacts, step: Step, port: str) -> bool:
    given = next((slot.value for slot in step.arguments if slot.field == port), None)
    return given is not None and derives(given, chain.computed)


def _shown(value: object) -> str:
    if value is _ABSENT:
        return "left out"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


FeedsOf: TypeAlias = Callable[[ChainFacts, Step, ToolFacts], Feeds]


def remembered() -> FeedsOf:
    """`feeds` with a memory of its own, by names."""
    known: dict[tuple[str, str, str], Feeds] = {}

    def of(chain: ChainFacts, step: Step, tool: ToolFacts) -> Feeds:
        key = (chain.chain.name, step.name, tool.tool.name)
        found = known.get(key)
        if found is None:
            found = known[key] = feeds(chain, step, tool)
        return found

    return of
