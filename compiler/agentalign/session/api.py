"""The functions of `import agentalign`: the commands of the command line, without its printing.

Paths may be strings. What a spec does wrong is returned or raised as diagnostics (`SpecError`), never printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from agentalign.diagnostics import Diagnostic, has_errors, render
from agentalign.emit import Emitted, Verification
from agentalign.emit import verify as verify_folder
from agentalign.ir import Dataset, Plan
from agentalign.session.compile import compile_dataset
from agentalign.session.previews import preview as previewed
from agentalign.session.previews import with_options
from agentalign.session.program import Program, pick_dataset
from agentalign.session.records import Made
from agentalign.source import Source
from agentalign.syntax import Formatted
from agentalign.syntax import format_source as format_file

PathLike: TypeAlias = str | os.PathLike[str]


class SpecError(ValueError):
    """A spec has errors, or an output folder cannot be used; `diagnostics` says what and where."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(render(diagnostics, "concise"))
        self.diagnostics = tuple(diagnostics)


def check(path: PathLike) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a `.chain` file or a folder of them, in order; empty if nothing is.

    Never raises for what the files say, nor for a path that does not exist (that is a finding too).
    """
    return Program(Path(path)).diagnostics


def plan(path: PathLike) -> Plan:
    """Return the plan that a spec lowers to.

    Raises SpecError if it has errors; warnings do not count.
    """
    program = Program(Path(path))
    if program.plan is None or has_errors(program.diagnostics):
        raise SpecError(program.diagnostics)
    return program.plan


def preview(
    path: PathLike, n: int = 3, reading: str | None = None, *, seed: int | None = None, dataset: str | None = None
) -> Iterator[Made]:
    """Return the first `n` records a dataset would hold; with `reading`, the first of that reading alone.

    Each has the `record` and the `findings` for which it would be dropped. Raises SpecError if the spec has errors, and
    ValueError if it has no such reading or dataset, or several datasets and none is named.
    """
    lowered = plan(path)
    if reading is not None and all(known.name != reading for known in lowered.readings):
        raise ValueError(f"there is no reading {reading!r}")
    return previewed(lowered, _dataset(lowered, dataset), n, seed, reading)


def compile(  # noqa: A001 - the command's name
    path: PathLike,
    out: PathLike,
    size: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    dataset: str | None = None,
) -> Emitted:
    """Compile a spec to a dataset folder; the bytes depend on the spec, `size` and `seed`, not on `jobs`.

    `size` (rows) and `seed` stand in for those of the dataset block; `dataset` names one where the spec has several.
    Raises SpecError if the spec has errors or the folder cannot be written, ValueError if the dataset is not clear.
    """
    lowered = plan(path)
    chosen = with_options(_dataset(lowered, dataset), size, seed)
    emitted = compile_dataset(lowered, chosen, Path(out), jobs)
    if isinstance(emitted, Diagnostic):
        raise SpecError([emitted])
    return emitted


def verify(folder: PathLike) -> Verification:
    """Check a written dataset from its folder alone: digests, schema, and every promise of every record.

    `.ok` tells whether all is well, `.diagnostics` what is not.
    """
    return verify_folder(Path(folder))


def format_source(text: str) -> str:
    """Return a spec's text in the one layout; comments are kept.

    Raises SpecError if it does not parse.
    """
    result = format_file(Source("<text>", text))
    if isinstance(result, Formatted):
        return result.text
    raise SpecError(result)


def _dataset(lowered: Plan, name: str | None) -> Dataset:
    found = pick_dataset(lowered, name)
    if isinstance(found, Dataset):
        return found
    which = "no such dataset" if name is not None else "several datasets, name one"
    raise ValueError(f"{which}: there are {', '.join(found)}")
