"""Rows that the spec plants in the world, each as soon as the values it uses are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agentalign import ir
from agentalign.ir import Chain, Index, Json, Plant, Reading, Step
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.rows import partition_name
from agentalign.simulate.state import Record, Scope, State
from agentalign.simulate.walk import names

Tools: TypeAlias = Mapping[str, str]
"""The tool of each step."""

KeyFn: TypeAlias = Callable[[Scope, State, Tools], Json]


@dataclass(frozen=True, slots=True)
class CompiledPlant:
    """A row to plant; `label` tells its stream from those of other plants, `told` are the fields the spec states."""

    label: str
    table: str
    key_field: str
    partition: KeyFn | None
    row: Callable[[Scope, State], Record]
    told: frozenset[str]

    def plant(self, v: Scope, w: State, tools: Tools) -> None:
        """Put the row into the world; where one with its key is known already, add what the spec states of it."""
        row = self.row(v, w)
        key = row.get(self.key_field)
        if key is None or isinstance(key, list | dict):
            return
        name = self.table if self.partition is None else partition_name(self.table, self.partition(v, w, tools))
        known = w.tables.get(name, {}).get(key)
        if known is not None:
            row = known | {field: value for field, value in row.items() if field in self.told or field not in known}
        w.plant(name, key, row)


def compile_plant(plant: Plant, label: str, chain: Chain, index: Index, expressions: Expressions) -> CompiledPlant:
    """Compile a plant of a chain or of one of its readings."""
    table = index.tables[plant.table]
    fields = {field.name: field for field in table.row.fields}
    told = frozenset(s.field for s in plant.slots if not isinstance(s.value, ir.Fresh) and s.value != ir.Const(None))
    partition: KeyFn | None = None
    if table.per is not None:
        step = next((s for s in index.steps(chain.name) if s.name == plant.on), None)
        if step is None:
            raise ValueError(f"{plant.at}: rows of `{table.name}` are kept per {table.per}, and no step says whose")
        partition = brand_key(step, table.per, index, expressions)
    row = expressions.tables.filled(plant.slots, fields)
    return CompiledPlant(label, table.name, table.key, partition, row, told)


def brand_key(step: Step, kind: str, index: Index, expressions: Expressions) -> KeyFn:
    """Return what gives a step's brand key: by its arguments, else by its tool's platform."""
    stated = next((key for named, key in step.keys if named == kind), None)
    if stated is not None:
        key = expressions.compile(stated)
        return lambda v, w, _: key(v, w)
    name = step.name
    return lambda _v, _w, tools: platform_key(tools[name], kind, index)


def platform_key(tool: str, kind: str, index: Index) -> str | None:
    """Return the brand key of a kind that a tool has by its platform."""
    platform = index.tools[tool].platform
    if platform is None or kind == "platform":
        return platform
    return dict(index.platforms[platform].attributes).get(kind)


def in_order(chain: Chain, reading: Reading) -> tuple[ir.ChainItem, ...]:
    """Return a chain's items with the reading's plants among them, each where its values are first known."""
    made = {item.name for item in chain.items if not isinstance(item, Plant)}
    steps = {item.name: item for item in chain.items if isinstance(item, Step)}
    waiting = []
    for plant in reading.plants:
        on = steps.get(plant.on or "")
        waiting.append((plant, (names(plant.slots) | names(() if on is None else on.keys)) & made))
    known: set[str] = set()
    out: list[ir.ChainItem] = []
    for item in (None, *chain.items):
        if item is not None:
            out.append(item)
            if isinstance(item, Plant):
                continue
            known.add(item.name)
        out.extend(plant for plant, needs in waiting if needs <= known)
        waiting = [(plant, needs) for plant, needs in waiting if not needs <= known]
    return tuple(out)
