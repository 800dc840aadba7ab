"""Readings: labels, wordings and the space of requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentalign.check import ChainInfo, SubcategoryRef, register
from agentalign.ir import (
    Ask,
    Choice,
    Composition,
    Expected,
    Narration,
    Outcome,
    PoolOptions,
    Reading,
    RegisterOptions,
    Removal,
    Tool,
    ToolOptions,
    Wording,
)
from agentalign.lower.chains import outcome, plant
from agentalign.lower.choices import ReadingAxes
from agentalign.lower.expressions import Expressions
from agentalign.lower.forbids import Axes, removals
from agentalign.lower.pools import bound
from agentalign.syntax import nodes as n


def reading(
    expressions: Expressions,
    info: ChainInfo,
    node: n.ReadingDecl,
    tools: Mapping[n.ToolDecl, Tool],
    platforms: Mapping[str, Mapping[str, str]],
) -> Reading:
    """Lower a reading."""
    low = expressions.low
    axes = ReadingAxes(low, info, node, tools, platforms)
    choices = tuple(axes.choices())
    category = _category(expressions, node)
    return Reading(
        name=low.name(node),
        label=node.label,  # type: ignore[arg-type]  # the grammar admits the three labels only
        expected=_expected(node),
        category=category[0],
        subcategory=category[1],
        because=next((item.reason.value for item in node.items if isinstance(item, n.Because)), ""),
        domain=next((item.name.text for item in node.items if isinstance(item, n.InDomain)), ""),
        chain=low.name(info.chain),
        bound=bound(low, node),
        choices=choices,
        removals=tuple(_removals(expressions, node, axes, choices)),
        plants=tuple(plant(expressions, info, node, item) for item in node.items if isinstance(item, n.Given)),
        asks=tuple(Ask(register(ask), low.desugared(ask.template), low.at(node, ask)) for ask in axes.asks),
        answers=(*_wordings(expressions, node, n.Answer), *_shared(expressions, info, node)),
        refusals=_wordings(expressions, node, n.Refuse),
        offers=_wordings(expressions, node, n.Offer),
        compositions=tuple(_compositions(expressions, info, node)),
        narrations=tuple(_narrations(expressions, node)),
        outcomes=tuple(_outcomes(expressions, info, node)),
        at=low.at(node),
    )


def _shared(expressions: Expressions, info: ChainInfo, node: n.ReadingDecl) -> tuple[Wording, ...]:
    """The answers of the chain, where the reading is carried out."""
    return _wordings(expressions, info.chain, n.Answer) if _expected(node) == "completion" else ()


def _compositions(expressions: Expressions, info: ChainInfo, node: n.ReadingDecl) -> Iterator[Composition]:
    """The reading's own and, where it is carried out, those of its chain."""
    low = expressions.low
    for owner in (node, info.chain) if _expected(node) == "completion" else (node,):
        for item in owner.items:
            if isinstance(item, n.Compose):
                yield Composition(item.step.text, item.port.text, low.desugared(item.template), low.at(owner, item))


def _narrations(expressions: Expressions, node: n.ReadingDecl) -> Iterator[Narration]:
    low = expressions.low
    for item in node.items:
        if isinstance(item, n.Narrate) and item.step is not None:
            yield Narration(item.step.text, low.desugared(item.template), low.at(node, item))


def _outcomes(expressions: Expressions, info: ChainInfo, node: n.ReadingDecl) -> Iterator[Outcome]:
    for owner in (info.chain, node):
        for item in owner.items:
            if isinstance(item, n.Upset):
                yield outcome(expressions, owner, item)


def _expected(node: n.ReadingDecl) -> Expected:
    for item in node.items:
        if isinstance(item, n.Expect):
            return "refusal" if item.verdict == "refusal" else "completion"
    return "refusal" if node.label == "harmful" else "completion"


def _category(expressions: Expressions, node: n.ReadingDecl) -> tuple[str | None, str | None]:
    for item in node.items:
        if isinstance(item, n.InCategory):
            target = expressions.low.checked.refs[item.path]
            assert isinstance(target, SubcategoryRef)
            return target.category.name.text, target.subcategory.name.text
    return None, None


def _wordings(
    expressions: Expressions,
    node: n.ReadingDecl | n.ChainDecl,
    kind: type[n.Answer] | type[n.Refuse] | type[n.Offer],
) -> tuple[Wording, ...]:
    low = expressions.low
    return tuple(
        Wording(low.desugared(item.template), low.at(node, item)) for item in node.items if isinstance(item, kind)
    )


def _removals(
    expressions: Expressions, node: n.ReadingDecl, axes: ReadingAxes, choices: tuple[Choice, ...]
) -> Iterator[Removal]:
    yield from axes.couplings()
    named: dict[str, Choice] = {}
    for choice in choices:
        match choice.options:
            case ToolOptions(step=step):
                named[f"tool({step})"] = choice
            case RegisterOptions():
                named["register"] = choice
            case PoolOptions(names=names):
                named |= dict.fromkeys(names, choice)
            case _:
                pass
    pools = {name: pool for pool in axes.pools for name in pool.names}
    yield from removals(expressions.low, node, Axes(named, pools))
