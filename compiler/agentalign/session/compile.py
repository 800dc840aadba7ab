"""A dataset from a plan: cases selected in order, made into rows by one or many processes, written in order."""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from agentalign import __version__
from agentalign.diagnostics import Diagnostic
from agentalign.emit import Drop, Emitted, Job, Packed, Packer, emit, open_output
from agentalign.expand import Selection
from agentalign.ir import Case, Dataset, Index, Plan, print_plan, read_plan
from agentalign.session.records import Made, Maker

CHUNK = 3_072  # cases: enough for many of each reading, few enough to be held in memory and to lose if killed

_GARBAGE = (5_000_000, 50, 100)
"""New objects, rounds and rounds of rounds before Python looks for cycles: far more than all that is held at a time."""

_FEW = 100
_SPARE = 1_000  # cases tried beyond twice the rows asked for: of a spec that drops more, no rows come of trying on
_AHEAD = 3  # chunks in flight per worker: enough to keep it busy, few enough to keep memory flat

Chunk: TypeAlias = tuple[Packed, ...]
Progress: TypeAlias = Callable[[int, int], None]
"""Told of every chunk that is made: rows and drops so far."""


class Worker:
    """Makes and packs rows; each process has one."""

    def __init__(self, plan: Plan) -> None:
        self._maker = Maker(plan)
        self._packer = Packer()
        self._readings = Index(plan).readings
        self._places = {r.name: at for at, r in enumerate(sorted(plan.readings, key=lambda r: r.chain))}

    def pack(self, cases: list[Case]) -> Chunk:
        """The rows of some cases, in order. The list is emptied: no case is kept any longer than it takes.

        Cases of one chain and reading are made together: what they need is then still in the processor's caches, which
        saves a third of the time.
        """
        waiting = dict(enumerate(cases))
        cases.clear()
        order = sorted(waiting, key=lambda at: self._places[waiting[at].reading])
        made = self._maker.make_all(waiting.pop(at) for at in order)
        packed = dict(zip(order, map(self._pack, made), strict=True))
        return tuple(packed[at] for at in range(len(packed)))

    def _pack(self, made: Made) -> Packed:
        case = made.case
        if made.record is None or made.findings:
            return self._packer.drop(case, made.findings, made.record)
        return self._packer.row(made.record, self._readings[case.reading].asks[case.ask].at)


def compile_dataset(
    plan: Plan,
    dataset: Dataset,
    out: Path,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    overwrite: bool = False,
) -> Emitted | Diagnostic:
    """Write a dataset into a folder; the bytes do not depend on `jobs`.

    An earlier output of the same dataset is replaced once the new one is complete; another dataset only with `overwrite`.
    A killed run is resumed from its last whole chunk. KeyboardInterrupt leaves it resumable too. Rows that are dropped are
    replaced by further cases, but not without end.
    """
    with undisturbed():
        selection = Selection(Index(plan), dataset)
        writer = open_output(out, Job(plan, dataset, __version__), overwrite=overwrite)
        if isinstance(writer, Diagnostic):
            return writer
        cases = islice(selection.cases(), writer.done, _SPARE + 2 * dataset.size)
        batches = _Batches(cases, dataset.size - writer.written, jobs)
        made = _alone(plan, batches) if jobs == 1 else _together(plan, batches, jobs)
        return emit(made if progress is None else _reported(made, writer.written, progress), writer)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Python from looking for cycles in what is there, and mostly from looking: records have none.

    Looking for them takes a sixth of the time of a compile.
    """
    before = gc.get_threshold()
    ours = not gc.get_freeze_count()  # whoever froze something before wants it to stay so
    _quieten()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if ours:
            gc.unfreeze()


def _quieten() -> None:
    gc.set_threshold(*_GARBAGE)
    gc.freeze()


class _Batches:
    """Cases in pieces: as many as are wanted, then, should some have been dropped, a few more at a time."""

    def __init__(self, cases: Iterator[Case], wanted: int, jobs: int) -> None:
        self._cases = cases
        self._wanted = wanted
        self._size = min(CHUNK, max(_FEW, -(-wanted // (jobs * _AHEAD)) if jobs > 1 else CHUNK))

    @property
    def wanted(self) -> bool:
        """Whether fewer cases were handed out than there are to be rows."""
        return self._wanted > 0

    def next(self) -> list[Case]:
        """The next piece; empty when there are no more cases."""
        batch = list(islice(self._cases, min(self._size, self._wanted) if self.wanted else _FEW))
        self._wanted -= len(batch)
        return batch


def _alone(plan: Plan, batches: _Batches) -> Iterator[Chunk]:
    return map(Worker(plan).pack, iter(batches.next, []))


def _together(plan: Plan, batches: _Batches, jobs: int) -> Iterator[Chunk]:
    """Chunks from several processes, in the order of selection."""
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_start, initargs=(print_plan(plan),))
    pending: deque[Future[Chunk]] = deque()
    try:
        while True:
            while len(pending) < jobs * _AHEAD and (batches.wanted or not pending) and (batch := batches.next()):
                with _interrupts_kept():
                    pending.append(pool.submit(_pack, batch))
            if not pending:
                return
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Hold Ctrl-C back while processes may be started: they inherit this, and so are not hit before they ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # not on every system
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_worker: list[Worker] = []  # one per worker process, made by its initializer


def _start(plan: str) -> None:
    with suppress(ValueError):  # not the main thread: then the parent's handler is not ours anyway
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    _worker.append(Worker(read_plan(plan)))
    _quieten()


def _pack(batch: list[Case]) -> Chunk:
    return _worker[0].pack(batch)


def _reported(chunks: Iterator[Chunk], written: int, progress: Progress) -> Iterator[Chunk]:
    done, dropped = written, 0

    def report(chunk: Chunk) -> Chunk:
        nonlocal done, dropped
        drops = sum(isinstance(item, Drop) for item in chunk)
        done, dropped = done + len(chunk) - drops, dropped + drops
        progress(done, dropped)
        return chunk

    return map(report, chunks)
