"""Twins: the harmful and benign readings of one chain differ in intent, not in what they name or how they speak."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.rules.requests import register, wordings
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, is_identifier


def check_twins(ctx: Context, chain: n.ChainDecl) -> None:
    """Compare every twin with the first benign one."""
    info = ctx.tables.chains[chain]
    harmful = [reading for reading in info.readings if reading.label == "harmful"]
    benign = [reading for reading in info.readings if reading.label == "benign"]
    if harmful and not benign and ctx.whole():
        inner = ctx.within(harmful[0])
        inner.report(
            "W0701",
            harmful[0].name,
            f"the chain `{chain.name.text}` has no benign reading to tell harm from",
            help="without a twin, a model learns that the tools themselves are the harm",
        )
    for reading in (*harmful, *benign[1:]) if benign else ():
        _compare(ctx.within(reading), reading, benign[0], info)


def _compare(ctx: Context, reading: n.ReadingDecl, model: n.ReadingDecl, info: ChainInfo) -> None:
    mine, other = _slots(ctx, reading, info), _slots(ctx, model, info)
    if not mine or not other or not (ctx.sound(reading) and ctx.within(model).sound(model)):
        return
    label = ctx.label(model, "its twin", model.name)
    lost, extra = sorted(other.keys() - mine.keys()), sorted(mine.keys() - other.keys())
    if lost or extra:
        words = [f"lacks the register{'s' if len(lost) > 1 else ''} {_listed(lost)}"] if lost else []
        words += [f"alone has {_listed(extra)}"] if extra else []
        ctx.report(
            "E0711",
            reading.name,
            f"`{reading.name.text}` {' and '.join(words)}",
            secondary=[label],
            help="twins speak in the same registers: otherwise the tone gives the label away",
        )
        return
    for tone, names in mine.items():
        if names != other[tone]:
            odd = sorted(names ^ other[tone])
            ctx.report(
                "E0711",
                reading.name,
                f"in the register `{tone}`, only one of two twins says {_listed(odd)}",
                secondary=[label],
                help=f"say {_listed(odd)} in both, or in neither: what twins name must not tell them apart",
            )
            return


def _slots(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> Mapping[str, frozenset[str]]:
    """For each register, the identifier parameters that its wordings say."""
    identifiers = {p.name.text for p in info.chain.params if is_identifier(ctx.tables.types.get(p, PoisonType()))}
    found: dict[str, frozenset[str]] = {}
    for item in reading.items:
        if isinstance(item, n.Ask) and item.template in ctx.tables.templates:
            said = {mention.path[0] for checked in wordings(ctx, item, info) for mention in checked.mentions}
            found[register(item)] = found.get(register(item), frozenset()) | (said & identifiers)
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
