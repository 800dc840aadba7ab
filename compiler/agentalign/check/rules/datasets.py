"""Dataset blocks: shares add up, and what they name exists."""

from __future__ import annotations

import re
from fractions import Fraction

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo
from agentalign.check.rules.declared_types import distinct, find_lexicon
from agentalign.check.rules.reading_clauses import refuses
from agentalign.check.targets import LexiconRef
from agentalign.diagnostics import Fix
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, StringType, TextType, describe, strip

LABELS = ("harmful", "benign", "borderline")
GROUPINGS = {"chain": None, "tool": Kind.TOOL, "platform": Kind.PLATFORM, "capability": Kind.CAPABILITY}
METHODS = ("balanced", "exhaustive", "cover")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_MARK = re.compile(r"\{\{|\}\}|\{%|%\}")  # what no row may say: see `templates.blemishes`


def check_dataset(ctx: Context, dataset: n.DatasetDecl) -> None:
    """Every clause of a dataset block."""
    _check_shares(ctx, dataset.mix, "mix")
    for share in dataset.mix:
        if share.name.text not in LABELS:
            ctx.unknown(share.name, "label", LABELS, code="E0904", message=f"`{share.name.text}` is not a label")
    if dataset.split is not None:
        before = len(ctx.tables.diagnostics)
        _check_split(ctx, dataset.split)
        if len(ctx.tables.diagnostics) == before:
            _check_groups(ctx, dataset, dataset.split)
    for name in dataset.chains:
        ctx.find(Kind.CHAIN, name)
    distinct(ctx, "chain", dataset.chains)
    _check_system(ctx, dataset)
    _check_numbers(ctx, dataset)
    if dataset.select is not None and dataset.select.method.text not in METHODS:
        method = dataset.select.method
        ctx.unknown(method, "way to select", METHODS, message=f"there is no way to select `{method.text}`")
    if ctx.whole() and not any(True for _ in ctx.names.every(n.ReadingDecl)):
        ctx.report("E0906", dataset.name, "there are no readings to make rows of", help="declare or import some")
    _check_labels(ctx, dataset)


def _check_shares(ctx: Context, shares: tuple[n.Share, ...], what: str) -> None:
    distinct(ctx, "share", [share.name for share in shares])
    total = sum((Fraction(share.percent.value) for share in shares), Fraction(0))
    if shares and total != 100:
        last = shares[-1]
        rest = float(100 - total + Fraction(last.percent.value))
        fixes = (Fix(ctx.at(last.percent), f"{rest:g}%", f"give `{last.name.text}` the rest"),) if rest >= 0 else ()
        message = f"the shares of this {what} add up to {float(total):g}%, not 100%"
        ctx.report("E0901", last.percent, message, help="change one of them", fixes=fixes)


def _check_split(ctx: Context, split: n.Split) -> None:
    _check_shares(ctx, split.shares, "split")
    if split.by.text not in GROUPINGS:
        ctx.unknown(split.by, "grouping", GROUPINGS, code="E0905", message=f"splits are not made by `{split.by.text}`")
        return
    kind = GROUPINGS[split.by.text]
    if kind is None and split.hold:
        ctx.report("E0905", split.hold[0], "a split by chain holds nothing out", help="remove `hold ...`")
        return
    if kind is not None and not split.hold:
        ctx.report("E0905", split, f"this does not say which {split.by.text} is held out", help="add `hold NAME, ...`")
    distinct(ctx, "name", split.hold)
    for name in split.hold:
        if kind is not None:
            ctx.find(kind, name)


def _check_groups(ctx: Context, dataset: n.DatasetDecl, split: n.Split) -> None:
    """Rows of one step sequence stay together, so each split needs a sequence of its own; what is held out is one more."""
    groups = {
        tuple(step.target.operation for step in info.steps.values()) for info in _chains(ctx, dataset) if info.readings
    }
    needed = [share for share in split.shares if share.percent.value]
    enough = len(groups) + (split.by.text != "chain")
    if groups and ctx.whole() and enough < len(needed):
        have = f"{len(groups)} sequence{'s' if len(groups) > 1 else ''} of steps"
        message = f"{len(needed)} splits cannot be filled from {have}"
        help_ = "drop splits, or add chains that do something else: rows that do the same steps stay in one split"
        ctx.report("E0903", split, message, help=help_)


def _chains(ctx: Context, dataset: n.DatasetDecl) -> tuple[ChainInfo, ...]:
    wanted = {name.text for name in dataset.chains}
    return tuple(info for info in ctx.tables.chains.values() if not wanted or info.chain.name.text in wanted)


def _check_system(ctx: Context, dataset: n.DatasetDecl) -> None:
    if dataset.system is None:
        return
    lexicon = find_lexicon(ctx, dataset.system.last)
    if lexicon is None:
        return
    ctx.tables.refs[dataset.system] = LexiconRef(lexicon)
    held = ctx.tables.types.get(lexicon, PoisonType())
    if not isinstance(strip(held), StringType | TextType | PoisonType):
        message = f"system prompts are strings, and these are {describe(held)}"
        label = ctx.label(lexicon, "declared here", lexicon.type)
        ctx.report("E0201", dataset.system, message, secondary=[label], help="name a lexicon of strings")
    for entry in lexicon.entries:
        _check_prompt(ctx.within(lexicon), entry.value)


def _check_prompt(ctx: Context, value: n.Expr) -> None:
    """A plain string that looks like a template would be sent as it is; no row with it would pass."""
    if not isinstance(value, n.StringLit) or value in ctx.tables.reported or _MARK.search(value.value) is None:
        return
    ctx.tables.reported.add(value)
    if _TAG.search(value.value) is None:
        message = "this system prompt holds a mark of templates, so each row with it would be dropped"
        ctx.report("E0612", value, message, help="leave out `{{`, `}}`, `{%` and `%}`")
        return
    plain = "\n" not in value.value and "\\" not in value.value and '"' not in value.value
    fixes = (Fix(ctx.at(value), f'"""{value.value}"""', "make it a template"),) if plain else ()
    message = "this system prompt looks like a template, and is a plain string"
    ctx.report("E0612", value, message, help='use three quotes: """..."""', fixes=fixes)


def _check_numbers(ctx: Context, dataset: n.DatasetDecl) -> None:
    if dataset.size is not None and dataset.size.value < 1:
        ctx.report("E0206", dataset.size, "a dataset has at least one row", help="write a number from 1")
    if dataset.distractors is not None and dataset.distractors[0].value > dataset.distractors[1].value:
        ctx.report("E0206", dataset.distractors[0], "this range is upside down", help="write the smaller number first")
    for share in (dataset.narrate, dataset.upset):
        if share is not None and share.value > 100:
            ctx.report("E0206", share, "a share is at most 100%", help="write a number up to 100")


def _check_labels(ctx: Context, dataset: n.DatasetDecl) -> None:
    """A label that the mix asks for and no reading counts for leaves the mix unmet; what is refused counts as harmful."""
    readings = [reading for info in _chains(ctx, dataset) for reading in info.readings]
    if not readings or not ctx.whole():
        return
    there = {"harmful" if refuses(reading) else reading.label for reading in readings}
    for share in dataset.mix:
        if share.name.text in LABELS and share.percent.value and share.name.text not in there:
            message = f"no reading counts as {share.name.text}, so its {share.percent.value}% cannot be met"
            ctx.report("E0907", share, message, help="add such readings, or leave the label out of the mix")
