"""A dataset that models help to write: cases in rounds until the mix is full, rows in the order of selection."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

from agentalign import __version__
from agentalign.dataclasses import dataclass, replace
from agentalign.diagnostics import Diagnostic
from agentalign.emit import REPLIES, Emitted, Job, Writer, open_output
from agentalign.ir import JUDGEMENTS, Dataset, Plan
from agentalign.llm import Budget, Engine, Progress, Retries, Store, StoreError
from agentalign.session.expected import Expected
from agentalign.session.rounds import Rounds, Stopped
from agentalign.synthesize import LEAST, Bindings, Blocked, Calibration, Synthesis, Unanswered, calibrate

T = TypeVar("T")

Show: TypeAlias = Callable[[Progress, int], None]
"""Told now and then how far the requests have come, and how many rows are made."""


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
class Untrusted:
    """Judges that do not agree with the anchors: nothing was compiled."""

    judges: tuple[Calibration, ...]
    least: float

    @property
    def kind(self) -> str:
        """Why, as a word."""
        return "untrusted_judges"

    @property
    def message(self) -> str:
        """Which judges, and how far they agree."""
        lines = [f"a judge is used from a kappa of {self.least:g} on (--min-kappa); name another one in place of"]
        return "\n  ".join([*lines, *map(str, self.judges)])

    @property
    def exit_code(self) -> int:
        """What a command ends with because of it."""
        return 1


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

    Ctrl-C lets the calls in flight finish; a second one does not. Where an event loop is running already (a notebook), the
    work is done in a thread of its own.
    """
    terms = terms or Terms()
    job = Job(plan, dataset, __version__, bindings.as_json())
    writer = open_output(out, job, overwrite=overwrite, anew=True)
    if isinstance(writer, Diagnostic):
        return writer

    def work() -> Emitted | Stopped | Untrusted | Diagnostic:
        with Store(terms.store or out / REPLIES) as store:
            return asyncio.run(_compile(plan, dataset, writer, bindings, store, terms, show))

    try:
        return _outside_loops(work)
    except StoreError as error:
        return Diagnostic("E1031", str(error))
    finally:
        writer.close()


def _outside_loops(work: Callable[[], T]) -> T:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


async def _compile(
    plan: Plan, dataset: Dataset, writer: Writer, bindings: Bindings, store: Store, terms: Terms, show: Show | None
) -> Emitted | Stopped | Untrusted | Diagnostic:
    async with Engine(store, budget=terms.budget, offline=terms.offline, retries=terms.retries) as engine:
        synthesis = Synthesis(plan, bindings, engine)
        rounds = Rounds(plan, dataset, writer, synthesis, engine)

        def tell() -> None:
            if show is not None:
                now, rows = engine.progress, min(synthesis.stats.made, dataset.size)
                show(replace(now, total=max(now.total or 0, rounds.expected.requests)), rows)

        with _stopping(engine):
            view = asyncio.create_task(_repeated(tell))
            try:
                synthesis.stats.calibrations = await calibrated(engine, bindings, terms.least_kappa, rounds.expected)
                poor = tuple(c for c in synthesis.stats.calibrations if c.kappa.value < terms.least_kappa)
                if poor:
                    return Untrusted(poor, terms.least_kappa)
                return await rounds.run()
            except (Unanswered, Blocked) as stop:
                return Stopped(engine.stopped or stop.failure, writer.written)
            finally:
                view.cancel()
                tell()


async def calibrated(
    engine: Engine, bindings: Bindings, least: float = LEAST, expected: Expected | None = None
) -> tuple[Calibration, ...]:
    """Measure the judges of all stages; none where any would do. Raises Unanswered and Blocked."""
    if least <= 0:
        return ()
    if expected is not None:
        expected.measuring()
    stages = [stage for stage in sorted(JUDGEMENTS) if stage in bindings]
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


async def _repeated(tell: Callable[[], None]) -> None:
    while True:
        tell()
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
