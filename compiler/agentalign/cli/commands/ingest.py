"""`agentalign ingest`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from agentalign.cli.binding import bound
from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import exists, note
from agentalign.llm import Store, StoreError
from agentalign.session import Ingested, ingest

_SHOWN = 5


def run(options: argparse.Namespace) -> int:
    """Put the results of a batch into the store that `compile` looks into."""
    if not exists(options.responses):
        return USAGE
    target = bound(options)
    if isinstance(target, int):
        return target
    try:
        with Store(options.store) as store, options.responses.open("rb") as lines:
            done = ingest(target.plan, target.dataset, target.bindings, lines, store, options.min_kappa)
    except StoreError as error:
        note(f"agentalign: {error}")
        return USAGE
    _tell(done)
    return CLEAN if done.clean else FINDINGS


def _tell(done: Ingested) -> None:
    note(f"{done.matched:,} replies stored" + (f", {done.known:,} were there before" if done.known else ""))
    _some("failed", [f"{digest}: {why}" for digest, why in done.failed])
    _some("not in the form asked for; a compile asks again", done.unfit)
    _some("unknown: no compile with these options asks that (the same options as for `prompts`?)", done.unknown)
    _some("unreadable", done.wrong)


def _some(what: str, found: Sequence[str]) -> None:
    if found:
        note(f"{len(found):,} {what}")
        for line in found[:_SHOWN]:
            note(f"  {line}")
        if len(found) > _SHOWN:
            note(f"  and {len(found) - _SHOWN:,} more")
