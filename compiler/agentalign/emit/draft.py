"""An unfinished output: the files under `.partial`, and how a killed run is taken up again.

After every chunk `state.json` notes how many cases are done and, for each file, its size and the SHA-256 of its bytes so
far. A run that is killed leaves files that are at least that long. The next one cuts off what lies behind, makes sure
that what remains is what was noted (so no synchronising is needed between chunks), counts it again and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from agentalign.emit.growing import Growing
from agentalign.emit.job import Job
from agentalign.emit.layout import DROPPED, INDEX, PARTIAL, STATE, data_file, is_known, row_digest
from agentalign.emit.packing import Packed, Row, dropped_line, facets_of
from agentalign.emit.publish import clear
from agentalign.emit.repeats import Repeats
from agentalign.emit.tally import Tally
from agentalign.unique import key

_AT_ONCE: Final = 64
"""Rows whose lines are held as a whole."""


class Draft:
    """Rows on their way into a folder. Made by `new_draft` or `resumed_draft`; all methods raise OSError."""

    def __init__(self, partial: Path, job: Job, files: dict[str, Growing]) -> None:
        self._folder = partial
        self._job = job
        self._files = files
        self._repeats = Repeats()
        self.tally = Tally()

    @property
    def done(self) -> int:
        """How many cases of the selection are dealt with."""
        return self.tally.selected

    @property
    def full(self) -> bool:
        """Whether there are as many rows as were asked for."""
        return self.tally.written >= self._job.dataset.size

    @property
    def files(self) -> Mapping[str, Growing]:
        """The files so far, by their path in the folder."""
        return self._files

    def add(self, chunk: Sequence[Packed]) -> tuple[Row, ...]:
        """Append cases in the order of selection; what comes when the draft is full is not looked at.

        Returns the rows that were dropped for repeating earlier ones.
        """
        repeats: list[Row] = []
        for start in range(0, len(chunk), _AT_ONCE):
            repeats += self._add(chunk[start : start + _AT_ONCE])
        for file in self._files.values():
            file.flush()
        self.note()
        return tuple(repeats)

    def _add(self, some: Sequence[Packed]) -> list[Row]:
        pending: dict[str, list[bytes]] = {}
        repeats: list[Row] = []
        for packed in some:
            if self.full:
                break
            if isinstance(packed, Row):
                if not self._row(packed, pending):
                    repeats.append(packed)
            else:
                self.tally.dropped(packed)
                pending.setdefault(DROPPED, []).append(packed.line)
        for name, lines in pending.items():
            self._append(name, lines)
        return repeats

    def sync(self) -> None:
        """Make everything outlive a loss of power, and close it."""
        for file in self._files.values():
            file.sync()
            file.close()

    def close(self) -> None:
        """Close the files as they are."""
        for file in self._files.values():
            file.close()

    def _row(self, row: Row, pending: dict[str, list[bytes]]) -> bool:
        """Append a row; whether it became one."""
        repeat = self._repeats.add(row)
        if repeat is not None:
            self.tally.drop("write", repeat.code)
            record = orjson.Fragment(row.line)
            line = dropped_line(row.id, row.split, "write", (repeat,), None, record)
            pending.setdefault(DROPPED, []).append(line)
            return False
        self.tally.row(row.split, row.facets)
        pending.setdefault(data_file(row.split), []).append(row.line)
        pending.setdefault(INDEX, []).append(f"{row.split} {row.id} {row.digest}".encode())
        return True

    def _append(self, name: str, lines: Sequence[bytes]) -> None:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = Growing.new(self._folder / name)
        file.append(lines)

    def note(self) -> None:
        """Write the checkpoint, whole or not at all."""
        marks = {name: list(file.mark) for name, file in sorted(self._files.items())}
        state = {"job": self._job.identity(), "files": marks, "done": self.done}
        fresh = self._folder / f"{STATE}.new"
        fresh.write_bytes(orjson.dumps(state))
        fresh.replace(self._folder / STATE)

    def recount(self) -> None:
        """Count what the files hold, in the order it came. Raises ValueError (or KeyError) where they do not fit together."""
        with (self._folder / DROPPED).open("rb") as dropped:
            for line in dropped:
                values = orjson.loads(line)
                self.tally.drop(values["stage"], values["findings"][0]["code"])
        with ExitStack() as stack:
            index = stack.enter_context((self._folder / INDEX).open("rb"))
            readers: dict[str, BinaryIO] = {}
            for entry in index:
                split, ident, digest = entry.decode().split()
                if split not in readers:
                    readers[split] = stack.enter_context((self._folder / data_file(split)).open("rb"))
                self._recall(split, ident, digest, readers[split].readline().removesuffix(b"\n"))

    def _recall(self, split: str, ident: str, digest: str, line: bytes) -> None:
        if row_digest(line) != digest:
            raise ValueError(f"row {ident} is not what the index says")
        record = orjson.loads(line)
        request = next(message["content"] for message in record["messages"] if message["role"] == "user")
        row = Row(ident, split, (line,), digest, key(request), facets_of(record), "")
        if self._repeats.add(row) is not None:
            raise ValueError(f"row {ident} repeats an earlier one")
        self.tally.row(split, row.facets)


def new_draft(folder: Path, job: Job) -> Draft:
    """Begin anew: whatever unfinished output there is goes. Raises OSError."""
    partial = folder / PARTIAL
    clear(partial)
    draft = Draft(partial, job, {name: Growing.new(partial / name) for name in (INDEX, DROPPED)})
    draft.note()
    return draft


def resumed_draft(folder: Path, job: Job) -> Draft | None:
    """Go on with what a killed run of the same job left; None where there is nothing to go on with."""
    partial, files = folder / PARTIAL, dict[str, Growing]()
    state = _read_state(partial / STATE)
    if state is None or state.get("job") != job.identity():
        return None
    try:
        for name, (size, digest) in state["files"].items():
            file = Growing.resumed(partial / name, size, digest) if is_known(name) else None
            if file is None:
                break
            files[name] = file
        else:
            draft = Draft(partial, job, files)
            draft.recount()
            if draft.done == state["done"]:
                return draft
    except (OSError, ValueError, KeyError, TypeError):  # what is there is not what one of us left
        pass
    for file in files.values():
        file.close()
    return None


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        state = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return state if isinstance(state, dict) else None
