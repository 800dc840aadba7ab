"""One writer per folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Self


class Lock:
    """An advisory lock on a file: the system gives it back when the process ends, however it ends.

    Where the system has no such locks (Windows), nothing is locked.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Take the lock, or return None if another process has it. Raises OSError."""
        file = path.open("wb")
        if os.name != "posix":
            file.close()  # an open file could not be removed with its folder
            return cls(file)
        import fcntl  # noqa: PLC0415  # not everywhere

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return cls(file)

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()
