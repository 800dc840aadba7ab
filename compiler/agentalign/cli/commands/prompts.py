"""`agentalign prompts`."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO

from agentalign.cli.binding import bound
from agentalign.cli.main import CLEAN, PROVIDER, USAGE
from agentalign.cli.show import exists, note
from agentalign.llm import BatchWriter, Fault, Request, Store, StoreError
from agentalign.session import next_requests


def run(options: argparse.Namespace) -> int:
    """Write what a compile would ask next as a batch file; nothing is sent."""
    target = bound(options)
    if isinstance(target, int):
        return target
    if options.store is not None and not exists(options.store):
        return USAGE
    try:
        with _replaced(options.out) as file, Store(options.store) if options.store else nullcontext() as store:
            lines = _Lines(BatchWriter(options.provider), file, target.only, options.to)
            next_requests(target.plan, target.dataset, target.bindings, lines.take, store, options.min_kappa)
            lines.end()
    except StoreError as error:
        note(f"agentalign: {error}")
        return USAGE
    except _Refused as refused:
        note(f"agentalign: {refused}")
        return PROVIDER
    for stage, count in lines.written.items():
        note(f"{stage}: {count:,} requests")
    note(f"{lines.written.total():,} requests in {options.out}" if lines.written else "there is nothing to ask")
    if len(lines.models) > 1 and options.provider == "openai":
        note(
            f"they are for {', '.join(sorted(lines.models))}; OpenAI takes one model per batch: write one file --to each"
        )
    return CLEAN


class _Refused(Exception):  # noqa: N818 - ends the command, and the file is not written
    """A model takes no such request."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)


class _Lines:
    """The lines of a batch, written as requests come."""

    def __init__(self, writer: BatchWriter, file: IO[bytes], only: str | None, to: str | None) -> None:
        self.written: Counter[str] = Counter()
        self.models: set[str] = set()
        self._to = to
        self.fault: Fault | None = None
        self._writer = writer
        self._file = file
        self._only = only

    def take(self, request: Request) -> None:
        """Write a request, unless it is of another stage or to another model than is asked for."""
        if (
            self.fault is not None
            or self._only not in {None, request.stage}
            or self._to not in {None, request.model.name}
        ):
            return
        line = self._writer.line(request)
        if isinstance(line, Fault):
            self.fault = line
            return
        self._file.write(line + b"\n")
        self.written[request.stage] += 1
        self.models.add(request.model.name)

    def end(self) -> None:
        """Raise _Refused if a request could not be put."""
        if self.fault is not None:
            raise _Refused(self.fault)


@contextmanager
def _replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there as a whole or, if something goes wrong, as it was."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
