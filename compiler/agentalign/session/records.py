"""The path of one case: simulated where it is carried out, rendered, validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from agentalign.ir import Breakdown, Case, Plan, Record, Scene, Trajectory
from agentalign.lockstep import Steps, alone, lockstep
from agentalign.render import Renderer
from agentalign.simulate import Simulator
from agentalign.validate import Finding, Validator

_ABREAST: Final = 100


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
        return alone(self._making(case))

    def make_all(self, cases: Iterable[Case]) -> Iterator[Made]:
        """Make the records of cases, some at a time: all are played, then all are rendered, and so on."""
        source = iter(cases)
        while some := list(islice(source, _ABREAST)):
            yield from lockstep(map(self._making, some))

    def _making(self, case: Case) -> Steps[Made]:
        played = self._play(case)
        yield
        record = self._render(case, played)
        if isinstance(record, Breakdown):
            return Made(case, None, (Finding.breakdown(record),))
        yield
        return Made(case, record, (yield from self.validator.checking(record, case)))

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
