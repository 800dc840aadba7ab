"""What no request can ever use: entries of lexicons, rows of datasets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agentalign.check import LexiconRef
from agentalign.diagnostics import Label, has_errors
from agentalign.ir import Entry, Plan, Reading
from agentalign.lower.constant import evaluate
from agentalign.lower.context import Lowering
from agentalign.lower.counts import Spaces
from agentalign.lower.pools import entry_value
from agentalign.lower.world import lexicon
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n

_SHOWN = 4


def check_entries(low: Lowering) -> None:
    """Warn of lexicon entries that no `where` of any reading lets through, where all uses have one."""
    if has_errors(low.diagnostics):
        return
    spec = set(low.checked.names.spec)
    conditions: dict[n.Node, n.Expr | None] = {pool.lexicon: pool.where for pool in _pools(low)}
    wheres: dict[n.LexiconDecl, list[n.Expr | None]] = {}
    for place, found in low.checked.refs.items():
        if isinstance(found, LexiconRef):
            wheres.setdefault(found.lexicon, []).append(conditions.get(place))
    for node in low.checked.names.program(Kind.LEXICON):
        if isinstance(node, n.LexiconDecl) and low.checked.names.owner(node).name in spec:
            _check_lexicon(low, node, wheres.get(node, ()))


def _check_lexicon(low: Lowering, node: n.LexiconDecl, wheres: Sequence[n.Expr | None]) -> None:
    if not wheres or None in wheres:
        return
    entries = zip(node.entries, lexicon(low, node).entries, strict=True)
    dead = [written for written, entry in entries if not any(_passes(low, where, entry) for where in wheres)]
    if dead:
        more = f" and {len(dead) - 1} more" if len(dead) > 1 else ""
        low.report(
            "W0105",
            node,
            dead[0],
            f"no reading can draw this entry of `{node.name.text}`{more}",
            secondary=[Label(low.checked.names.at(node, entry), "nor this one") for entry in dead[1:_SHOWN]],
            help="remove it, or relax a `where`",
        )


def _passes(low: Lowering, where: n.Expr | None, entry: Entry) -> bool:
    return where is None or evaluate(where, lambda word: entry_value(low, word, entry)) is True


def _pools(low: Lowering) -> Iterator[n.LexiconPool]:
    for reading in low.checked.names.every(n.ReadingDecl):
        for item in reading.items:
            if isinstance(item, n.Vary) and isinstance(item.pool, n.LexiconPool):
                yield item.pool


def check_sizes(low: Lowering, plan: Plan, spaces: Spaces) -> None:
    """Report a dataset that wants more rows than its readings have requests."""
    chains = {reading.name: reading for reading in plan.readings}
    datasets = {dataset.name: dataset for dataset in plan.datasets}
    for node in low.checked.names.every(n.DatasetDecl):
        dataset = datasets.get(low.name(node))
        if dataset is None or node.size is None or dataset.select != "balanced" or spaces.names != chains.keys():
            continue
        labels = {share.name for share in dataset.mix if share.part}
        wanted = (
            reading
            for reading in plan.readings
            if (not dataset.chains or reading.chain in dataset.chains)
            and ("harmful" if reading.expected == "refusal" else reading.label) in labels
        )
        requests = _requests(wanted, spaces, dataset.size)
        if requests < dataset.size:
            low.report(
                "E0902",
                node,
                node.size,
                f"{dataset.size:,} rows are wanted, and there are {requests:,} different requests",
                help="ask for fewer, or add values, wordings or tools",
            )


def _requests(readings: Iterable[Reading], spaces: Spaces, enough: int) -> int:
    """How many different requests the readings have; no more are counted once they are enough."""
    total = 0
    for reading in readings:
        total += spaces[reading.name].count
        if total >= enough:
            break
    return total
