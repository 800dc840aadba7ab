"""`agentalign compile` with language models: what is shown while it runs, and how it ends."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from agentalign.cli.binding import limits_of
from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import findings, note
from agentalign.diagnostics import Diagnostic
from agentalign.emit import REPLIES, Emitted
from agentalign.ir import Dataset, Plan
from agentalign.llm import Budget, Progress
from agentalign.session import Stopped, Terms, Untrusted, compile_with_models
from agentalign.synthesize import Bindings, bind

_SECONDS = 10.0
"""Between two lines where there is no terminal."""


def compile_with(plan: Plan, dataset: Dataset, options: argparse.Namespace, started: float) -> int:
    """Compile a dataset that models help to write; returns the exit code."""
    from agentalign.cli.commands.compile import summary  # noqa: PLC0415  # which imports this

    bindings: Bindings | str = "--jobs is for compiles without models: calls to models are made at once as it is"
    if options.jobs == 1:
        bindings = bind(plan, dataset, options.model, options.stage, limits_of(options))
    if isinstance(bindings, str):
        note(f"agentalign: {bindings}")
        return USAGE
    budget = Budget(options.max_calls, options.max_tokens, options.max_cost)
    terms = Terms(options.store, budget, options.offline, options.min_kappa)
    view = _View(dataset.size)
    ended = compile_with_models(plan, dataset, options.out, bindings, terms, view.show, overwrite=options.overwrite)
    view.end()
    match ended:
        case Diagnostic():
            findings([ended])
            return USAGE
        case Stopped():
            note(f"agentalign: {ended.message}")
            kept = options.store or options.out / REPLIES
            note(f"{view.told} are made; replies are kept in {kept}, and the same command goes on from there")
            return ended.exit_code
        case Untrusted():
            note(f"agentalign: {ended.message}")
            return ended.exit_code
        case Emitted():
            note(summary(ended, plan, dataset, time.monotonic() - started))
            note(view.spent)
            return CLEAN if ended.manifest.written >= dataset.size or dataset.select == "cover" else FINDINGS


class _View:
    """One line that changes on a terminal, now and then a line of its own elsewhere."""

    def __init__(self, size: int, write: Callable[[str], object] = sys.stderr.write) -> None:
        self._size = size
        self._write = write
        self._live = sys.stderr.isatty()
        self._last = time.monotonic()
        self._width = 0
        self._progress = Progress()
        self._rows = 0

    @property
    def told(self) -> str:
        """How many rows there are."""
        return f"{self._rows:,} of {self._size:,} rows"

    @property
    def spent(self) -> str:
        """What the models were asked, and what it cost."""
        spent, stored = self._progress.spent, f"{self._progress.stored:,} replies were in the store"
        if not spent.calls:
            return f"nothing was asked: {stored}"
        return f"{spent}, {stored}" if self._progress.stored else str(spent)

    def show(self, progress: Progress, rows: int) -> None:
        """Say how far it has come."""
        self._progress, self._rows = progress, rows
        line = f"{rows:,}/{self._size:,} rows · {progress}"
        if self._live:
            self._write(f"\r{line.ljust(self._width)}")
            self._width = len(line)
            sys.stderr.flush()
        elif time.monotonic() - self._last >= _SECONDS:
            self._last = time.monotonic()
            self._write(f"{line}\n")

    def end(self) -> None:
        """Leave the last line standing."""
        if self._live and self._width:
            self._write("\n")
