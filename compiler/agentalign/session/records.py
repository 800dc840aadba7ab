"""The path of one case: simulated where it is carried out, rendered, validated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agentalign.ir import Breakdown, Case, Plan, Record, Scene, Trajectory
from agentalign.render import Renderer
from agentalign.simulate import Simulator
from agentalign.validate import Finding, Validator


class Made(NamedTuple):
    """What became of a case: a record, and what is wrong with it. No record: it broke down in the simulation."""

    case: Case
    record: Record | None
    findings: tuple[Finding, ...]


class Maker:
    """Makes records of a plan's cases; everything that can be prepared is prepared once."""

    def __init__(self, plan: Plan) -> None:
        self.simulator = Simulator(plan)
        self.renderer = Renderer(plan)
        self.validator = Validator(plan)
        self._expected = {reading.name: reading.expected for reading in plan.readings}

    def make(self, case: Case) -> Made:
        """Make the record of a case and check it."""
        return self._checked(case, self._render(case, self._play(case)))

    def make_all(self, cases: Sequence[Case]) -> tuple[Made, ...]:
        """Make the records of cases: all are played, then all are rendered, then all are checked.

        So the code of a stage is still in the processor's caches for the next case.
        """
        played = [self._play(case) for case in cases]
        return tuple(map(self._checked, cases, [self._render(*pair) for pair in zip(cases, played, strict=True)]))

    def _checked(self, case: Case, record: Record | Breakdown) -> Made:
        if isinstance(record, Breakdown):
            return Made(case, None, (Finding.breakdown(record),))
        return Made(case, record, self.validator.check(record, case))

    def _play(self, case: Case) -> Scene | Trajectory | Breakdown:
        refused = self._expected[case.reading] == "refusal"
        return self.simulator.scene(case) if refused else self.simulator.run(case)

    def _render(self, case: Case, played: Scene | Trajectory | Breakdown) -> Record | Breakdown:
        match played:
            case Scene():
                return self.renderer.refused(case, played)
            case Trajectory():
                return self.renderer.completed(case, played)
            case Breakdown():
                return played
