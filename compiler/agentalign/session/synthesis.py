"""A dataset that models help to write: cases in rounds until the mix is full, rows in the order of selection."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from agentalign import __version__
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.emit import REPLIES, Emitted, Job, Packed, Packer, Writer, open_output
from agentalign.expand import Selection, lane
from agentalign.ir import Case, Dataset, Index, Plan
from agentalign.llm import Budget, Engine, Failure, Kind, Progress, Retries, Store, StoreError
from agentalign.synthesize import (
    JUDGED,
    LEAST,
    Bindings,
    Blocked,
    Calibration,
    Dropped,
    Made,
    Result,
    Synthesis,
    Unanswered,
    Unfinished,
    calibrate,
)

_CHUNK: Final = 50
_LOOKED_AT: Final = 5
"""Cases that are looked at for each row that is wanted, at most: no stage that rejects everything goes on for ever."""

_SPARE: Final = 50

Show: TypeAlias = Callable[[Progress, int], None]
"""Told now and then how far the requests have come, and how many rows there are."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How models are asked: the store of replies (None: beside the dataset), what may be spent, whether at all.

    A judge that agrees less than `least_kappa` with the anchors is not used; 0 or less accepts any, unmeasured.
    """

    store: Path | None = None
    budget: Budget = Budget()
    offline: bool = False
    least_kappa: float = LEAST
    retries: Retries = Retries()


@dataclass(frozen=True, slots=True)
class Stopped:
    """The compile ended before all was written. What models have replied is kept: the next run goes on from there."""

    failure: Failure
    written: int


@dataclass(frozen=True, slots=True)
class Untrusted:
    """Judges that do not agree with the anchors: nothing was compiled."""

    judges: tuple[Calibration, ...]
    least: float


def compile_with_models(
    plan: Plan,
    dataset: Dataset,
    out: Path,
    bindings: Bindings,
    terms: Terms | None = None,
    show: Show | None = None,
    *,
    overwrite: bool = False,
) -> Emitted | Stopped | Untrusted | Diagnostic:
    """Write a dataset into a folder with the help of models; its bytes depend on the replies, not on their order.

    Ctrl-C lets the calls in flight finish; a second one does not.
    """
    terms = terms or Terms()
    job = Job(plan, dataset, __version__, bindings.as_json())
    writer = open_output(out, job, overwrite=overwrite, anew=True)
    if isinstance(writer, Diagnostic):
        return writer
    try:
        with Store(terms.store or out / REPLIES) as store:
            return asyncio.run(_compile(plan, dataset, writer, bindings, store, terms, show))
    except StoreError as error:
        return Diagnostic("E1031", str(error))
    finally:
        writer.close()


async def _compile(
    plan: Plan, dataset: Dataset, writer: Writer, bindings: Bindings, store: Store, terms: Terms, show: Show | None
) -> Emitted | Stopped | Untrusted | Diagnostic:
    engine = Engine(store, budget=terms.budget, offline=terms.offline, retries=terms.retries)
    async with engine:
        with _stopping(engine):
            view = asyncio.create_task(_shown(engine, writer, show))
            try:
                synthesis = Synthesis(plan, bindings, engine)
                synthesis.stats.calibrations = await calibrated(engine, bindings, terms.least_kappa)
                poor = tuple(c for c in synthesis.stats.calibrations if c.kappa.value < terms.least_kappa)
                if poor:
                    return Untrusted(poor, terms.least_kappa)
                return await _Rounds(plan, dataset, writer, synthesis, engine).run()
            except (Unanswered, Blocked) as stop:
                return Stopped(engine.stopped or stop.failure, writer.written)
            finally:
                view.cancel()
                if show is not None:
                    show(engine.progress, writer.written)


async def calibrated(engine: Engine, bindings: Bindings, least: float = LEAST) -> tuple[Calibration, ...]:
    """Measure the judges of all stages; none where any would do. Raises Unanswered and Blocked."""
    if least <= 0:
        return ()
    stages = [stage for stage in sorted(JUDGED) if stage in bindings]
    found = await asyncio.gather(*(calibrate(engine, bindings[stage]) for stage in stages))
    return tuple(calibration for each in found for calibration in each)


def measure_judges(bindings: Bindings, store: Path | None, terms: Terms) -> tuple[Calibration, ...] | Stopped:
    """Measure judges without compiling anything. Raises StoreError."""

    async def run() -> tuple[Calibration, ...] | Stopped:
        with Store(store) as replies:
            async with Engine(replies, budget=terms.budget, offline=terms.offline, retries=terms.retries) as engine:
                with _stopping(engine):
                    try:
                        return await calibrated(engine, bindings)
                    except (Unanswered, Blocked) as stop:
                        return Stopped(engine.stopped or stop.failure, 0)

    return asyncio.run(run())


class _Rounds:
    """First as many cases as rows are wanted, then others in place of those that were dropped, of the same labels."""

    def __init__(self, plan: Plan, dataset: Dataset, writer: Writer, synthesis: Synthesis, engine: Engine) -> None:
        index = Index(plan)
        self._readings = index.readings
        self._cases = Selection(index, dataset).cases()
        self._size = dataset.size
        self._writer = writer
        self._synthesis = synthesis
        self._engine = engine
        self._packer = Packer()
        self._lacking: Counter[str] = Counter()
        self._looked_at = 0
        self._failures: list[Failure] = []

    async def run(self) -> Emitted | Stopped | Diagnostic:
        """Fill the mix; the manifest comes last."""
        cases = list(islice(self._cases, self._size))
        self._lacking.update(map(self._lane, cases))
        self._looked_at = len(cases)
        while cases:
            wrong = await self._round(cases)
            if wrong is not None:
                return wrong
            if self._failures:
                return Stopped(self._engine.stopped or _worst(self._failures), self._writer.written)
            cases = list(self._next())
        return self._writer.finish(self._synthesis.stats.as_json())

    async def _round(self, cases: list[Case]) -> Diagnostic | None:
        chunk: list[Packed] = []
        async for result in self._synthesis.results(cases):
            if isinstance(result, Unfinished):
                self._failures.append(result.failure)
            if self._failures:  # what follows keeps its replies, and its place is behind what is missing
                continue
            chunk.append(self._packed(result))
            if len(chunk) == _CHUNK:
                if wrong := self._writer.add(chunk):
                    return wrong
                chunk = []
        return self._writer.add(chunk) if chunk else None

    def _packed(self, result: Result) -> Packed:
        match result:
            case Made():
                self._lacking[self._lane(result.case)] -= 1
                return self._packer.row(result.record, self._at(result.case))
            case Dropped():
                return self._packer.drop(result.case, result.findings, result.record, result.stage)
            case Unfinished():
                raise AssertionError("what is not finished is not written")

    def _next(self) -> Iterator[Case]:
        """Other cases of the labels that still lack rows."""
        wanted = +self._lacking
        while wanted and self._looked_at < _LOOKED_AT * self._size + _SPARE:
            case = next(self._cases, None)
            if case is None:
                return
            self._looked_at += 1
            label = self._lane(case)
            if wanted[label] > 0:
                wanted[label] -= 1
                wanted = +wanted
                yield case

    def _lane(self, case: Case) -> str:
        return lane(self._readings[case.reading])

    def _at(self, case: Case) -> str:
        return self._readings[case.reading].asks[case.ask].at


def _worst(failures: list[Failure]) -> Failure:
    """The failure to tell of: what a provider did before what followed from it."""
    return next((found for found in failures if found.kind is not Kind.interrupted), failures[0])


async def _shown(engine: Engine, writer: Writer, show: Show | None) -> None:
    while show is not None:
        show(engine.progress, writer.written)
        await asyncio.sleep(0.25)


@contextmanager
def _stopping(engine: Engine) -> Iterator[None]:
    """Let Ctrl-C stop the engine; the second one ends everything."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        engine.stop()
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    with suppress(NotImplementedError, RuntimeError, ValueError):  # not on every system, not in every thread
        loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
