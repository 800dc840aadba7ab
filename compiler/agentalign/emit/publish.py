"""Putting a finished output in place of what a folder held before, file by file, so that a crash loses nothing.

The order is what counts. The draft is complete and on the disk, its manifest last: from then on the new output cannot be
lost. The old manifest moves away, so that a folder with a manifest is always a complete one; the new files take their
places; what only the old output had goes; the new manifest comes last. A publication that is cut short is finished by
whoever opens the folder next.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from agentalign.emit.layout import DATA, LOCK, MANIFEST, PARTIAL, REPLACED, is_known
from agentalign.emit.manifest import Manifest, read_manifest


def publish(folder: Path, manifest: Manifest) -> None:
    """Move a complete draft (manifest and all) to where it belongs. Can be repeated after a crash. Raises OSError."""
    partial = folder / PARTIAL
    old, replaced = folder / MANIFEST, partial / REPLACED
    if old.exists() and not replaced.exists():
        old.replace(replaced)
        _sync_folder(folder)
    for name in sorted(manifest.files):
        made, place = partial / name, folder / name
        if made.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            made.replace(place)
    for name in sorted(_listed(replaced) - set(manifest.files)):
        (folder / name).unlink(missing_ok=True)
    for parent in (folder / DATA, folder):
        if parent.is_dir():
            _sync_folder(parent)
    (partial / MANIFEST).replace(folder / MANIFEST)
    _sync_folder(folder)
    clear(partial)
    (partial / LOCK).unlink(missing_ok=True)
    partial.rmdir()


def unpublished(folder: Path) -> Manifest | None:
    """The manifest of a complete draft whose publication was cut short. Raises OSError."""
    place = folder / PARTIAL / MANIFEST
    if not place.is_file():
        return None
    manifest, wrong = read_manifest(place.read_bytes())
    return None if wrong else manifest


def clear(partial: Path) -> None:
    """Empty the folder of drafts but for the lock: that goes last, as it says whose folder it is. Raises OSError."""
    for path in sorted(partial.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def write_whole(place: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, and outlives a loss of power. Raises OSError."""
    fresh = place.with_name(f"{place.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)


def sync_folders(folders: Iterable[Path]) -> None:
    """Make the names in these folders outlive a loss of power."""
    for folder in folders:
        if folder.is_dir():
            _sync_folder(folder)


def _listed(replaced: Path) -> set[str]:
    """The files that the replaced output consisted of; nothing else is ever removed."""
    if not replaced.is_file():
        return set()
    manifest, _ = read_manifest(replaced.read_bytes())
    return set() if manifest is None else {name for name in manifest.files if is_known(name)}


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # folders cannot be opened elsewhere
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
