"""What becomes of a case, and counts of what happened on the way."""

from __future__ import annotations

from collections import Counter

from agentalign.dataclasses import dataclass
from agentalign.ir import Case, Json, Record
from agentalign.synthesize.agreement import fleiss
from agentalign.synthesize.asking import Verdict
from agentalign.synthesize.calibration import Calibration
from agentalign.validate import Finding, Stage


@dataclass(frozen=True, slots=True)
class Made:
    """A good record of a case."""

    case: Case
    record: Record


@dataclass(frozen=True, slots=True)
class Dropped:
    """A case that became no row: the stage that rejected it, why, and the record it had come to, if any."""

    case: Case
    stage: Stage
    findings: tuple[Finding, ...]
    record: Record | None = None


def drop(case: Case, stage: Stage, code: str, message: str, record: Record | None = None) -> Dropped:
    """Drop a case for one reason."""
    return Dropped(case, stage, (Finding(code, message),), record)


class Stats:
    """Counts of a synthesis; they do not depend on the order in which replies arrive. `made` are the rows so far."""

    def __init__(self) -> None:
        self._votes: dict[str, Counter[tuple[str | None, ...]]] = {}
        self.calibrations: tuple[Calibration, ...] = ()
        self.over_refusals = 0
        self.false_compliances = 0
        self.made = 0

    def voted(self, stage: str, verdict: Verdict) -> None:
        """Count the votes on one item."""
        self._votes.setdefault(stage, Counter())[verdict.votes] += 1

    def as_json(self) -> dict[str, Json]:
        """What the manifest says: over-refusals, false compliances, verdicts, and the judges' agreement."""
        judges: dict[str, Json] = {}
        for stage, votes in sorted(self._votes.items()):
            words = Counter[str]()
            for given, times in votes.items():
                for vote in given:
                    words[vote or "unreadable"] += times
            kappa = fleiss(votes)
            judges[stage] = {
                "items": votes.total(),
                "votes": dict[str, Json](sorted(words.items())),
                "fleiss_kappa": None if kappa is None else round(kappa, 6),
                "calibration": {c.model: c.as_json() for c in self.calibrations if c.stage == stage},
            }
        return {
            "over_refusals": self.over_refusals,
            "false_compliances": self.false_compliances,
            "judges": judges,
        }
