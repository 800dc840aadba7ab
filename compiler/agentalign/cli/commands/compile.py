"""`agentalign compile`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import findings, note
from agentalign.cli.table import table
from agentalign.cli.target import target_of
from agentalign.diagnostics import CODES, Diagnostic
from agentalign.emit import Emitted
from agentalign.ir import Dataset, Plan
from agentalign.session import compile_dataset, uneven_splits

_USAGE_CODES = {"E1030", "E1031", "E1032"}


def run(options: argparse.Namespace) -> int:
    """Compile a spec to a dataset folder."""
    started = time.monotonic()
    target = target_of(options)
    if isinstance(target, int):
        return target
    plan, dataset = target
    if options.model is not None or options.stage or dataset.stages:
        from agentalign.cli.synthesis import compile_with  # noqa: PLC0415  # only where models are asked

        return compile_with(plan, dataset, options, started)
    with _progress(dataset.size) as advance:
        emitted = compile_dataset(plan, dataset, options.out, options.jobs, advance, overwrite=options.overwrite)
    if isinstance(emitted, Diagnostic):
        findings([emitted])
        return USAGE if emitted.code in _USAGE_CODES else FINDINGS
    note(summary(emitted, plan, dataset, time.monotonic() - started))
    complete = emitted.manifest.written >= dataset.size or dataset.select == "cover"
    return CLEAN if complete and not _drops(emitted) else FINDINGS


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, nothing elsewhere: the summary tells the rest."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm  # noqa: PLC0415  # only where there is a bar to draw

    with tqdm(total=total, unit=" rows", file=sys.stderr, dynamic_ncols=True, leave=False) as bar:

        def advance(written: int, dropped: int) -> None:
            bar.set_postfix_str(f"{dropped} dropped" if dropped else "")
            bar.update(min(written, total) - bar.n)

        yield advance


def _short(emitted: Emitted, dataset: Dataset) -> str:
    """Say why there are fewer rows than were asked for."""
    written, selected = emitted.manifest.written, emitted.manifest.values["attrition"]["selected"]
    of = f"of the {dataset.size:,} rows asked for"
    if dataset.select == "cover":
        return f"the covering array has {written:,} {of}"
    if selected > dataset.size:
        return f"only {written:,} {of}: too many of the {selected:,} cases tried were dropped"
    return f"the space holds only {written:,} {of}"


def _drops(emitted: Emitted) -> dict[str, int]:
    return dict(emitted.manifest.values["attrition"]["dropped"])


def summary(emitted: Emitted, plan: Plan, dataset: Dataset, seconds: float) -> str:
    """What was written, per label and category; what was not, and why."""
    counts = emitted.manifest.counts
    uneven = uneven_splits(plan, dataset, counts["split"])
    rows = [(name, f"{count:,}", "") for name, count in counts["label"].items()]
    rows.append(("", "", ""))
    rows += [("(no harm)" if name == "none" else name, f"{count:,}", "") for name, count in counts["category"].items()]
    rows.append(("", "", ""))
    rows += [(name, f"{count:,}", uneven.get(name, "")) for name, count in counts["split"].items()]
    written = emitted.manifest.written
    lines = [table(rows, right=(1,)), ""]
    if drops := _drops(emitted):
        lines.append(f"{sum(drops.values()):,} cases were dropped, see dropped.jsonl:")
        lines += [table([(f"  {n:,}", code, CODES[code].title) for code, n in drops.items()], right=(0,)), ""]
    if written < dataset.size:
        lines.append(_short(emitted, dataset))
    rate = written / seconds if seconds else 0
    lines.append(f"{written:,} rows in {emitted.folder}, {seconds:.1f} s ({rate:,.0f} rows/s)")
    return "\n".join(lines)
