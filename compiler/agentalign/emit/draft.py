"""An unfinished output: the files under `.partial`, and how a killed run is taken up again.

After every chunk `state.json` notes how many cases are done and, for each file, its size and the SHA-256 of its bytes so far. A
run that is killed leaves files that are at least that long. The next one cuts off what lies behind, makes sure that
what remains is what was noted (so no synchronising is needed between chunks), counts it again and goes on behind it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from agentalign.emit.growing import Growing
from agentalign.emit.job import Job
from agentalign.emit.layout import DROPPED, INDEX, LOCK, PARTIAL, STATE, data_file, is_known, row_digest
from agentalign.emit.packing import Packed, Row, dropped_line, facets_of
from agentalign.emit.tally import Tally
from agentalign.validate import Finding, Unique, key


class Draft:
    """Rows on their way into a folder; all methods raise OSError."""

    def __init__(self, folder: Path, job: Job) -> None:
        """Begin anew: whatever unfinished output there is goes."""
        self._folder = folder / PARTIAL
        self._job = job
        self._reset()
        self._files: dict[str, Growing] = {name: Growing(self._folder / name) for name in (INDEX, DROPPED)}
        self._note()

    def _reset(self) -> None:
        for path in sorted(self._folder.iterdir()):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()
        self.tally = Tally()
        self._requests, self._ids, self._names = Unique(), Unique(), bytearray()

    @classmethod
    def resumed(cls, folder: Path, job: Job) -> Draft | None:
        """Go on with what a killed run of the same job left; None where there is nothing to go on with."""
        partial = folder / PARTIAL
        state = _read_state(partial / STATE)
        if state is None or state.get("job") != job.identity():
            return None
        made = cls.__new__(cls)
        made._folder, made._job, made._files = partial, job, {}
        made.tally = Tally()
        made._requests, made._ids, made._names = Unique(), Unique(), bytearray()
        try:
            return made if made._take_up(state) else None
        except (OSError, ValueError, KeyError, TypeError):  # a state that is not one of ours
            made.close()
            return None

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

    def add(self, chunk: Sequence[Packed]) -> None:
        """Append cases in the order of selection; what comes when the draft is full is not looked at."""
        pending: dict[str, list[bytes]] = {}
        for packed in chunk:
            if self.full:
                break
            if isinstance(packed, Row):
                self._row(packed, pending)
            else:
                self.tally.dropped(packed)
                pending.setdefault(DROPPED, []).append(packed.line)
        for name, lines in pending.items():
            self._append(name, lines)
        for file in self._files.values():
            file.flush()
        self._note()

    def sync(self) -> None:
        """Make everything outlive a loss of power, and close it."""
        for file in self._files.values():
            file.sync()
            file.close()

    def close(self) -> None:
        """Close the files as they are."""
        for file in self._files.values():
            file.close()

    def _row(self, row: Row, pending: dict[str, list[bytes]]) -> None:
        repeat = self._repeat(row)
        if repeat is not None:
            self.tally.drop("write", repeat.code)
            record = orjson.Fragment(row.line)
            line = dropped_line(row.id, row.split, "write", (repeat,), None, record)
            pending.setdefault(DROPPED, []).append(line)
            return
        self.tally.row(row.split, row.facets)
        pending.setdefault(data_file(row.split), []).append(row.line)
        pending.setdefault(INDEX, []).append(f"{row.split} {row.id} {row.digest}".encode())

    def _repeat(self, row: Row) -> Finding | None:
        """Tell whether an earlier row says the same, or has the same id."""
        ident = int(row.id[:16], 16)
        if self._ids.find(ident) is not None:
            return Finding("E1022", f"an earlier record has the id {row.id}", row.at, "/id")
        earlier = self._requests.find(row.request)
        if earlier is not None:
            message = f"record {self._name(earlier)} has the same request"
            return Finding("E1009", message, row.at, "/messages")
        self._ids.add(ident)
        self._requests.add(row.request)
        self._names += bytes.fromhex(row.id)
        return None

    def _name(self, number: int) -> str:
        return self._names[16 * number : 16 * number + 16].hex()

    def _append(self, name: str, lines: Sequence[bytes]) -> None:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = Growing(self._folder / name)
        file.append(b"\n".join(lines) + b"\n", len(lines))

    def _note(self) -> None:
        """Write the checkpoint, whole or not at all."""
        marks = {name: list(file.mark) for name, file in sorted(self._files.items())}
        state = {"job": self._job.identity(), "files": marks, "done": self.done}
        fresh = self._folder / f"{STATE}.new"
        fresh.write_bytes(orjson.dumps(state))
        fresh.replace(self._folder / STATE)

    def _take_up(self, state: Mapping[str, Any]) -> bool:
        for name, (size, digest) in state["files"].items():
            file = Growing.resumed(self._folder / name, size, digest) if is_known(name) else None
            if file is None:
                self.close()
                return False
            self._files[name] = file
        self._recount()
        return self.done == state["done"]

    def _recount(self) -> None:
        """Count the rows again, in the order they came."""
        with (self._folder / DROPPED).open("rb") as dropped:
            for line in dropped:
                values = orjson.loads(line)
                self.tally.drop(values["stage"], values["findings"][0]["code"])
        readers = {}
        try:
            with (self._folder / INDEX).open("rb") as index:
                for entry in index:
                    split, ident, digest = entry.decode().split()
                    if split not in readers:
                        readers[split] = (self._folder / data_file(split)).open("rb")
                    line = readers[split].readline().removesuffix(b"\n")
                    self._recall(split, ident, digest, line)
        finally:
            for reader in readers.values():
                reader.close()

    def _recall(self, split: str, ident: str, digest: str, line: bytes) -> None:
        if row_digest(line) != digest:
            raise ValueError(f"row {ident} is not what the index says")
        record = orjson.loads(line)
        request = next(message["content"] for message in record["messages"] if message["role"] == "user")
        row = Row(ident, split, line, digest, key(request), facets_of(record), "")
        if self._repeat(row) is not None:
            raise ValueError(f"row {ident} repeats an earlier one")
        self.tally.row(split, row.facets)


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        state = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return state if isinstance(state, dict) else None
