"""The stage: packed rows into a folder that is complete or not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.emit.card import card
from agentalign.emit.draft import Draft, new_draft, resumed_draft
from agentalign.emit.job import Job
from agentalign.emit.layout import CARD, LOCK, MANIFEST, PARTIAL, PLAN, is_store, shown
from agentalign.emit.lock import Lock
from agentalign.emit.manifest import FileFacts, Manifest, facts_of, make_manifest, read_manifest
from agentalign.emit.packing import Packed, Row
from agentalign.emit.publish import publish, sync_folders, unpublished, write_whole
from agentalign.ir import print_plan


@dataclass(frozen=True, slots=True)
class Emitted:
    """A finished output."""

    folder: Path
    manifest: Manifest


class Writer:
    """An output that is being written. Made by `open_output`; every method gives a diagnostic where the disk fails.

    `done` cases of the selection are dealt with already, when a killed run is resumed: feed those that follow.
    """

    def __init__(self, folder: Path, job: Job, draft: Draft, lock: Lock) -> None:
        self.folder = folder
        self._job = job
        self._draft = draft
        self._lock = lock

    @property
    def done(self) -> int:
        """How many cases of the selection have become rows or drops."""
        return self._draft.done

    @property
    def written(self) -> int:
        """How many rows there are."""
        return self._draft.tally.written

    @property
    def full(self) -> bool:
        """Whether there are as many rows as were asked for: more are not looked at."""
        return self._draft.full

    def add(self, chunk: Sequence[Packed]) -> tuple[Row, ...] | Diagnostic:
        """Append cases in the order of selection. What a killed process has added stays added, chunk by chunk.

        Returns the rows that were dropped for repeating earlier ones.
        """
        try:
            return self._draft.add(chunk)
        except OSError as error:
            return _unwritable(self.folder, error)

    def finish(self, synthesis: Mapping[str, object] | None = None) -> Emitted | Diagnostic:
        """Write plan, card and manifest, and put everything in its place; `synthesis` is what models did for it."""
        try:
            return self._finish(synthesis)
        except OSError as error:
            return _unwritable(self.folder, error)
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the folder; what was added stays for the next run to go on with."""
        self._draft.close()
        self._lock.release()

    def _finish(self, synthesis: Mapping[str, object] | None) -> Emitted:
        partial, draft = self.folder / PARTIAL, self._draft
        draft.sync()
        files: dict[str, FileFacts] = {name: file.facts for name, file in draft.files.items()}
        write_whole(partial / PLAN, print_plan(self._job.plan).encode())
        write_whole(partial / CARD, card(self._job, draft.tally, files).encode())
        files |= {name: facts_of(partial / name, rows=False) for name in (PLAN, CARD)}
        manifest = make_manifest(self._job, draft.tally, files, synthesis)
        sync_folders((partial / "data", partial))
        write_whole(partial / MANIFEST, manifest.encoded())
        publish(self.folder, manifest)
        return Emitted(self.folder, manifest)


def emit(chunks: Iterable[Sequence[Packed]], writer: Writer) -> Emitted | Diagnostic:
    """Write chunks (in selection order, from case `writer.done` on) until there are no more or there are enough."""
    try:
        for added in map(writer.add, chunks):  # so that no chunk is held while the next is made
            if isinstance(added, Diagnostic):
                return added
            if writer.full:
                break
        return writer.finish()
    finally:
        writer.close()


def open_output(folder: Path, job: Job, *, overwrite: bool = False, anew: bool = False) -> Writer | Diagnostic:
    """Get ready to write a dataset into a folder.

    The folder may be new, empty (hidden files apart), or an earlier output, which stays as it is until the new one is complete.
    An unfinished output of the same job is resumed, of any other discarded; one that was complete, but not yet in its
    place, is put there first. Anything else in the folder means that it is not ours, and nothing is touched. With `anew`
    nothing is resumed: what models have written is in their store.
    """
    try:
        return _open(folder, job, overwrite=overwrite, anew=anew)
    except OSError as error:
        return _unwritable(folder, error)


def _open(folder: Path, job: Job, *, overwrite: bool, anew: bool) -> Writer | Diagnostic:
    if folder.exists() and not folder.is_dir():
        return Diagnostic("E1031", f"{shown(folder)} is a file, not a folder", help="choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    if not _is_ours(folder):
        return Diagnostic(
            "E1030",
            f"{shown(folder)} is not empty and holds no dataset of this compiler",
            help="choose another folder, or empty this one",
        )
    other = None if overwrite else _other_dataset(folder, job)
    if other is not None:
        return Diagnostic(
            "E1030", f"{shown(folder)} holds {other}", help="choose another folder, or give --overwrite to replace it"
        )
    partial = folder / PARTIAL
    partial.mkdir(exist_ok=True)
    lock = Lock.take(partial / LOCK)
    if lock is None:
        return Diagnostic(
            "E1032", f"another compile is writing {shown(folder)}", help="wait for it, or choose another folder"
        )
    try:
        if (manifest := unpublished(folder)) is None:
            draft = None if anew else resumed_draft(folder, job)
            return Writer(folder, job, draft or new_draft(folder, job), lock)
        publish(folder, manifest)
    except OSError:
        lock.release()
        raise
    lock.release()
    return _open(folder, job, overwrite=overwrite, anew=anew)


def _other_dataset(folder: Path, job: Job) -> str | None:
    """What a complete output is, if it is not an earlier state of the same dataset of the same spec."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    read, _ = read_manifest(manifest.read_bytes())
    if read is None:
        return None
    spec, dataset = read.values["spec"]["name"], read.values["dataset"]
    same = (spec, dataset) == (job.plan.name, job.dataset.name)
    return None if same else f"the dataset `{dataset}` of the spec `{spec}`"


def _is_ours(folder: Path) -> bool:
    partial, manifest = folder / PARTIAL, folder / MANIFEST
    if partial.exists():  # its contents may be thrown away, so be sure
        return (partial / LOCK).is_file() or (partial.is_dir() and not any(partial.iterdir()))
    if all(path.name.startswith(".") or is_store(path.name) for path in folder.iterdir()):
        return True
    return manifest.is_file() and read_manifest(manifest.read_bytes())[0] is not None


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    reason = (error.strerror or str(error)).lower()
    where = shown(Path(str(error.filename))) if error.filename else shown(folder)
    return Diagnostic("E1031", f"cannot write {where}: {reason}")
