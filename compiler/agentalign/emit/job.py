"""What is being written: which plan, which dataset of it, how large."""

from __future__ import annotations

from agentalign.dataclasses import dataclass
from agentalign.emit.layout import FORMAT
from agentalign.ir import Dataset, Plan


@dataclass(frozen=True, slots=True)
class Job:
    """One compile: the dataset carries the seed and the size that are really used. `version` is the compiler's."""

    plan: Plan
    dataset: Dataset
    version: str

    def identity(self) -> dict[str, object]:
        """What two compiles must share to end in the same bytes."""
        return {
            "format": FORMAT,
            "agentalign": self.version,
            "spec": {"name": self.plan.name, "digest": self.plan.digest, "edition": self.plan.edition},
            "dataset": self.dataset.name,
            "seed": self.dataset.seed,
            "size": self.dataset.size,
        }
