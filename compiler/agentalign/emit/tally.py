"""Counting rows and what became of the cases that are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from agentalign.emit.packing import FACETS, MODELS, Drop
from agentalign.validate import Stage

NONE = "none"
"""What the rows without a category or subcategory are counted under."""


class Tally:
    """Counts of the rows written, and attrition by stage and code."""

    def __init__(self) -> None:
        self._facets: dict[str, Counter[str]] = {name: Counter() for name in ("split", *FACETS)}
        self._crossed: Counter[tuple[str, str]] = Counter()
        self._stages: Counter[Stage] = Counter()
        self._codes: Counter[str] = Counter()
        self.written = 0

    @property
    def selected(self) -> int:
        """How many cases were looked at."""
        return self.written + self._stages.total()

    def row(self, split: str, facets: Sequence[str | None]) -> None:
        """Count a row."""
        self.written += 1
        self._facets["split"][split] += 1
        for name, value in zip(FACETS, facets, strict=True):
            self._facets[name][value or NONE] += 1
        self._crossed[split, facets[0] or NONE] += 1

    def drop(self, stage: Stage, code: str) -> None:
        """Count a case that became no row, under the stage and its first finding."""
        self._stages[stage] += 1
        self._codes[code] += 1

    def dropped(self, drop: Drop) -> None:
        """Count a packed drop."""
        self.drop(drop.stage, drop.code)

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows by split, label, expectation, category, subcategory, chain and reading; and by `split/label`."""
        counts = {name: dict(sorted(counter.items())) for name, counter in self._facets.items()}
        counts["split_label"] = {f"{split}/{label}": n for (split, label), n in sorted(self._crossed.items())}
        return counts

    def attrition(self) -> dict[str, object]:
        """How many cases passed each stage, and how many each check dropped."""
        late = self._stages["validate"] + self._stages["write"]
        simulated = self.written + late
        counts: dict[str, object] = {
            "selected": self.selected,
            "simulated": simulated,
            "validated": simulated - self._stages["validate"],
            "written": self.written,
            "dropped": dict(sorted(self._codes.items())),
        }
        if any(stage in MODELS for stage in self._stages):
            counts["stages"] = dict(sorted(self._stages.items()))
        return counts
