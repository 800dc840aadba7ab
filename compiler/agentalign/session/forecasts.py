"""What a dataset would take of a space, counted without making any record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from agentalign.dataclasses import asdict, dataclass
from agentalign.expand import Prepared, Responses, Selection, lane
from agentalign.expand import bound as covering_bound
from agentalign.ir import Dataset, Index, Plan, describe
from agentalign.ir.space import Forbid, Space, build_space
from agentalign.session.previews import with_options
from agentalign.session.shares import uneven_splits

_SMALL_AXIS = 64


@dataclass(frozen=True, slots=True)
class AxisForecast:
    """An axis: how many values, and what it chooses."""

    name: str
    size: int
    meaning: str


@dataclass(frozen=True, slots=True)
class RemovalForecast:
    """How many points one constraint alone removes."""

    reason: str
    points: int


@dataclass(frozen=True, slots=True)
class ReadingForecast:
    """One reading's space: its requests, what was removed, and its rows in the dataset."""

    name: str
    label: str
    chain: str
    at: str
    axes: tuple[AxisForecast, ...]
    removals: tuple[RemovalForecast, ...]
    requests: int
    responses: int
    rows: int
    covering: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """A dataset before it is made; `uneven` tells of splits that do not get the share asked for."""

    dataset: str
    seed: int
    size: int
    rows: int
    requests: int
    labels: Mapping[str, int]
    splits: Mapping[str, int]
    uneven: Mapping[str, str]
    readings: tuple[ReadingForecast, ...]

    def as_json(self) -> dict[str, object]:
        """The forecast as JSON values; counts beyond 2**53 stay exact integers."""
        return asdict(self)


def forecast(plan: Plan, dataset: Dataset, size: int | None = None, seed: int | None = None) -> Forecast:
    """Count what a dataset block would take."""
    dataset = with_options(dataset, size, seed)
    index = Index(plan)
    selection = Selection(index, dataset)
    rows: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    for reading, split, count in _taken(selection, dataset):
        rows[reading] += count
        labels[lane(index.readings[reading])] += count
        splits[split] += count
    readings = tuple(_reading(index, dataset, p, rows[p.reading.name]) for p in selection.readings.values())
    return Forecast(
        dataset=dataset.name,
        seed=dataset.seed,
        size=dataset.size,
        rows=sum(rows.values()),
        requests=sum(reading.requests for reading in readings),
        labels=dict(labels),
        splits={share.name: splits[share.name] for share in dataset.split.shares},
        uneven=uneven_splits(plan, dataset, splits),
        readings=readings,
    )


def _taken(selection: Selection, dataset: Dataset) -> Iterator[tuple[str, str, int]]:
    """What is taken of each reading, by split. All of a space is counted, not gone through: it may be vast."""
    if dataset.select == "exhaustive":
        every = [(prepared.reading.name, split, rows) for prepared, split, rows in selection.everything()]
        if sum(rows for *_, rows in every) <= dataset.size:
            yield from every
            return
    for case in islice(selection.cases(), dataset.size):
        yield case.reading, case.split, 1


def _reading(index: Index, dataset: Dataset, prepared: Prepared, rows: int) -> ReadingForecast:
    reading = prepared.reading
    small = [choice.axis.name for choice in reading.choices if 1 < choice.axis.size <= _SMALL_AXIS]
    return ReadingForecast(
        name=reading.name,
        label=reading.label,
        chain=reading.chain,
        at=reading.at,
        axes=tuple(AxisForecast(c.axis.name, c.axis.size, describe(c)) for c in reading.choices),
        removals=_removals(prepared),
        requests=prepared.space.count,
        responses=Responses(index, dataset, reading).size,
        rows=rows,
        covering=covering_bound(prepared.space, min(2, len(small)), small) if small else 1,
    )


def _removals(prepared: Prepared) -> tuple[RemovalForecast, ...]:
    """What each constraint removes on its own, the largest first; overlaps are counted by both."""
    axes = [choice.axis for choice in prepared.reading.choices]
    free = build_space(axes, [])
    by_reason: dict[str, list[Forbid]] = {}
    for removal in prepared.reading.removals:
        by_reason.setdefault(removal.reason, []).append(removal.forbid)
    found: list[RemovalForecast] = []
    for reason, forbids in by_reason.items():
        kept = build_space(axes, forbids)
        if isinstance(free, Space) and isinstance(kept, Space) and kept.count < free.count:
            found.append(RemovalForecast(reason, free.count - kept.count))
    return tuple(sorted(found, key=lambda item: (-item.points, item.reason)))
