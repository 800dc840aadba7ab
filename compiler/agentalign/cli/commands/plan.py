"""`agentalign plan`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from agentalign.cli.main import CLEAN
from agentalign.cli.show import out
from agentalign.cli.table import table
from agentalign.cli.target import dataset_of, plan_of
from agentalign.ir import print_plan
from agentalign.session import Forecast, ReadingForecast, StageCost, forecast


def run(options: argparse.Namespace) -> int:
    """Show what a spec holds and what a dataset block would take."""
    if options.llm:
        return _models(options)
    plan = plan_of(options)
    if isinstance(plan, int):
        return plan
    if options.ir:
        out(print_plan(plan))
        return CLEAN
    dataset = dataset_of(plan, options)
    if isinstance(dataset, int):
        return dataset
    found = forecast(plan, dataset, options.size, options.seed)
    out(json.dumps(found.as_json(), indent=2) if options.json else _text(found))
    return CLEAN


def _text(found: Forecast) -> str:
    parts = [_reading(reading) for reading in found.readings]
    parts.append(_summary(found))
    return "\n\n".join(parts)


def _reading(reading: ReadingForecast) -> str:
    lines = [f"{reading.label} {reading.name} of {reading.chain}  ({reading.at})"]
    rows = [(f"  {axis.name}", f"{axis.size:,}", axis.meaning) for axis in reading.axes]
    lines.append(table(rows, right=(1,)))
    lines.extend(f"  removed: {removal.points:,} points by {removal.reason}" for removal in reading.removals)
    lines.append(f"  requests: {reading.requests:,}   responses to each: {reading.responses:,}")
    lines.append(f"  this dataset: {reading.rows:,} rows   all pairs of small axes: at least {reading.covering:,} rows")
    return "\n".join(lines)


def _summary(found: Forecast) -> str:
    rows = [(label, f"{count:,}", "") for label, count in found.labels.items()]
    rows += [(f"  {split}", f"{count:,}", found.uneven.get(split, "")) for split, count in found.splits.items()]
    head = f"dataset {found.dataset}: {found.rows:,} of {found.size:,} rows asked for, seed {found.seed}"
    return "\n".join([head, table(rows, right=(1,)), f"requests in the whole space: {found.requests:,}"])


def _models(options: argparse.Namespace) -> int:
    """Show what the models of a dataset would cost; nothing is sent."""
    from agentalign.cli.binding import bound  # noqa: PLC0415  # only where models are asked about
    from agentalign.session import estimate  # noqa: PLC0415

    target = bound(options)
    if isinstance(target, int):
        return target
    found = estimate(target.plan, target.dataset, target.bindings, options.min_kappa)
    found = tuple(cost for cost in found if target.only in {None, cost.stage})
    total = _total(found)
    if options.json:
        stages = [cost.as_json() for cost in found]
        values = {"dataset": target.dataset.name, "rows": target.dataset.size, "stages": stages, "total": total}
        out(json.dumps(values, indent=2))
        return CLEAN
    rows: list[tuple[str, ...]] = [("stage", "model", "calls", "prompt tokens", "completion tokens", "cost")]
    rows += [_row(cost.stage, cost.model, cost.as_json()) for cost in found]
    rows.append(_row("total", "", total))
    out(f"dataset {target.dataset.name}: {target.dataset.size:,} rows, nothing sent yet, about\n")
    out(table(rows, right=(2, 3, 4, 5)))
    if total["cost"] is None:
        out("? no price is known: say it in the model, `price { input: ..., output: ... }` per million tokens")
    return CLEAN


def _row(stage: str, model: str, values: dict[str, Any]) -> tuple[str, ...]:
    cost = values["cost"]
    numbers = (f"{values[name]:,}" for name in ("calls", "prompt_tokens", "completion_tokens"))
    return (stage, model, *numbers, "?" if cost is None else f"${cost:,.4f}")


def _total(found: Sequence[StageCost]) -> dict[str, Any]:
    """All stages together; no price if one has none."""
    each = [cost.as_json() for cost in found]
    sums = {name: sum(values[name] for values in each) for name in ("calls", "prompt_tokens", "completion_tokens")}
    costs = [cost.cost for cost in found]
    return {**sums, "cost": None if None in costs else round(sum(filter(None, costs)), 6)}
