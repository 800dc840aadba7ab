"""What a record says about itself, against its reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

from agentalign.ir import Record
from agentalign.validate.facts import ReadingFacts
from agentalign.validate.finding import Finding
from agentalign.validate.schema import complaint

_HEAD = ("label", "expected", "category", "subcategory", "chain", "pattern")
_head = itemgetter(*_HEAD)


def check_head(facts: ReadingFacts, record: Record) -> Iterable[Finding]:
    """Labels, chain and pattern are those of the reading."""
    found = _head(record)
    return () if found == facts.head else _otherwise(facts, found)


def _otherwise(facts: ReadingFacts, found: tuple[object, ...]) -> Iterator[Finding]:
    """Say what of a head is not as in the reading."""
    for key, have, want in zip(_HEAD, found, facts.head, strict=True):
        if have != want:
            message = f"`{key}` is {_shown(have)}, and {_shown(want)} in the reading `{facts.reading.name}`"
            yield Finding("E1016", message, facts.reading.at, f"/{key}")


def check_provenance(facts: ReadingFacts, provenance: Mapping[str, object]) -> tuple[Finding, ...]:
    """Register, bindings, tools, details and outcome are such as the reading allows."""
    return () if _usual(facts, provenance) else tuple(_strange(facts, provenance))


def _usual(facts: ReadingFacts, provenance: Mapping[str, object]) -> bool:
    """Tell at a glance that there is nothing to find; False only means "look closer"."""
    tools, outcome = provenance["tools"], provenance["outcome"]
    return (
        isinstance(tools, dict)
        and tuple(tools) == facts.chain.names
        and facts.allowed.issuperset(tools.items())
        and not provenance["details"]
        and provenance["register"] in facts.registers
        and (outcome is None or outcome in facts.outcomes)
        and facts.chain.binds(provenance["bindings"])
    )


def _strange(facts: ReadingFacts, provenance: Mapping[str, object]) -> Iterator[Finding]:
    reading = facts.reading
    register, outcome = provenance["register"], provenance["outcome"]
    if register not in facts.registers:
        yield _wrong(facts, "register", f"the reading `{reading.name}` has no register {_shown(register)}")
    if outcome is not None and outcome not in facts.outcomes:
        yield _wrong(facts, "outcome", f"the reading `{reading.name}` has no outcome {_shown(outcome)}")
    if not facts.chain.binds(provenance["bindings"]):
        path, reason = complaint(facts.chain.bindings_schema, provenance["bindings"])
        message = f"the bindings are not those of `{reading.chain}`: {reason}"
        yield Finding("E1016", message, reading.at, f"/provenance/bindings{path}")
    yield from _tools(facts, provenance)


def _tools(facts: ReadingFacts, provenance: Mapping[str, object]) -> Iterator[Finding]:
    tools, details = provenance["tools"], provenance["details"]
    if not isinstance(tools, dict) or not isinstance(details, dict):
        return
    if tuple(tools) != facts.chain.names:
        yield _wrong(facts, "tools", f"the steps of `{facts.reading.chain}` are {', '.join(facts.chain.names)}")
        return
    for step, tool in tools.items():
        if tool not in facts.tools.get(step, ()):
            yield _wrong(facts, f"tools/{step}", f"`{step}` may not use `{tool}`")
    for key, value in details.items():
        known = facts.details.get((key, str(tools.get(key.partition(".")[0]))))
        if known is None or value not in known:
            yield _wrong(facts, f"details/{key}", f"a request cannot ask for `{key}` to be {_shown(value)}")


def _wrong(facts: ReadingFacts, path: str, message: str) -> Finding:
    return Finding("E1016", message, facts.reading.at, f"/provenance/{path}")


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return f'"{value}"'
        case list():
            return f"[{', '.join(map(_shown, value))}]"
        case _:
            return str(value)
