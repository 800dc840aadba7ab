"""The path of one case: simulated where it is carried out, rendered, validated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agentalign.ir import Breakdown, Case, Plan, Record
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
        return self._checked(case, self._render(case))

    def make_all(self, cases: Sequence[Case]) -> tuple[Made, ...]:
        """Make the records of cases: all are rendered, then all are checked."""
        return tuple(map(self._checked, cases, [self._render(case) for case in cases]))

    def _checked(self, case: Case, record: Record | Breakdown) -> Made:
        if isinstance(record, Breakdown):
            return Made(case, None, (Finding.breakdown(record),))
        return Made(case, record, self.validator.check(record, case))

    def _render(self, case: Case) -> Record | Breakdown:
        if self._expected[case.reading] == "refusal":
            return self.renderer.refused(case, self.simulator.scene(case))
        trajectory = self.simulator.run(case)
        return trajectory if isinstance(trajectory, Breakdown) else self.renderer.completed(case, trajectory)
