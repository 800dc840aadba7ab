"""Choices and conditions that are looked up give what asking one condition after the other gives."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.ir import Apply, Const, Expr, Index, Json, MakeList, Var
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.state import State
from agentalign.types import Stream
from simulate.plans import PLAN

EXPRESSIONS = Expressions(Index(PLAN))
WORDS = st.text("ab", max_size=3)
VALUES = WORDS | st.none() | st.booleans() | st.integers() | st.lists(WORDS, max_size=2)
OTHERWISE = Const("otherwise")


def _value(e: Expr, **names: Json) -> Json:
    return EXPRESSIONS.compile(e)(names, State(Stream(b"x"), 0, {}))


def _choice(conditions: list[Expr]) -> Expr:
    cases = chain.from_iterable((condition, Const(at)) for at, condition in enumerate(conditions))
    return Apply("choose", (*cases, OTHERWISE))


def _one_by_one(conditions: list[Expr], **names: Json) -> Json:
    return next((at for at, e in enumerate(conditions) if _value(e, **names)), "otherwise")


@given(st.lists(WORDS, max_size=5), VALUES)
def test_a_choice_by_one_name_is_the_first_condition_that_holds(words: list[str], value: Json) -> None:
    conditions: list[Expr] = [Apply("eq", (Var("word"), Const(word))) for word in words]
    assert _value(_choice(conditions), word=value) == _one_by_one(conditions, word=value)


@pytest.mark.parametrize(
    "odd",
    [
        Apply("eq", (Var("other"), Const("a"))),
        Apply("eq", (Var("word"), Const(1))),
        Apply("eq", (Var("word"), Var("other"))),
        Apply("ne", (Var("word"), Const("b"))),
        Apply("starts_with", (Var("word"), Const("a"))),
    ],
)
@pytest.mark.parametrize("value", ["a", "b", "ab", "c", 1, None])
@pytest.mark.parametrize("other", ["a", "c", 1, None])
def test_one_condition_of_another_kind_is_asked_in_its_turn(odd: Expr, value: Json, other: Json) -> None:
    conditions = [Apply("eq", (Var("word"), Const("b"))), odd, Apply("eq", (Var("word"), Const("ab")))]
    assert _value(_choice(conditions), word=value, other=other) == _one_by_one(conditions, word=value, other=other)


@pytest.mark.parametrize("function", ["contains_any", "starts_with_any"])
@given(st.lists(WORDS, max_size=3), VALUES)
def test_a_list_that_is_written_out_is_tested_as_any_other(function: str, parts: list[str], value: Json) -> None:
    written = MakeList(tuple(Const(part) for part in parts))
    named = _value(Apply(function, (Var("value"), Var("parts"))), value=value, parts=list(parts))
    assert _value(Apply(function, (Var("value"), written)), value=value) == named
    if isinstance(value, str):
        one = {"contains_any": str.__contains__, "starts_with_any": str.startswith}[function]
        assert named == any(one(value, part) for part in parts)


@pytest.mark.parametrize(("value", "holds"), [("ab", True), ("ba", False), ("ca", True)])
def test_a_list_with_a_name_in_it_is_made_anew_every_time(value: str, holds: bool) -> None:
    parts = MakeList((Const("a"), Var("more")))
    assert _value(Apply("starts_with_any", (Var("value"), parts)), value=value, more="c") is holds
