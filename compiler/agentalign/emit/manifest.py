"""The manifest: what a finished folder says about itself, to the byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from agentalign.dataclasses import dataclass
from agentalign.emit.job import Job
from agentalign.emit.layout import FORMAT, pretty
from agentalign.emit.tally import Tally


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file: its size in bytes, its SHA-256, and how many lines it has if it is a list of rows."""

    bytes: int
    sha256: str
    rows: int | None = None

    def as_json(self) -> dict[str, object]:
        """The form in which the manifest keeps it."""
        facts: dict[str, object] = {"bytes": self.bytes, "sha256": self.sha256}
        return facts if self.rows is None else {**facts, "rows": self.rows}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as JSON values; `files` maps paths within the folder to what they must be.

    `digest` covers all the rest, so that a manifest that was touched says so itself.
    """

    values: Mapping[str, Any]

    @property
    def files(self) -> Mapping[str, FileFacts]:
        """Every file of the folder but the manifest."""
        return {name: FileFacts(f["bytes"], f["sha256"], f.get("rows")) for name, f in self.values["files"].items()}

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Rows by facet."""
        counts: Mapping[str, Mapping[str, int]] = self.values["counts"]
        return counts

    @property
    def written(self) -> int:
        """How many rows there are."""
        return int(self.values["size"]["written"])

    def encoded(self) -> bytes:
        """The manifest's bytes."""
        return pretty({**self.values, "digest": _digest(self.values)})


def make_manifest(
    job: Job, tally: Tally, files: Mapping[str, FileFacts], synthesis: Mapping[str, object] | None = None
) -> Manifest:
    """Say what was written; `synthesis` is what models did for it."""
    identity = job.identity()
    models = {} if job.models is None else {"models": dict(job.models), "synthesis": dict(synthesis or {})}
    return Manifest(
        {
            **{name: identity[name] for name in ("format", "agentalign", "spec", "dataset", "seed")},
            "size": {"asked": job.dataset.size, "written": tally.written},
            "counts": tally.counts(),
            "attrition": tally.attrition(),
            **models,
            "files": {name: facts.as_json() for name, facts in sorted(files.items())},
        }
    )


def read_manifest(data: bytes) -> tuple[Manifest | None, str]:
    """Read a manifest: (it, "") if it is as it was written, (it or None, what is wrong) otherwise."""
    try:
        values = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return None, f"it is not JSON: {error.msg}"
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        found = values.get("format") if isinstance(values, dict) else None
        return None, f"its format is {found!r}, and this version reads format {FORMAT}"
    wrong = next(_misshapen(values), None)
    if wrong is not None:
        return None, wrong
    rest = {name: value for name, value in values.items() if name != "digest"}
    manifest = Manifest(rest)
    return manifest, "" if data == manifest.encoded() else "it is not as it was written"


def _misshapen(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("spec", "size", "counts", "attrition", "files"):
        if not isinstance(values.get(name), dict):
            yield f"it has no {name}"
            return
    if not isinstance(values["size"].get("written"), int):
        yield "it does not say how many rows were written"
    for name, facts in values["files"].items():
        if (
            not isinstance(facts, dict)
            or not isinstance(facts.get("bytes"), int)
            or not isinstance(facts.get("sha256"), str)
        ):
            yield f"it does not say what {name} is"
    for name, counts in values["counts"].items():
        if not isinstance(counts, dict) or not all(isinstance(count, int) for count in counts.values()):
            yield f"its counts by {name} are none"


def _digest(values: Mapping[str, Any]) -> str:
    return sha256(pretty(values)).hexdigest()


def facts_of(path: Path, *, rows: bool) -> FileFacts:
    """Measure a file. Raises OSError."""
    state, size, lines = sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
            size += len(block)
            lines += block.count(b"\n")
    return FileFacts(size, state.hexdigest(), lines if rows else None)
