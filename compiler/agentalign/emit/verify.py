"""Checking a written dataset from its folder alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.emit.layout import INDEX, MANIFEST, PARTIAL, PLAN, is_known, is_store, shown, split_of
from agentalign.emit.manifest import Manifest, facts_of, read_manifest
from agentalign.emit.rows import RowCheck
from agentalign.ir import Plan, PlanTextError, plan_digest, print_plan, read_plan
from agentalign.validate import Finding

LIMIT = 1_000
"""How many findings are kept; more are only counted."""


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, and where in the folder: the file, the line (from 1) and the record if it is about one."""

    finding: Finding
    file: str
    line: int | None = None
    record: str = ""

    @property
    def place(self) -> str:
        """`data/train.jsonl:12`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def diagnostic(self) -> Diagnostic:
        """The finding as a diagnostic; there is no text to mark, so it begins with the place."""
        inside = f", {self.finding.path}" if self.finding.path else ""
        notes = (f"in record {self.record}{inside}",) if self.record else ()
        if self.finding.at:
            notes = (*notes, f"it goes back to {self.finding.at} of the spec")
        return Diagnostic(self.finding.code, f"{self.place}: {self.finding.message}", notes=notes)


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a folder found, in the order of its files. `rows` were read; `more` findings are not listed."""

    folder: Path
    manifest: Manifest | None
    rows: int
    findings: tuple[Located, ...]
    more: int = 0

    @property
    def ok(self) -> bool:
        """Whether the folder is what was written, and every record keeps its promises."""
        return not self.findings

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings as diagnostics."""
        return tuple(located.diagnostic() for located in self.findings)


def verify(folder: Path, progress: Callable[[int], None] = lambda _: None) -> Verification:
    """Check a folder: manifest, digests, plan, index, counts, and every promise of every record.

    `progress` is told now and then how many rows were read. What cannot be read is a finding.
    """
    manifest, wrong = _manifest(folder)
    if manifest is None:
        return Verification(folder, None, 0, (wrong,) if wrong else ())
    check = _Check(folder, manifest, progress)
    found: list[Located] = [wrong] if wrong else []
    more = 0
    for located in check.findings():
        if len(found) < LIMIT:
            found.append(located)
        else:
            more += 1
    return Verification(folder, manifest, check.rows, tuple(found), more)


def _manifest(folder: Path) -> tuple[Manifest | None, Located | None]:
    place = folder / MANIFEST
    try:
        manifest, wrong = read_manifest(place.read_bytes())
    except OSError as error:
        if (folder / PARTIAL).is_dir():
            reason = "the compile that writes this folder has not finished; run it again to go on with it"
        elif isinstance(error, FileNotFoundError):
            reason = f"{shown(folder)} has no manifest, so it is no dataset, or not all of one"
        else:
            reason = f"the manifest cannot be read: {error.strerror}"
        return None, Located(Finding("E1023", reason), MANIFEST)
    return manifest, Located(Finding("E1023", f"the manifest cannot be trusted: {wrong}"), MANIFEST) if wrong else None


class _Check:
    """The check of one folder with a readable manifest."""

    def __init__(self, folder: Path, manifest: Manifest, progress: Callable[[int], None]) -> None:
        self._folder = folder
        self._manifest = manifest
        self._progress = progress
        self._intact: set[str] = set()
        self.rows = 0

    def findings(self) -> Iterator[Located]:
        """All findings: files first, then the plan, then the rows."""
        yield from self._files()
        yield from self._strangers()
        plan = self._plan() if PLAN in self._intact else None
        if isinstance(plan, Located):
            yield plan
            plan = None
        yield from self._rows(plan)

    def _files(self) -> Iterator[Located]:
        for name, facts in sorted(self._manifest.files.items()):
            if not is_known(name):
                yield Located(Finding("E1023", f"the manifest names `{name}`, which no dataset has"), MANIFEST)
                continue
            try:
                have = facts_of(self._folder / name, rows=facts.rows is not None)
            except OSError as error:
                missing = isinstance(error, FileNotFoundError)
                message = "the file is missing" if missing else f"the file cannot be read: {error.strerror}"
                yield Located(Finding("E1013", message), name)
                continue
            if have == facts:
                self._intact.add(name)
            else:
                change = (
                    f"{have.bytes:,} bytes instead of {facts.bytes:,}" if have.bytes != facts.bytes else "as many bytes"
                )
                message = f"the file is not the one that was written: {change}"
                yield Located(Finding("E1024" if name == PLAN else "E1012", message), name)
        for name in (INDEX, PLAN):
            if name not in self._manifest.files:
                yield Located(Finding("E1023", f"the manifest does not name `{name}`"), MANIFEST)

    def _strangers(self) -> Iterator[Located]:
        """Files that a loader might take for part of the dataset; hidden ones are nobody's business."""
        known = {*self._manifest.files, MANIFEST}
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if (
                path.is_file()
                and name not in known
                and not is_store(name)
                and not any(part.startswith(".") for part in name.split("/"))
            ):
                yield Located(Finding("E1025", "the manifest does not know this file"), name)

    def _plan(self) -> Plan | Located:
        text = (self._folder / PLAN).read_text(encoding="utf-8")
        try:
            plan = read_plan(text)
        except PlanTextError as error:
            return Located(Finding("E1024", f"the plan cannot be read: {error}"), PLAN)
        if print_plan(plan) != text:
            return Located(Finding("E1024", "the plan does not read as it was printed"), PLAN)
        if plan.digest != plan_digest(plan):
            return Located(Finding("E1024", "the plan was edited: it does not have the digest it names"), PLAN)
        if plan.digest != self._manifest.values["spec"].get("digest"):
            return Located(Finding("E1024", "the plan is of another spec than the manifest says"), PLAN)
        return plan

    def _rows(self, plan: Plan | None) -> Iterator[Located]:
        index = self._folder / INDEX if INDEX in self._intact else None
        check = RowCheck(plan, index, self._progress)
        changed = False
        for name in sorted(self._manifest.files):
            split = split_of(name)
            if split is None or not (self._folder / name).is_file():
                continue
            for line, record, finding in check.file(self._folder / name, split):
                changed = changed or finding.code in {"E1001", "E1014"}
                yield Located(finding, name, line, record)
        self.rows = check.tally.written
        # Where rows were changed, the counts are off as well: that would be an echo.
        if not changed and set(filter(split_of, self._manifest.files)) <= self._intact:
            yield from self._counts(check)

    def _counts(self, check: RowCheck) -> Iterator[Located]:
        if check.tally.written != self._manifest.written:
            message = f"the manifest says {self._manifest.written:,} rows, and there are {check.tally.written:,}"
            yield Located(Finding("E1023", message), MANIFEST)
        for facet, have in check.tally.counts().items():
            said = self._manifest.counts.get(facet, {})
            for name in sorted({*said, *have}):
                if said.get(name, 0) != have.get(name, 0):
                    wrong = f"{said.get(name, 0):,} rows of {facet} `{name}`, and there are {have.get(name, 0):,}"
                    message = f"the manifest says {wrong}"
                    yield Located(Finding("E1023", message), MANIFEST)
