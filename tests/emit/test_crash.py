"""Killed at every step of the way, a compile loses nothing and ends in the same bytes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentalign.emit import verify
from emit.folders import contents, job, packed, written
from sampledata import rows

ITEMS = packed(rows(12))
OLD = packed(rows(6))


def _killed(folder: Path, after: int) -> bool:
    """Write the dataset in another process that gets SIGKILL before its nth change of the disk; whether it got there."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    left = after

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for name in ("replace", "open", "unlink", "write_bytes", "mkdir"):
        setattr(Path, name, counted(getattr(Path, name)))
    for name in ("fsync", "truncate", "rmdir", "unlink"):
        setattr(os, name, counted(getattr(os, name)))
    try:
        written(folder, ITEMS, chunk=4)
    finally:
        os._exit(0 if left >= 0 else 1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    written(folder, ITEMS)
    return contents(folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("earlier", [False, True], ids=["new", "replacing"])
def test_a_kill_at_any_point_loses_nothing(tmp_path: Path, whole: dict[str, bytes], earlier: bool) -> None:
    points = 0
    while True:
        folder = tmp_path / str(points)
        if earlier:
            written(folder, OLD, task=job(6, seed=3))
        old = contents(folder) if earlier else {}
        if not _killed(folder, points):
            break
        points += 1
        if (folder / "manifest.json").exists():  # then the folder is complete: the old output, or the new one
            assert verify(folder).ok
            found = {name: data for name, data in contents(folder).items() if not name.startswith(".")}
            assert found in (old, whole)
        written(folder, ITEMS, chunk=3)
        assert contents(folder) == whole
    assert points > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_upon_kill_gets_there_in_the_end(tmp_path: Path, whole: dict[str, bytes]) -> None:
    for point in range(0, 60, 7):
        _killed(tmp_path, point)
    written(tmp_path, ITEMS, chunk=5)
    assert contents(tmp_path) == whole
