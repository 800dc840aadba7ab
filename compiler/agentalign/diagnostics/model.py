"""The diagnostic itself, and what can be asked of many of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import assert_never

from agentalign.dataclasses import dataclass
from agentalign.diagnostics.codes import CODES
from agentalign.source import Failure, Location, Missing, Outside, Source, TooLarge, Unreadable


class Severity(Enum):
    """An error keeps a spec from compiling, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what to say about it; the text may be empty where the mark alone says it."""

    location: Location
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that would mend the mistake: put `replacement` in place of what stands at `location`."""

    location: Location
    replacement: str
    title: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` is one line without a full stop. `primary` is where the mistake is; it is absent only when there is no
    text to point into (a missing file). `secondary` marks other places that explain it, also in other files. `notes`
    give facts, `help` says what to do. Raises ValueError for a code that `CODES` does not list: that is our bug.
    """

    code: str
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    fixes: tuple[Fix, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unregistered diagnostic code {self.code!r}")

    @classmethod
    def at(  # the fields of the class, with the label's place and text apart
        cls,
        code: str,
        location: Location,
        message: str,
        label: str = "",
        *,
        secondary: Iterable[Label] = (),
        notes: Iterable[str] = (),
        help: str | None = None,  # noqa: A002
        fixes: Iterable[Fix] = (),
    ) -> Diagnostic:
        """Build a diagnostic about one place."""
        return cls(code, message, Label(location, label), tuple(secondary), tuple(notes), help, tuple(fixes))

    @property
    def severity(self) -> Severity:
        """Given by the code's letter."""
        return Severity.ERROR if self.code.startswith("E") else Severity.WARNING

    @property
    def name(self) -> str:
        """The code's short name, such as `unknown-name`."""
        return CODES[self.code].name

    @property
    def location(self) -> Location | None:
        """Where the mistake is."""
        return None if self.primary is None else self.primary.location


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file, place and code, and keep one of several that say the same about the same place."""
    unique: dict[tuple[str, int, int, str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        unique.setdefault(_key(diagnostic), diagnostic)
    return tuple(unique[key] for key in sorted(unique))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Count for people: `3 errors, 1 warning in 2 files`, or `no problems`."""
    found = ordered(diagnostics)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    counts = [_plural(errors, "error"), _plural(len(found) - errors, "warning")]
    files = {diagnostic.primary.location.source.name for diagnostic in found if diagnostic.primary}
    where = f" in {_plural(len(files), 'file')}" if files else ""
    return ", ".join(count for count in counts if count) + where or "no problems"


def from_failure(failure: Failure, wanted_at: Location | None = None) -> Diagnostic:
    """Report a file that could not be read.

    `wanted_at` is the import that asked for it. Without one the report stands at the beginning of the file itself, so
    that every format can name the file, except for a file that is not there.
    """
    wanted = None if wanted_at is None else Label(wanted_at)
    match failure:
        case Missing(name, searched):
            notes = tuple(f"looked in {place}" for place in searched)
            if wanted is None:
                return Diagnostic("E0001", f"cannot find `{name}`", notes=notes)
            return Diagnostic("E0101", f"no module `{name}`", wanted, notes=notes)
        case Outside(name, path):
            message = f"`{name}` lies outside the folders that specs may be read from"
            note = f"{path} is, or lies below, a link that leads elsewhere"
            return Diagnostic("E0002", message, wanted or _top(path), notes=(note,))
        case TooLarge(path, size, limit):
            message = f"{path} has {size:,} bytes; a spec file may have {limit:,}"
            return Diagnostic("E0003", message, wanted or _top(path), help="split it into several modules")
        case Unreadable(path, reason, location):
            message = f"cannot read {path}: {reason}"
            if location is None:
                return Diagnostic("E0004", message, wanted or _top(path))
            secondary = () if wanted_at is None else (Label(wanted_at, "imported here"),)
            return Diagnostic("E0004", message, Label(location), secondary)
        case _:
            assert_never(failure)


def _top(path: str) -> Label:
    return Label(Source(path, "").at(0, 0))


def _key(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    place = diagnostic.location
    if place is None:
        return "", 0, 0, diagnostic.code, diagnostic.message
    return place.source.name, place.span.start, place.span.end, diagnostic.code, diagnostic.message


def _plural(count: int, noun: str) -> str:
    return "" if count == 0 else f"{count} {noun}{'' if count == 1 else 's'}"
