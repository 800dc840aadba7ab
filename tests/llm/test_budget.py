from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import Budget, Spent, Usage
from agentalign.llm.budget import Admission, Estimate, Ledger

LIMITS = st.none() | st.integers(0, 300)


@given(
    st.builds(Budget, LIMITS, LIMITS, st.none() | st.floats(0, 3)),
    st.lists(st.tuples(st.booleans(), st.integers(1, 60), st.integers(0, 60)), max_size=80),
)
def test_the_budget_holds_but_for_what_estimates_missed(budget: Budget, steps: list[tuple[bool, int, int]]) -> None:
    ledger = Ledger(budget)
    in_flight: list[Estimate] = []
    missed = 0
    for settle, tokens, used in steps:
        if settle and in_flight:
            estimate = in_flight.pop(0)
            ledger.settle(estimate, Usage(used, 0), used / 100)
            missed += max(0, used - estimate.tokens)
            continue
        estimate = Estimate(tokens, tokens / 100)
        match ledger.admit(estimate):
            case Admission.go:
                ledger.start(estimate)
                in_flight.append(estimate)
            case Admission.wait:
                assert in_flight
            case Admission.stop:
                assert not in_flight
    for estimate in in_flight:
        ledger.settle(estimate, Usage(estimate.tokens, 0), estimate.cost)
    spent = ledger.spent
    assert budget.max_calls is None or spent.calls <= budget.max_calls
    assert budget.max_tokens is None or spent.read + spent.written <= budget.max_tokens + missed
    assert budget.max_cost is None or spent.cost <= budget.max_cost + missed / 100 + 1e-9


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0, 1)), max_size=30))
def test_what_is_set_aside_is_given_back(calls: list[tuple[int, float]]) -> None:
    ledger = Ledger(Budget(max_tokens=100, max_cost=1.0))
    estimates = [Estimate(*call) for call in calls]
    for estimate in estimates:
        ledger.start(estimate)
    for estimate in estimates:
        ledger.settle(estimate, None, None)
    assert ledger.spent == Spent(calls=len(calls))
    assert ledger.admit(Estimate(100, 1.0)) is Admission.go


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 100), st.none() | st.integers(0, 9)), max_size=30))
def test_stages_add_up(calls: list[tuple[str, int, int | None]]) -> None:
    ledger = Ledger(Budget())
    for stage, used, cost in calls:
        ledger.start(Estimate(1, None), stage)
        ledger.settle(Estimate(1, None), Usage(used, 1), cost, stage)
    assert sum(ledger.stages.values(), Spent()) == ledger.spent
    assert ledger.spent.calls == len(calls)


def test_it_is_said_in_words() -> None:
    ledger = Ledger(Budget(max_calls=3, max_cost=0.5))
    ledger.start(Estimate(10, 0.1))
    ledger.settle(Estimate(10, 0.1), Usage(1_000, 234), 0.25)
    assert ledger.exhausted() == (
        "the budget (calls 3, cost $0.5) allows no further call; spent: 1 call, 1,234 tokens, $0.2500"
    )
    ledger.start(Estimate(10, None))
    ledger.settle(Estimate(10, None), Usage(1, 1, estimated=True), None)
    assert str(ledger.spent) == "2 calls, about 1,236 tokens"
