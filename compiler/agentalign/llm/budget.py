"""What a run may spend, and what it has spent."""

from __future__ import annotations

from enum import Enum

from agentalign.dataclasses import dataclass, field
from agentalign.llm.outcome import Usage

EXPECTED_OUTPUT = 256  # tokens a reply is taken for until the first one is there


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits on calls (repeated ones included), on tokens read and written, and on US dollars; None is no limit."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls have used. `estimated` if some of it was billed without a count, `unpriced` calls had no price."""

    calls: int = 0
    read: int = 0
    written: int = 0
    cost: float = 0.0
    unpriced: int = 0
    estimated: bool = False

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.calls + other.calls,
            self.read + other.read,
            self.written + other.written,
            self.cost + other.cost,
            self.unpriced + other.unpriced,
            self.estimated or other.estimated,
        )

    def __str__(self) -> str:
        calls = f"{self.calls:,} call{'s' * (self.calls != 1)}"
        about = "about " if self.estimated else ""
        priced = "" if self.unpriced else f", {about}${self.cost:,.4f}"
        return f"{calls}, {about}{self.read + self.written:,} tokens{priced}"


_NOTHING = Spent()


class Admission(Enum):
    """Whether a call may start: now, perhaps once calls in flight are settled, or not any more."""

    go = "go"
    wait = "wait"
    stop = "stop"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a call is expected to use; `cost` is None where no price is known."""

    tokens: int
    cost: float | None


@dataclass(slots=True)
class Ledger:
    """Admits calls while what is spent, what is in flight and what is asked for fit the budget.

    Calls are counted exactly. Tokens and cost of a call are known when it is over, so the budget is overrun by at most
    what calls in flight use beyond their estimates. What is spent is final when the answer is `stop`.
    """

    budget: Budget
    spent: Spent = field(default_factory=Spent)
    stages: dict[str, Spent] = field(default_factory=dict)
    _in_flight: int = 0
    _tokens: int = 0
    _cost: float = 0.0

    def admit(self, estimate: Estimate) -> Admission:
        """Whether a call of this size may start."""
        limits = self.budget
        tokens = self.spent.read + self.spent.written + self._tokens + estimate.tokens
        cost = self.spent.cost + self._cost + (estimate.cost or 0.0)
        over = (
            (limits.max_calls is not None and self.spent.calls >= limits.max_calls)
            or (limits.max_tokens is not None and tokens > limits.max_tokens)
            or (limits.max_cost is not None and cost > limits.max_cost)
        )
        return Admission.go if not over else Admission.wait if self._in_flight else Admission.stop

    def start(self, estimate: Estimate, stage: str = "") -> None:
        """A call starts: it is counted, and its estimate set aside."""
        self._add(stage, Spent(calls=1))
        self._in_flight += 1
        self._tokens += estimate.tokens
        self._cost += estimate.cost or 0.0

    def settle(self, estimate: Estimate, usage: Usage | None, cost: float | None, stage: str = "") -> None:
        """A call is over: what it used takes the place of its estimate. No usage: nothing was billed."""
        self._in_flight -= 1
        self._tokens -= estimate.tokens
        self._cost -= (estimate.cost or 0.0) if self._in_flight else self._cost
        if usage is not None:
            unpriced = int(cost is None)
            self._add(stage, Spent(0, usage.read, usage.written, cost or 0.0, unpriced, usage.estimated))

    def _add(self, stage: str, more: Spent) -> None:
        self.spent += more
        self.stages[stage] = self.stages.get(stage, _NOTHING) + more

    def exhausted(self) -> str:
        """Which limits there are, and what was spent under them."""
        limits = self.budget
        named = (
            ("calls", limits.max_calls, "{:,}"),
            ("tokens", limits.max_tokens, "{:,}"),
            ("cost", limits.max_cost, "${:,g}"),
        )
        told = ", ".join(f"{what} {form.format(limit)}" for what, limit, form in named if limit is not None)
        return f"the budget ({told}) allows no further call; spent: {self.spent}"
