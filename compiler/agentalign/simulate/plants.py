"""Rows that the spec plants in the world, each as soon as the values it uses are known."""

from __future__ import annotations

from collections.abc import Callable

from agentalign import ir
from agentalign.dataclasses import dataclass
from agentalign.ir import Chain, Index, Plant
from agentalign.simulate.brands import StepKeys, Tools, step_keys
from agentalign.simulate.expressions import Expressions, draws
from agentalign.simulate.rows import Place
from agentalign.simulate.state import Record, Scope, State


@dataclass(frozen=True, slots=True)
class CompiledPlant:
    """A row to plant, for a step if there is one.

    `label` tells its stream from those of other plants (None: it draws nothing), `told` are the fields the spec states.
    """

    label: str | None
    step: str | None
    place: Place
    key: str
    keys: StepKeys | None
    row: Callable[[Scope, State], Record]
    told: frozenset[str]

    def plant(self, v: Scope, w: State, tools: Tools) -> None:
        """Put the row into the world; where one with its key is known already, add what the spec states of it."""
        scope = v if self.keys is None else {**v, **self.keys(v, w, tools)}
        row = self.row(scope, w)
        key = row.get(self.key)
        if key is None or isinstance(key, (list, dict)):
            return
        name = self.place(scope, w)
        known = w.tables.get(name, {}).get(key)
        if known is not None:
            row = known | {field: value for field, value in row.items() if field in self.told or field not in known}
        w.plant(name, key, row, self.step)


def compile_plant(plant: Plant, label: str, chain: Chain, index: Index, expressions: Expressions) -> CompiledPlant:
    """Compile a plant of a chain or of one of its readings.

    Raises `ValueError` if the table is partitioned and no step says whose rows are meant.
    """
    table = index.tables[plant.table]
    fields = {field.name: field for field in table.row.fields}
    slots = plant.row.slots
    step = next((step for step in index.steps(chain.name) if step.name == plant.on), None)
    if table.per is not None and step is None:
        raise ValueError(f"{plant.at}: rows of `{table.name}` are kept per {table.per}, and no step says whose")
    place = expressions.tables.place(table.name, None if table.per is None else ir.Var(f"@{table.per}"))
    keys = None if step is None else step_keys(step, index, expressions)
    drawn = draws(plant.row) or (step is not None and draws(step.keys))
    row = expressions.tables.filled(slots, fields)
    return CompiledPlant(label if drawn else None, plant.on, place, table.key, keys, row, frozenset(plant.told))
