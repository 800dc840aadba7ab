"""The functions of `import agentalign`: the commands of the command line, without its printing.

Paths may be strings. What a spec does wrong is returned or raised as diagnostics (`SpecError`), never printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

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

if TYPE_CHECKING:
    from agentalign.session.rounds import Stopped
    from agentalign.session.synthesis import Show, Terms, Untrusted
    from agentalign.synthesize import Bindings, Limits

PathLike: TypeAlias = str | os.PathLike[str]


class SpecError(ValueError):
    """A spec has errors, or an output folder cannot be used; `diagnostics` says what and where."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(render(diagnostics, "concise"))
        self.diagnostics = tuple(diagnostics)


class SynthesisError(RuntimeError):
    """Models did not get to the end. What they have replied is kept: the same call goes on from there.

    `kind` says why, as a word (`budget`, `wrong_key`, `interrupted`, `offline_missing`, `untrusted_judges`, ...), `exit_code`
    is what the command line would end with.
    """

    def __init__(self, message: str, kind: str, exit_code: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.exit_code = exit_code


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


def compile(  # noqa: A001, PLR0913 - the command's name, and its options
    path: PathLike,
    out: PathLike,
    size: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    dataset: str | None = None,
    *,
    overwrite: bool = False,
    model: str | None = None,
    stages: Mapping[str, str | Sequence[str]] | None = None,
    offline: bool = False,
    store: PathLike | None = None,
    max_cost: float | None = None,
    max_calls: int | None = None,
    max_tokens: int | None = None,
    min_kappa: float | None = None,
    limits: Limits | None = None,
    progress: Show | None = None,
) -> Emitted:
    """Compile a spec to a dataset folder; the bytes depend on the spec, `size` and `seed`, not on `jobs`.

    `size` (rows) and `seed` stand in for those of the dataset block; `dataset` names one where the spec has several.
    With `model` (every stage) or `stages` (`{"trajectories": "openai/gpt-4o"}`; judges may be several), or where the dataset
    binds stages, language models write, act and judge; their replies are kept in `store` (`OUT/replies.sqlite`). Other
    keywords are as for `agentalign compile`; `progress` is told four times a second how far it has come.
    Raises SpecError if the spec has errors or the folder cannot be written, ValueError if dataset, models or jobs are not
    clear, and SynthesisError if the models do not get to the end.
    """
    lowered = plan(path)
    chosen = with_options(_dataset(lowered, dataset), size, seed)
    if model is None and not stages and not chosen.stages:
        return _emitted(compile_dataset(lowered, chosen, Path(out), jobs, overwrite=overwrite))
    if jobs != 1:
        raise ValueError("jobs are for compiles without models: calls to models are made at once as it is")
    from agentalign.session.synthesis import compile_with_models  # noqa: PLC0415  # only where models are asked

    bindings = _bound(lowered, chosen, model, stages or {}, limits)
    terms = _terms(store, (max_calls, max_tokens, max_cost), min_kappa, offline=offline)
    return _emitted(compile_with_models(lowered, chosen, Path(out), bindings, terms, progress, overwrite=overwrite))


def _bound(
    lowered: Plan,
    chosen: Dataset,
    model: str | None,
    stages: Mapping[str, str | Sequence[str]],
    limits: Limits | None,
) -> Bindings:
    from agentalign.synthesize import Bindings, bind  # noqa: PLC0415

    named = [
        (stage, name) for stage, names in stages.items() for name in ([names] if isinstance(names, str) else names)
    ]
    bindings = bind(lowered, chosen, model, named, limits)
    if isinstance(bindings, Bindings):
        return bindings
    raise ValueError(bindings)


def _terms(
    store: PathLike | None,
    most: tuple[int | None, int | None, float | None],
    min_kappa: float | None,
    *,
    offline: bool,
) -> Terms:
    from agentalign.llm import Budget  # noqa: PLC0415
    from agentalign.session.synthesis import Terms  # noqa: PLC0415
    from agentalign.synthesize import LEAST  # noqa: PLC0415

    kept, least = None if store is None else Path(store), LEAST if min_kappa is None else min_kappa
    return Terms(kept, Budget(*most), offline, least)


def _emitted(ended: Emitted | Stopped | Untrusted | Diagnostic) -> Emitted:
    if isinstance(ended, Emitted):
        return ended
    if isinstance(ended, Diagnostic):
        raise SpecError([ended])
    raise SynthesisError(ended.message, ended.kind, ended.exit_code)


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
