"""`agentalign plan`."""

from __future__ import annotations

import argparse
import json

from agentalign.cli.main import CLEAN
from agentalign.cli.show import out
from agentalign.cli.table import table
from agentalign.cli.target import dataset_of, plan_of
from agentalign.ir import print_plan
from agentalign.session import Forecast, ReadingForecast, forecast


def run(options: argparse.Namespace) -> int:
    """Show what a spec holds and what a dataset block would take."""
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
    rows = [(label, f"{count:,}") for label, count in found.labels.items()]
    rows += [(f"  {split}", f"{count:,}") for split, count in found.splits.items()]
    head = f"dataset {found.dataset}: {found.rows:,} of {found.size:,} rows asked for, seed {found.seed}"
    return "\n".join([head, table(rows, right=(1,)), f"requests in the whole space: {found.requests:,}"])
