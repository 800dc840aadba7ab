"""About how many requests a run will make: what progress is measured by before they are all known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from agentalign.ir import JUDGEMENTS, Case, Index
from agentalign.synthesize import BATCH, Bindings, anchors


class Expected:
    """Counts what cases take if all goes well; an agent takes a turn for each step, and one to answer."""

    def __init__(self, index: Index, bindings: Bindings) -> None:
        self._index = index
        self._bindings = bindings
        self._of = cache(self._reading)
        self._total = 0.0

    @property
    def requests(self) -> int:
        """How many are expected in all."""
        return round(self._total)

    def measuring(self) -> None:
        """Judges are going to be measured."""
        judges = {stage: self._bindings[stage] for stage in JUDGEMENTS if stage in self._bindings}
        self._total += sum(len(anchors(stage)) * len(found.models) for stage, found in judges.items())

    def add(self, cases: Sequence[Case]) -> None:
        """These cases are going to be worked on."""
        self._total += sum(self._of(case.reading) for case in cases)

    def _reading(self, name: str) -> float:
        reading, total = self._index.readings[name], 0.0
        for stage, binding in self._bindings.stages.items():
            if not self._bindings.concern(stage, reading):
                continue
            if stage == "trajectories":
                total += 1 + len(self._index.steps(reading.chain))
            elif stage.endswith("_requests"):
                total += 1 / BATCH
            else:
                total += len(binding.models)
        return total
