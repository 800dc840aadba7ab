"""A file that is being appended to, with its size, line count and digest always at hand."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self

from agentalign.emit.manifest import FileFacts


class Growing:
    """An append-only file. `mark` is what a checkpoint remembers of it; all methods raise OSError."""

    def __init__(self, path: Path) -> None:
        """Start an empty file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("wb")
        self._state = sha256()
        self.size = 0
        self.rows = 0

    @classmethod
    def resumed(cls, path: Path, size: int, digest: str) -> Self | None:
        """Go on behind the first `size` bytes, if these are what they were; what follows them is cut off."""
        state, rest, rows = sha256(), size, 0
        with path.open("rb") as file:
            while rest and (block := file.read(min(rest, 1 << 20))):
                state.update(block)
                rest -= len(block)
                rows += block.count(b"\n")
        if rest or state.hexdigest() != digest:
            return None
        os.truncate(path, size)
        made = cls.__new__(cls)
        made._file = path.open("ab")  # noqa: SLF001  # an instance under construction
        made._state, made.size, made.rows = state, size, rows  # noqa: SLF001
        return made

    def append(self, lines: bytes, rows: int) -> None:
        """Add whole lines."""
        self._file.write(lines)
        self._state.update(lines)
        self.size += len(lines)
        self.rows += rows

    def flush(self) -> None:
        """Hand everything to the operating system, so that it outlives this process."""
        self._file.flush()

    def sync(self) -> None:
        """Make everything outlive a loss of power."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def mark(self) -> tuple[int, str]:
        """Size and digest so far."""
        return self.size, self._state.hexdigest()

    @property
    def facts(self) -> FileFacts:
        """What the manifest says of the file."""
        return FileFacts(self.size, self._state.hexdigest(), self.rows)
