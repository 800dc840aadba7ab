"""What is being written: which plan, which dataset of it, how large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentalign.dataclasses import dataclass
from agentalign.emit.layout import FORMAT
from agentalign.ir import Dataset, Plan


@dataclass(frozen=True, slots=True)
class Job:
    """One compile: the dataset carries the seed and the size that are really used. `version` is the compiler's.

    `models` says which models write and judge what, where any do; it has neither keys nor addresses.
    """

    plan: Plan
    dataset: Dataset
    version: str
    models: Mapping[str, Mapping[str, Any]] | None = None

    def identity(self) -> dict[str, object]:
        """What two compiles must share to end in the same bytes."""
        identity: dict[str, object] = {
            "format": FORMAT,
            "agentalign": self.version,
            "spec": {"name": self.plan.name, "digest": self.plan.digest, "edition": self.plan.edition},
            "dataset": self.dataset.name,
            "seed": self.dataset.seed,
            "size": self.dataset.size,
        }
        if self.models is not None:
            identity["models"] = dict(self.models)
        return identity
