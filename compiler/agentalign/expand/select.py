"""Selection: which points of which readings become rows, in which order, context and split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, TypeAlias

from agentalign.expand.alike import alike
from agentalign.expand.apportion import Share, seats
from agentalign.expand.cases import CaseMaker
from agentalign.expand.content import Contents
from agentalign.expand.cover import cover
from agentalign.expand.level import Level
from agentalign.expand.order import Draw
from agentalign.expand.prepared import Group, Prepared, prepare
from agentalign.expand.settings import Settings
from agentalign.expand.spares import Spares
from agentalign.expand.splitting import Splitting
from agentalign.expand.twins import VARIANTS, Walk, groups_of, lane, shared_groups
from agentalign.ir import Case, Dataset, Index, RegisterOptions, ToolOptions
from agentalign.ir.space import Orders, Point, Slots
from agentalign.types import digest

_LARGEST_COVERED_AXIS = 64  # a covering array over a generator's 65,536 values would have as many rows

PointsOf: TypeAlias = Callable[[Prepared], Iterator[Point]]


class _Pick(NamedTuple):
    """One selected point, and in which variant of its twin group's context it stands."""

    prepared: Prepared
    group: Group
    point: Slots
    variant: int


class Selection:
    """The rows of a dataset, decided one after the other; a larger size extends a smaller one."""

    def __init__(self, index: Index, dataset: Dataset, only: str | None = None) -> None:
        """Prepare the readings of a dataset; with `only`, rows come from that reading alone."""
        self.index = index
        self._only = only
        self.dataset = dataset
        self.seed = seed = dataset.seed
        chosen = [r for r in index.plan.readings if not dataset.chains or r.chain in dataset.chains]
        self.readings = {reading.name: prepare(index, reading) for reading in chosen}
        self.chains: dict[str, list[Prepared]] = {}
        for prepared in self.readings.values():
            self.chains.setdefault(prepared.chain.name, []).append(prepared)
        self.groups = {name: shared_groups(readings, seed) for name, readings in self.chains.items()}
        self._mix = {share.name: share.part for share in dataset.mix if share.part}
        self._groups_of = cache(self._find_groups)
        self._splitting = Splitting(index, dataset, seed, self.groups)
        self._contents, self._spares = Contents(index), Spares(index)
        self._settings = Settings(index, dataset, self._splitting, self._contents, self._spares)

    def cases(self) -> Iterator[Case]:
        """The cases in selection order, until the space is used up."""
        makers: dict[str, CaseMaker] = {}

        def make(pick: _Pick) -> Case:
            name = pick.prepared.reading.name
            if name not in makers:
                makers[name] = CaseMaker(self.index, self.dataset, pick.prepared, self._contents, self._spares)
            return makers[name].make(pick.point, self._settings.of(pick.prepared.chain.name, pick.group, pick.variant))

        return alike(self._picks(), lambda pick: pick.prepared.chain.name, make, self.dataset.size)

    def capacity(self, prepared: Prepared) -> int:
        """How many points of a reading selection can reach: those in the groups it has in common with its twins."""
        return sum(prepared.groups[group].size for group in self._groups_of(prepared.reading.name))

    def _find_groups(self, reading: str) -> tuple[Group, ...]:
        prepared = self.readings[reading]
        return groups_of(prepared, self.groups[prepared.chain.name], self.seed)

    def shares(self) -> Share:
        """The tree of shares: label, category, chain, reading."""
        tree: dict[str, dict[str, dict[str, list[Share]]]] = {}
        for prepared in self.readings.values():
            if not self._wanted(prepared):
                continue
            leaf = Share(prepared.reading.name, 1, capacity=self.capacity(prepared))
            category = tree.setdefault(lane(prepared.reading), {}).setdefault(self._home(prepared), {})
            category.setdefault(prepared.chain.name, []).append(leaf)
        labels = tuple(
            Share(
                label,
                self._mix[label],
                tuple(
                    Share(category, 1, tuple(Share(chain, 1, tuple(leaves)) for chain, leaves in chains.items()))
                    for category, chains in tree[label].items()
                ),
            )
            for label in self._mix
            if label in tree
        )
        return Share("", 1, labels)

    def everything(self) -> Iterator[tuple[Prepared, str, int]]:
        """What an exhaustive selection holds, counted without going through it: reading, split, rows."""
        for prepared in self.readings.values():
            if self._wanted(prepared):
                for group, head in prepared.groups.items():
                    yield prepared, self._splitting.split(prepared.chain, group), head.size

    def quotas(self, size: int) -> Mapping[str, int]:
        """How many of `size` rows each reading gets."""
        counts = dict.fromkeys(self.readings, 0)
        for _, path in zip(range(size), seats(self.shares()), strict=False):
            counts[path[-1]] += 1
        return counts

    def _wanted(self, prepared: Prepared) -> bool:
        return lane(prepared.reading) in self._mix and self._only in {None, prepared.reading.name}

    def _home(self, prepared: Prepared) -> str:
        """The harm category a reading is counted under: that of its chain's first reading with one.

        All readings of a chain are counted together: otherwise its twins would not get rows in the mix's ratio.
        """
        twins = (twin.reading.category for twin in self.chains[prepared.chain.name])
        return next((category for category in twins if category), "")

    def _picks(self) -> Iterator[_Pick]:
        match self.dataset.select:
            case "balanced":
                return self._balanced()
            case "exhaustive":
                return self._listed(lambda prepared: iter(prepared.space))
            case "cover":
                return self._listed(self._covering)

    def _balanced(self) -> Iterator[_Pick]:
        draws: dict[str, tuple[tuple[Group, ...], Draw]] = {}
        walks: dict[str, Walk] = {}
        level = Level({name: float(part) for name, part in self._mix.items()})

        def pick(seat: tuple[str, ...]) -> _Pick | None:
            *_, chain, name = seat
            prepared = self.readings[name]
            if name not in draws:
                groups = self._groups_of(name)
                key = digest("values", str(self.seed), name)
                counts = [prepared.groups[group].size for group in groups]
                orders = Orders(prepared.space.names, key)
                draws[name] = groups, Draw(counts, lambda at: orders.behind(prepared.groups[groups[at]]))
            groups, draw = draws[name]
            if chain not in walks:
                walks[chain] = Walk(self._mix, max(len(self.groups[chain]), 1))
            start, variant = walks[chain].next(lane(prepared.reading))
            for step in range(len(groups)):
                at = (start + step) % len(groups)
                while (drawn := draw.draw(at)) is not None:
                    if (point := level.word(prepared, groups[at][1], drawn)) is not None:
                        return _Pick(prepared, groups[at], point, variant)
            return None

        # Levelling goes by the rows before, so stretches must not end where a dataset does.
        found = alike(seats(self.shares()), lambda seat: seat[-2], pick)
        return (picked for picked in found if picked is not None)

    def _covering(self, prepared: Prepared) -> Iterator[Point]:
        small = [axis.name for axis in prepared.space.axes if axis.size <= _LARGEST_COVERED_AXIS]
        strength = min(self.dataset.strength, len(small))
        return cover(prepared.space, strength, small, digest("cover", str(self.seed), prepared.reading.name))

    def _listed(self, points: PointsOf) -> Iterator[_Pick]:
        for prepared in self.readings.values():
            if not self._wanted(prepared):
                continue
            words = {
                choice.axis.name: choice.options.tools
                if isinstance(choice.options, ToolOptions)
                else choice.options.registers
                for choice in prepared.reading.choices
                if isinstance(choice.options, (ToolOptions, RegisterOptions))
            }
            drawn: Counter[Group] = Counter()
            for point in points(prepared):
                said = tuple(words[axis][value] for axis, value in point if axis in words)
                group = said[:-1], said[-1]
                yield _Pick(prepared, group, prepared.space.slots_of(point), drawn[group] % VARIANTS)
                drawn[group] += 1
