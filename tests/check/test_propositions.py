"""The solver behind totality and reachability, against trying every case."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from agentalign.check.propositions import Among, Both, Formula, Not, Value, evaluate, satisfiable

DOMAINS: dict[str, tuple[Value, ...]] = {
    "a": ("x", "y", "z"),
    "b": (True, False),
    "c": (True, False, None),
    "d": (True, False),
}
TESTS = st.sampled_from(sorted(DOMAINS)).flatmap(
    lambda name: st.frozensets(st.sampled_from(DOMAINS[name])).map(lambda values: Among(name, values))
)
FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    TESTS, lambda inner: st.builds(Not, inner) | st.builds(Both, inner, inner, st.booleans()), max_leaves=8
)


def _cases() -> list[dict[str, Value]]:
    return [dict(zip(DOMAINS, values, strict=True)) for values in product(*DOMAINS.values())]


@given(st.lists(FORMULAS, max_size=3), st.lists(FORMULAS, max_size=3))
def test_finds_a_case_if_and_only_if_there_is_one(true: list[Formula], false: list[Formula]) -> None:
    def fits(case: dict[str, Value]) -> bool:
        return all(evaluate(f, case)[0] is True for f in true) and all(evaluate(f, case)[0] is False for f in false)

    found = satisfiable(true, false, DOMAINS)
    assert (found is not None) == any(map(fits, _cases()))
    if found is not None:
        assert any(fits(case) for case in _cases() if case.items() >= found.items())


@given(FORMULAS, st.sets(st.sampled_from(sorted(DOMAINS))), st.sampled_from(_cases()))
def test_what_is_decided_early_stays_so(formula: Formula, known: set[str], case: dict[str, Value]) -> None:
    early, open_ = evaluate(formula, {name: case[name] for name in known})
    final, _ = evaluate(formula, case)
    assert final is not None
    assert early in {None, final}
    assert (early is None) == (open_ is not None)
    assert open_ not in known
