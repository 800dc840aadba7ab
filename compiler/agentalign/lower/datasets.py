"""Dataset blocks, with the documented defaults filled in."""

from __future__ import annotations

from fractions import Fraction

from agentalign.check import LexiconRef
from agentalign.dataclasses import replace
from agentalign.ir import Dataset, Plan, Share, Split
from agentalign.lower.context import Lowering
from agentalign.lower.counts import Spaces
from agentalign.lower.models import stages
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n

SEED = 0
SIZE = 1_000
MIX = (Share("harmful", Fraction(2, 5)), Share("benign", Fraction(1, 2)), Share("borderline", Fraction(1, 10)))
SPLIT = Split(
    (Share("train", Fraction(4, 5)), Share("validation", Fraction(1, 10)), Share("test", Fraction(1, 10))), "chain", ()
)
DISTRACTORS = (0, 0)
NARRATE = Fraction(1, 2)
UPSET = Fraction(1, 10)


def default_dataset(name: str) -> Dataset:
    """The dataset of a spec that declares none."""
    return Dataset(name, "", SEED, SIZE, MIX, SPLIT, (), None, DISTRACTORS, NARRATE, UPSET, "balanced", 0, "")


def dataset(low: Lowering, node: n.DatasetDecl) -> Dataset:
    """Lower a dataset block."""
    return Dataset(
        name=low.name(node),
        doc=node.doc or "",
        seed=SEED if node.seed is None else int(node.seed.value),
        size=SIZE if node.size is None else int(node.size.value),
        mix=_shares(node.mix) or MIX,
        split=SPLIT if node.split is None else _split(low, node, node.split),
        chains=tuple(_named(low, node, Kind.CHAIN, name) for name in node.chains),
        system=_system(low, node),
        distractors=DISTRACTORS
        if node.distractors is None
        else (int(node.distractors[0].value), int(node.distractors[1].value)),
        narrate=NARRATE if node.narrate is None else _part(node.narrate),
        upset=UPSET if node.upset is None else _part(node.upset),
        select=node.select.method.text if node.select else "balanced",  # type: ignore[arg-type]  # checked
        strength=(node.select.strength or 2) if node.select else 0,
        at=low.at(node),
        stages=stages(low, node.stages),
    )


def sized(low: Lowering, plan: Plan, spaces: Spaces) -> Plan:
    """The plan in which an exhaustive or covering dataset that states no size has room for every request."""
    stated = {low.name(node) for node in low.checked.names.every(n.DatasetDecl) if node.size is not None}
    return replace(plan, datasets=tuple(_sized(d, plan, spaces) if d.name not in stated else d for d in plan.datasets))


def _sized(made: Dataset, plan: Plan, spaces: Spaces) -> Dataset:
    if made.select == "balanced":
        return made
    labels = {share.name for share in made.mix if share.part}
    wanted = (
        reading
        for reading in plan.readings
        if (not made.chains or reading.chain in made.chains)
        and ("harmful" if reading.expected == "refusal" else reading.label) in labels
    )
    return replace(made, size=max(sum(spaces[r.name].count for r in wanted if r.name in spaces), 1))


def _part(percent: n.NumberLit) -> Fraction:
    return Fraction(percent.value) / 100


def _shares(shares: tuple[n.Share, ...]) -> tuple[Share, ...]:
    return tuple(Share(share.name.text, _part(share.percent)) for share in shares)


def _split(low: Lowering, owner: n.DatasetDecl, node: n.Split) -> Split:
    kinds = {"tool": Kind.TOOL, "platform": Kind.PLATFORM, "capability": Kind.CAPABILITY}
    hold = tuple(_named(low, owner, kinds[node.by.text], name) for name in node.hold)
    return Split(_shares(node.shares), node.by.text, hold)  # type: ignore[arg-type]  # checked


def _named(low: Lowering, owner: n.DatasetDecl, kind: Kind, name: n.Name) -> str:
    """The plan's name of what a dataset refers to; capabilities go by their full pattern."""
    found = low.checked.names.lookup(low.checked.names.owner(owner).name, kind, name.text)
    assert found is not None
    return found.path.text if isinstance(found, n.CapabilityDecl) else low.name(found)


def _system(low: Lowering, node: n.DatasetDecl) -> str | None:
    if node.system is None:
        return None
    target = low.checked.refs[node.system]
    assert isinstance(target, LexiconRef)
    return low.name(target.lexicon)
