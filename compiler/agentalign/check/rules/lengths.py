"""Texts that a tool cannot take: composed, printed by a step's argument, or listed, and longer than its parameter allows.

How long a result or a generated value is, nobody knows yet: the least that its type allows is counted. So what is reported
is too long in every case in which those values are drawn, whatever else happens.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, FromPort, StepInfo
from agentalign.check.rules.reading_clauses import refuses
from agentalign.check.rules.shortest import shortest
from agentalign.check.targets import LexiconRef
from agentalign.check.templating import account_record
from agentalign.dataclasses import dataclass
from agentalign.syntax import nodes as n
from agentalign.types import Json, PoisonType, StringType, TextType, strip

_CLOCK: Mapping[str, Json] = {"now": "2026-07-01T08:00:00Z", "today": "2026-07-01"}
_GENERATED = 80
"""More than a value usually takes that is not listed: it only decides whether a text is looked at closely."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """The parameter of a tool that a port's text goes to, and its greatest length."""

    tool: n.ToolDecl
    param: n.ParamDecl
    most: int


def check_lengths(ctx: Context, reading: n.ReadingDecl) -> None:
    """Report texts that are too long for a tool of their step."""
    info = ctx.tables.homes.get(reading)
    if info is None or refuses(reading) or not ctx.sound(reading):
        return
    rows: list[dict[str, Json]] | None = None
    for step in info.steps.values():
        for port, limit in _limits(ctx, reading, step):
            for where, text in _texts(ctx, reading, info, step, port):
                rows = _rows(ctx, reading, info) if rows is None else rows
                if where not in ctx.tables.reported and not text.errors and _may_exceed(text, rows, limit.most):
                    own = any(where is item.template for item in reading.items if isinstance(item, n.Compose))
                    home = ctx if own else ctx.within(info.chain)
                    _check(home, where, text, limit, [_values(ctx, info, step, text, row) for row in rows])


def _may_exceed(text: templates.Checked, rows: list[dict[str, Json]], most: int) -> bool:
    """Tell quickly whether a text has to be looked at closely: most are far from what a tool takes."""
    room = most - len(text.parsed.body) - sum(max(map(len, choice.values)) for choice in text.choices)
    if len(text.mentions) * _GENERATED <= room:
        listed = {mention.path[0] for mention in text.mentions}
        sizes = {name: max((len(str(row[name])) for row in rows if name in row), default=0) for name in listed}
        return sum(max(_GENERATED, sizes[mention.path[0]]) for mention in text.mentions) > room
    return True


def _check(ctx: Context, where: n.Node, text: templates.Checked, limit: _Limit, rows: list[dict[str, object]]) -> None:
    compiled = templates.compile_template(templates.desugar(text))
    longest = [max(range(len(words)), key=lambda at: len(words[at])) for words in compiled.sites]
    for row in rows:
        try:
            said = compiled.render(row, longest)
        except templates.RenderError:
            continue  # something that may be absent: nothing is known then
        if len(said) > limit.most:
            ctx.tables.reported.add(where)
            _report(ctx, where, limit, said)
            return


def _report(ctx: Context, where: n.Node, limit: _Limit, said: str) -> None:
    tool = limit.tool.name.text
    ctx.report(
        "E0206",
        where,
        f"`{tool}` takes at most {limit.most} characters, and this text can have {len(said)}",
        secondary=[ctx.label(limit.param, f"`{limit.param.name.text}` of `{tool}`", limit.param.type)],
        notes=[f"for example: {said if len(said) <= 240 else said[:239] + chr(0x2026)}"],
        help="shorten it, or leave the tool out: `tools STEP in { ... }`",
    )


# ------------------------------------------------------------------------------------------------------------- limits


def _limits(ctx: Context, reading: n.ReadingDecl, step: StepInfo) -> Iterator[tuple[n.PortDecl, _Limit]]:
    """What the tools that may do a step in this reading take at most; a tool that the reading forbids anywhere is left out."""
    only = [item for item in reading.items if isinstance(item, n.Only) and item.step.text == step.step.name.text]
    allowed = {name.text for item in only for name in item.tools}
    forbidden = {
        part.name
        for item in reading.items
        if isinstance(item, n.Forbid)
        for part in n.walk(item)
        if isinstance(part, n.Reference)
    }
    for tool in step.tools:
        if tool.name.text in forbidden or (only and tool.name.text not in allowed):
            continue
        for implementation in ctx.tables.tools[tool].implementations:
            if implementation.target.operation is not step.target.operation:
                continue
            for param, source in implementation.sources.items():
                core = strip(ctx.tables.types.get(param, PoisonType()))
                if isinstance(source, FromPort) and isinstance(core, StringType | TextType) and core.max is not None:
                    yield source.port, _Limit(tool, param, core.max)


def _texts(
    ctx: Context, reading: n.ReadingDecl, info: ChainInfo, step: StepInfo, port: n.PortDecl
) -> Iterator[tuple[n.Node, templates.Checked]]:
    """The texts that a port is given: those composed for it, or the template that is its argument."""
    for item in (*info.chain.items, *reading.items):
        if isinstance(item, n.Compose) and (item.step.text, item.port.text) == (step.step.name.text, port.name.text):
            checked = ctx.tables.templates.get(item.template)
            if checked is not None:
                yield item.template, checked
    argument = step.arguments.get(port)
    if isinstance(argument, n.TemplateLit) and (checked := ctx.tables.templates.get(argument)) is not None:
        yield argument, checked


# ------------------------------------------------------------------------------------------------------------- values


def _rows(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> list[dict[str, Json]]:
    """What the reading lists for the chain's parameters, such that each listed value stands in some row."""
    pools: list[list[dict[str, Json]]] = []
    for item in reading.items:
        match item:
            case n.Vary(names=names, pool=pool) if pool is not None:
                values = _listed(ctx, pool)
                one = len(names) == 1
                pools.append([{m.text: v if one else _field(v, m.text) for m in names} for v in values])
            case n.Bind(name=name) if item in ctx.tables.values:
                pools.append([{name.text: ctx.tables.values[item]}])
            case _:
                pass
    known = {p.name.text: ctx.tables.values[p.default] for p in info.chain.params if p.default in ctx.tables.values}
    pools = [pool for pool in pools if pool]
    count = max(map(len, pools), default=1)
    return [known | {k: v for pool in pools for k, v in pool[at % len(pool)].items()} for at in range(count)]


def _field(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _listed(ctx: Context, pool: n.LexiconPool | n.InlinePool) -> list[Json]:
    """The values of a pool; of one that a condition narrows the shortest, as it is not known which are left."""
    if isinstance(pool, n.InlinePool):
        return [ctx.tables.values[entry] for entry in pool.entries if entry in ctx.tables.values]
    target = ctx.tables.refs.get(pool.lexicon)
    entries = target.lexicon.entries if isinstance(target, LexiconRef) else ()
    values = [ctx.tables.values[entry] for entry in entries if entry in ctx.tables.values]
    return values if pool.where is None else sorted(values, key=lambda value: len(json.dumps(value)))[:1]


def _values(
    ctx: Context, info: ChainInfo, step: StepInfo, text: templates.Checked, row: Mapping[str, Json]
) -> dict[str, object]:
    """A value for each name that a text uses."""
    named: dict[str, object] = {use.step: "x" for use in text.tools}
    values: dict[str, object] = {"@tool": named, "@details": dict.fromkeys(named, "")}
    for name in text.names:
        binding = step.scope.find(name) or info.end.find(name)
        if row.get(name) is not None:
            values[name] = row[name]
        elif name == "clock":
            values[name] = _CLOCK
        elif name == "account" and ctx.names.account is not None:
            values[name] = shortest(account_record(ctx, ctx.names.account))
        elif binding is not None:
            values[name] = shortest(binding.type)
    return values
