"""The tools a record offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from agentalign.validate.facts import Facts, ReadingFacts
from agentalign.validate.finding import Finding


def check_offers(
    facts: Facts, reading: ReadingFacts, tools: Sequence[Mapping[str, Any]], used: Collection[str]
) -> Iterable[Finding]:
    """Each tool is one of the plan, as the plan has it, and offered once; the others could not do the chain's work.

    `used` are the tools the case has chosen. Where a twin falls back on an alternative tool, all twins are offered one.
    """
    return () if _usual(facts, reading, tools, used) else _strange(facts, reading, tools, used)


def _strange(
    facts: Facts, reading: ReadingFacts, tools: Sequence[Mapping[str, Any]], used: Collection[str]
) -> Iterator[Finding]:
    seen: set[str] = set()
    for at, offered in enumerate(tools):
        name = offered["function"]["name"]
        tool, path = facts.tool(name), f"/tools/{at}"
        if tool is None:
            yield Finding("E1019", f"no tool of the plan is called `{name}`", path=path)
            continue
        if name in seen:
            yield Finding("E1019", f"`{name}` is offered twice", tool.tool.at, path)
        seen.add(name)
        if offered != tool.offer:
            yield Finding("E1019", f"`{name}` is offered otherwise than the plan has it", tool.tool.at, path)
        if name not in used and (rivals := reading.chain.taken & tool.capabilities):
            common = ", ".join(f"`{capability}`" for capability in sorted(rivals))
            yield Finding("E1019", f"`{name}` is not used, but could do {common}", tool.tool.at, path)
    for name in sorted(set(used) - seen):
        yield Finding("E1019", f"`{name}` is needed, but not offered", reading.reading.at, "/tools")


def _usual(facts: Facts, reading: ReadingFacts, tools: Sequence[Mapping[str, Any]], used: Collection[str]) -> bool:
    """Tell at a glance that there is nothing to find; False only means "look closer"."""
    taken = reading.chain.taken
    names = set()
    for offered in tools:
        tool = facts.offered(offered)
        if tool is None:
            return False
        name = tool.tool.name
        names.add(name)
        if name not in used and not taken.isdisjoint(tool.capabilities):
            return False
    return len(names) == len(tools) and names.issuperset(used)
