"""Requests of a chain: neutral wordings that its readings share, printed by their asks as `{{ request }}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import Builtin
from agentalign.check.templating import place
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import StringType

REQUEST = "request"
PLAIN = "plain"
_CLOSING = frozenset(".!?")
_MARKS = frozenset(".,;:!?")


def register(wording: n.Ask | n.Request) -> str:
    """The register of a wording."""
    return wording.register.text if wording.register else PLAIN


def requests(chain: n.ChainDecl) -> Mapping[str, tuple[n.Request, ...]]:
    """The requests of a chain, by register."""
    found: dict[str, list[n.Request]] = {}
    for item in chain.items:
        if isinstance(item, n.Request):
            found.setdefault(register(item), []).append(item)
    return {name: tuple(each) for name, each in found.items()}


def holds_request(checked: templates.Checked) -> bool:
    """Whether a checked ask prints a request of its chain."""
    return any(mention.path == (REQUEST,) for mention in checked.mentions)


def wordings(ctx: Context, ask: n.Ask, info: ChainInfo) -> Iterator[templates.Checked]:
    """An ask as checked, and each request that it may print."""
    checked = ctx.tables.templates.get(ask.template)
    if checked is not None:
        yield checked
        for request in info.requests.get(register(ask), ()) if holds_request(checked) else ():
            inner = ctx.tables.templates.get(request.template)
            if inner is not None:
                yield inner


def asking(info: ChainInfo, scope: Scope) -> Scope:
    """The scope of an ask: that of its chain's parameters, and `request` where the chain words requests."""
    if not info.requests:
        return scope
    return scope.bind(REQUEST, Binding(StringType(), Builtin(REQUEST), info.chain))


def check_ask(ctx: Context, ask: n.Ask, checked: templates.Checked, info: ChainInfo) -> None:
    """An ask holds at most one request, as it is, and one that is worded in its register."""
    if checked.errors or not holds_request(checked):
        return
    bare = [node for node in checked.nodes if isinstance(node, templates.Output) and _prints_request(node)]
    printed = [mention for mention in checked.mentions if mention.path == (REQUEST,)]
    if len(printed) > 1 or len(bare) != 1:
        odd = next((m for m in printed if not any(node.start <= m.start < node.end for node in bare)), printed[-1])
        ctx.report(
            "E0717",
            place(ask.template, odd.start, odd.end),
            "a request is printed once, whole, and whatever the values",
            help="write `{{ request }}` once, outside `{% if %}`, without a filter",
        )
    name = register(ask)
    missing = (ctx.module.name, Kind.CHAIN, f"{info.chain.name.text}/{name}")
    if name not in info.requests and missing not in ctx.tables.missing:
        ctx.tables.missing.add(missing)  # one request lacks, however many asks would print it
        ctx.report(
            "E0718",
            place(ask.template, printed[0].start, printed[0].end),
            f"the chain `{info.chain.name.text}` has no request in the register `{name}`",
            secondary=[ctx.label(info.chain, "the chain", info.chain.name)],
            help=f'add `request{"" if name == PLAIN else f" {name}"} """..."""` to the chain',
        )
    _check_joint(ctx, ask, checked, info)


def _check_joint(ctx: Context, ask: n.Ask, checked: templates.Checked, info: ChainInfo) -> None:
    """What follows a request suits how each request of the register ends."""
    nodes = checked.parsed.nodes
    at = next((i for i, node in enumerate(nodes) if isinstance(node, templates.Output) and _prints_request(node)), None)
    after = nodes[at + 1] if at is not None and at + 1 < len(nodes) else None
    if not isinstance(after, templates.Text) or not after.text:
        return
    for request in info.requests.get(register(ask), ()):
        inner = ctx.tables.templates.get(request.template)
        last = inner.parsed.body.rstrip()[-1:] if inner else ""
        closed, mark = last in _CLOSING, after.text[0] in _MARKS
        if closed and mark:
            why, help_ = "two marks would meet", "leave the mark out here, or there"
        elif not closed and last.isalnum() and re.match(r"\s+[A-Z][a-z]+ ", after.text):
            why, help_ = (
                "a sentence would begin without the last one ending",
                "end the request with a mark, or write one here",
            )
        else:
            continue
        ctx.report(
            "W0704",
            place(ask.template, after.start, min(after.start + 2, after.end)),
            f"behind a request that ends in `{last}` {why}",
            secondary=[ctx.label(info.chain, "this request", request.template)],
            help=help_,
        )
        return


def check_requests(ctx: Context, chain: n.ChainDecl) -> None:
    """Warn of requests that no ask prints."""
    info = ctx.tables.chains[chain]
    printed = {
        register(item)
        for reading in info.readings
        for item in reading.items
        if isinstance(item, n.Ask)
        and ((checked := ctx.tables.templates.get(item.template)) is None or checked.errors or holds_request(checked))
    }
    for name, each in info.requests.items() if printed <= info.requests.keys() else ():
        if name not in printed and info.readings:
            ctx.report(
                "W0703",
                each[0],
                f"no reading asks in the register `{name}` with `{{{{ request }}}}`",
                help="print it in an ask of that register, or remove it",
            )


def _prints_request(node: templates.Output) -> bool:
    return isinstance(node.expr, templates.Path) and node.expr.path == (REQUEST,)
