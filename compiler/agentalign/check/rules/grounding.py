"""Texts that are carried out: what their literal words state must be said somewhere in the spec as well."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.prose import Passage, passages, strings
from agentalign.check.targets import LexiconRef
from agentalign.syntax import nodes as n


def check_grounding(ctx: Context, reading: n.ReadingDecl) -> None:
    """Report numbers, dates, names and identifiers in composed texts and answers that nothing else states."""
    info = ctx.tables.homes.get(reading)
    stated = list(_stated(ctx, reading))
    if info is None or not stated:
        return
    evidence = "\n".join(_evidence(ctx, reading, info))
    for item, passage in stated:
        _check(ctx, item, passage, evidence)


def check_shared(ctx: Context, chain: n.ChainDecl) -> None:
    """The same for texts that all readings of a chain share: the chain alone must state it."""
    stated = list(_stated(ctx, chain))
    evidence = "\n".join(_chain_evidence(chain)) if stated else ""
    for item, passage in stated:
        _check(ctx, item, passage, evidence)


def _stated(ctx: Context, owner: n.ChainDecl | n.ReadingDecl) -> Iterator[tuple[n.Compose | n.Answer, Passage]]:
    for item in owner.items:
        if isinstance(item, n.Compose | n.Answer):
            yield from ((item, p) for p in passages(ctx, item.template) if templates.claims(p.text))


def _evidence(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> Iterator[str]:
    """All that requests, values, steps and planted rows say literally."""
    for item in reading.items:
        match item:
            case n.Ask(template=template):
                yield from (passage.text for passage in passages(ctx, template))
            case n.Vary(pool=n.LexiconPool(lexicon=path)):
                target = ctx.tables.refs.get(path)
                if isinstance(target, LexiconRef):
                    yield from _literals(target.lexicon)
            case n.Vary() | n.Bind() | n.Given():
                yield from _literals(item)
            case _:
                pass
    yield from _chain_evidence(info.chain)


def _chain_evidence(chain: n.ChainDecl) -> Iterator[str]:
    """What a chain says literally, the texts left out that need evidence themselves."""
    for item in (*chain.params, *chain.items):
        if not isinstance(item, n.Compose | n.Answer):
            yield from _literals(item)


def _literals(node: n.Node) -> Iterator[str]:
    yield from (passage.text for passage in strings(node))
    for part in n.walk(node):
        if isinstance(part, n.NumberLit):
            yield str(part.value)
        elif isinstance(part, n.TemplateLit):
            yield part.text


def _check(ctx: Context, item: n.Compose | n.Answer, passage: Passage, evidence: str) -> None:
    for claim in templates.unsupported(passage.text, evidence):
        joined = (claim.start == 0 and passage.open_left) or (claim.end == len(passage.text) and passage.open_right)
        if joined:
            continue  # part of a value that is printed next to it
        composed = isinstance(item, n.Compose)
        ctx.report(
            "E0713" if composed else "E0714",
            passage.span(claim.start, claim.end),
            f'nothing else says "{claim.text}", which this {"text" if composed else "answer"} states as a fact',
            help="print a value that is known here, or leave it out",
        )
