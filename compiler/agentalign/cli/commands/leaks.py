"""`agentalign leaks`."""

from __future__ import annotations

import argparse

import orjson

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import note, out
from agentalign.cli.table import table
from agentalign.measure import Leaks, ProbesMissing, leaks

_ENOUGH = 4_000


def run(options: argparse.Namespace) -> int:
    """Train the probes and print how often they are right."""
    try:
        found = leaks(options.folder, options.seed)
    except ValueError as error:
        note(f"agentalign: {options.folder} holds no dataset: {error}")
        return USAGE
    except ProbesMissing as error:
        note(f"agentalign: {error}")
        return USAGE
    out(_json(found) if options.json else _table(found))
    note(f"{found.rows:,} rows of {found.groups:,} twin groups, half of them to refuse; guessing is right in 50%")
    if not found.found:
        note("too few twin groups to probe")
        return USAGE
    if found.rows < _ENOUGH:
        note(f"with fewer than {_ENOUGH:,} rows the intervals are wide: compile more")
    return FINDINGS if any(leak.leaks for leak in found.found) else CLEAN


def _table(found: Leaks) -> str:
    rows = [("probe", "right", "95% interval", "bar", "")]
    for leak in found.found:
        score = leak.score
        interval = f"{score.low:.1%} to {score.high:.1%}"
        rows.append((leak.probe, f"{score.accuracy:.1%}", interval, f"{leak.bar:.0%}", "leaks" if leak.leaks else ""))
    return table(rows, right={1, 3})


def _json(found: Leaks) -> str:
    probes = [
        {
            "probe": leak.probe,
            "accuracy": s.accuracy,
            "low": s.low,
            "high": s.high,
            "bar": leak.bar,
            "leaks": leak.leaks,
        }
        for leak in found.found
        for s in (leak.score,)
    ]
    return orjson.dumps(
        {"rows": found.rows, "groups": found.groups, "probes": probes}, option=orjson.OPT_INDENT_2
    ).decode()
