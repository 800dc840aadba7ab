"""The cases of a dataset that models work on: in rounds until the mix is full, rows in the order of selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.emit import Emitted, Packed, Packer, Row, Writer
from agentalign.expand import Selection, lane
from agentalign.ir import Case, Dataset, Index, Plan
from agentalign.llm import Engine, Failure, Kind
from agentalign.session.expected import Expected
from agentalign.synthesize import Dropped, Made, Result, Synthesis, Unfinished

_CHUNK: Final = 50
_LOOKED_AT: Final = 5
"""Cases that are looked at for each row that is wanted, at most: no stage that rejects everything goes on for ever."""

_SPARE: Final = 50


@dataclass(frozen=True, slots=True)
class Stopped:
    """The compile ended before all was written. What models have replied is kept: the next run goes on from there."""

    failure: Failure
    written: int

    @property
    def kind(self) -> str:
        """Why, as a word."""
        return str(self.failure.kind)

    @property
    def message(self) -> str:
        """Why, as a sentence."""
        return self.failure.message

    @property
    def exit_code(self) -> int:
        """What a command ends with because of it."""
        return self.failure.kind.exit_code


class Rounds:
    """First as many cases as rows are wanted, then others in place of those that were dropped, of the same labels."""

    def __init__(self, plan: Plan, dataset: Dataset, writer: Writer, synthesis: Synthesis, engine: Engine) -> None:
        index = Index(plan)
        self._readings = index.readings
        self._cases = Selection(index, dataset).cases()
        self._size = dataset.size
        self._writer = writer
        self._synthesis = synthesis
        self._engine = engine
        self._packer = Packer()
        self._lacking: Counter[str] = Counter()
        self._looked_at = 0
        self._failures: list[Failure] = []
        self.expected = Expected(index, synthesis.bindings)

    async def run(self) -> Emitted | Stopped | Diagnostic:
        """Fill the mix; the manifest comes last."""
        cases = list(islice(self._cases, self._size))
        self._lacking.update(map(self._lane, cases))
        self._looked_at = len(cases)
        while cases:
            self.expected.add(cases)
            wrong = await self._round(cases)
            if wrong is not None:
                return wrong
            if self._failures:
                return Stopped(self._engine.stopped or _worst(self._failures), self._writer.written)
            cases = list(self._next())
        return self._writer.finish(self._synthesis.stats.as_json())

    async def _round(self, cases: list[Case]) -> Diagnostic | None:
        chunk: list[Packed] = []
        async for result in self._synthesis.results(cases):
            if isinstance(result, Unfinished):
                self._failures.append(result.failure)
            if self._failures:  # what follows keeps its replies, and its place is behind what is missing
                continue
            chunk.append(self._packed(result))
            if len(chunk) == _CHUNK:
                if wrong := self._add(chunk):
                    return wrong
                chunk = []
        return self._add(chunk) if chunk else None

    def _add(self, chunk: list[Packed]) -> Diagnostic | None:
        """Write what has become of some cases; a row that repeats an earlier one is missing again."""
        added = self._writer.add(chunk)
        if isinstance(added, Diagnostic):
            return added
        repeated = {row.id for row in added}
        for packed in chunk:
            if isinstance(packed, Row) and packed.id not in repeated:
                self._lacking[lane(self._readings[packed.reading])] -= 1
        return None

    def _packed(self, result: Result) -> Packed:
        match result:
            case Made():
                return self._packer.row(result.record, self._at(result.case))
            case Dropped():
                return self._packer.drop(result.case, result.findings, result.record, result.stage)
            case Unfinished():
                raise AssertionError("what is not finished is not written")

    def _next(self) -> Iterator[Case]:
        """Other cases of the labels that still lack rows."""
        wanted = +self._lacking
        while wanted and self._looked_at < _LOOKED_AT * self._size + _SPARE:
            case = next(self._cases, None)
            if case is None:
                return
            self._looked_at += 1
            label = self._lane(case)
            if wanted[label] > 0:
                wanted[label] -= 1
                wanted = +wanted
                yield case

    def _lane(self, case: Case) -> str:
        return lane(self._readings[case.reading])

    def _at(self, case: Case) -> str:
        return self._readings[case.reading].asks[case.ask].at


def _worst(failures: list[Failure]) -> Failure:
    """The failure to tell of: what a provider did before what followed from it."""
    return next((found for found in failures if found.kind is not Kind.interrupted), failures[0])
