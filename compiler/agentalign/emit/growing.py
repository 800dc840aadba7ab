"""A file that is being appended to, with its size, line count and digest always at hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from agentalign.emit.manifest import FileFacts

if TYPE_CHECKING:
    from hashlib import _Hash as Hash


class Growing:
    """An append-only file. `mark` is what a checkpoint remembers of it; all methods raise OSError."""

    def __init__(self, file: BinaryIO, state: Hash, size: int = 0, rows: int = 0) -> None:
        self._file = file
        self._state = state
        self.size = size
        self.rows = rows

    @classmethod
    def new(cls, path: Path) -> Self:
        """Start an empty file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(path.open("wb"), sha256())

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
        return cls(path.open("ab"), state, size, rows)

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines, which come without line feeds."""
        block = b"\n".join((*lines, b""))
        self._file.write(block)
        self._state.update(block)
        self.size += len(block)
        self.rows += len(lines)

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
