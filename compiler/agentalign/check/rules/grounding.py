"""Texts that are carried out: what their literal words state must be said somewhere in the spec as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.pools import listed
from agentalign.check.prose import Passage, passages, strings
from agentalign.check.rules.reading_clauses import refuses
from agentalign.check.rules.voicing import NUMBERS
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, Type, face


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


def check_briefs(ctx: Context, reading: n.ReadingDecl) -> None:
    """Report facts that a composed text takes from its brief, and that no request says: the face is said, the rest is not."""
    info = ctx.tables.homes.get(reading)
    if info is None or refuses(reading):
        return
    items = (*info.chain.items, *reading.items)
    printed = set(_printed(ctx, items, n.Compose))
    if not printed:
        return
    said = set(_printed(ctx, items, n.Ask | n.Request))
    spoken = "\n".join(p.text for i in items if isinstance(i, n.Ask | n.Request) for p in passages(ctx, i.template))
    types = {param.name.text: ctx.tables.types.get(param, PoisonType()) for param in info.chain.params}
    for item in reading.items:
        for name, brief, home in _briefs(ctx, item, types):
            fields = {a.name.text: a.value for a in brief.assigns}
            shown = {_face(types[name]), *(field for field in fields if (name, field) in said)}
            evidence = "\n".join(
                [spoken, *(text.value for text in map(fields.get, shown) if isinstance(text, n.StringLit))]
            )
            for field, value in fields.items():
                if (name, field) in printed and field not in shown and isinstance(value, n.StringLit):
                    _check_brief(home, value, evidence)


def _printed(ctx: Context, items: Iterable[n.Node], kind: type | UnionType) -> Iterator[tuple[str, str]]:
    """The fields of parameters that texts of a kind print."""
    for item in items:
        if isinstance(item, kind) and (checked := ctx.tables.templates.get(item.template)) is not None:  # type: ignore[attr-defined]
            yield from ((m.path[0], m.path[1]) for m in checked.mentions if len(m.path) > 1)


def _briefs(ctx: Context, item: n.Node, types: Mapping[str, Type]) -> Iterator[tuple[str, n.RecordBody, Context]]:
    """The briefs listed for a parameter, and where they are written."""
    if not isinstance(item, n.Vary):
        return
    home, entries = listed(ctx, item)
    briefed = {name.text for name in item.names if _face(types.get(name.text, PoisonType()))}
    for entry in entries if briefed else ():
        whole = entry.value
        if not isinstance(whole, n.RecordBody):
            continue
        if len(item.names) == 1:
            yield item.names[0].text, whole, home
            continue
        parts = {assign.name.text: assign.value for assign in whole.assigns}
        yield from ((name, v.body, home) for name, v in parts.items() if name in briefed and isinstance(v, n.RecordLit))


def _face(t: Type) -> str:
    found = face(t)
    return found.name if found is not None else ""


def _check_brief(ctx: Context, value: n.StringLit, evidence: str) -> None:
    if not templates.claims(value.value):
        return  # nearly always: all that requests say is long
    words = set(re.findall(r"\w+", evidence))
    spelled = " ".join(str(at) for at, word in enumerate(NUMBERS) if word in words)
    for claim in templates.unsupported(value.value, f"{evidence}\n{spelled}"):
        if value not in ctx.tables.reported:
            ctx.tables.reported.add(value)
            ctx.report(
                "E0713",
                value,
                f'a text is composed of this, and no request says "{claim.text}"',
                help="say it in the brief's face as well, or leave it out",
            )


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
            case n.Vary():
                _, entries = listed(ctx, item)
                for entry in entries:
                    yield from _literals(entry)
            case n.Bind() | n.Given():
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
