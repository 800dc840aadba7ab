"""Writing the sample dataset, in whatever way a test wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from agentalign.diagnostics import Diagnostic
from agentalign.emit import Emitted, Job, Packed, Packer, Writer, emit, open_output
from agentalign.ir import Record, plan_digest
from sampledata import rows, sample_plan

PLAN = sample_plan()
ASK = "demo/readings.chain:3:3"


def job(size: int = 12, seed: int = 7, name: str = "demo") -> Job:
    plan = replace(PLAN, name=name)
    plan = replace(plan, digest=plan_digest(plan))
    return Job(plan, replace(PLAN.datasets[0], size=size, seed=seed), "0.1.0")


def packed(records: Sequence[Record]) -> list[Packed]:
    packer = Packer()
    return [packer.row(record, ASK) for record in records]


def chunked(items: Sequence[Packed], size: int) -> Iterator[Sequence[Packed]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def opened(folder: Path, task: Job) -> Writer:
    writer = open_output(folder, task)
    assert isinstance(writer, Writer), writer
    return writer


def written(folder: Path, items: Sequence[Packed] | None = None, task: Job | None = None, chunk: int = 5) -> Emitted:
    """Write cases into a folder, going on where a killed run left off."""
    task = task or job()
    items = packed(rows(task.dataset.size)) if items is None else items
    writer = opened(folder, task)
    done = emit(chunked(items[writer.done :], chunk), writer)
    assert not isinstance(done, Diagnostic), done
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
