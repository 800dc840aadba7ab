"""Choosing among values by conditions, and the conditions that long choices are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentalign import ir
from agentalign.ir import Json
from agentalign.simulate.functions import text
from agentalign.simulate.state import Fn, Scope, State


def choose(conditions: Sequence[ir.Expr], compiled: Sequence[Fn], values: Sequence[Fn], otherwise: Fn) -> Fn:
    """Return what gives the value of the first condition that holds; conditions that compare one name are looked up."""
    told = _told_apart(conditions)
    if told is not None:
        return _look_up(told[0], dict(zip(told[1], values, strict=True)), otherwise)
    return _choose(list(zip(compiled, values, strict=True)), otherwise)


def either(condition: Fn, then: Fn, otherwise: Fn) -> Fn:
    """Return what gives one of two values."""

    def choose(v: Scope, w: State) -> Json:
        holds = condition(v, w)
        return otherwise(v, w) if holds is None or holds is False else then(v, w)

    return choose


def any_of(how: str, value: Fn, e: ir.Expr) -> Fn | None:
    """Return a test for strings that are written out; None where they are not."""
    parts = _strings(e)
    return None if parts is None else _any(how, value, parts)


def _choose(cases: list[tuple[Fn, Fn]], otherwise: Fn) -> Fn:
    def choose(v: Scope, w: State) -> Json:
        for when, value in cases:
            holds = when(v, w)
            if holds is not None and holds is not False:
                return value(v, w)
        return otherwise(v, w)

    return choose


def _told_apart(conditions: Sequence[ir.Expr]) -> tuple[str, list[str]] | None:
    """The one name that all of these compare with a string, and the strings, if they are different."""
    names, strings = set(), []
    for condition in conditions:
        match condition:
            case ir.Apply(function="eq", arguments=(ir.Var(name=name), ir.Const(value=str(value)))):
                names.add(name)
                strings.append(value)
            case _:
                return None
    return (names.pop(), strings) if len(names) == 1 and len(set(strings)) == len(strings) else None


def _look_up(name: str, values: Mapping[str, Fn], otherwise: Fn) -> Fn:
    def choose(v: Scope, w: State) -> Json:
        key = v[name]
        return (values.get(key, otherwise) if isinstance(key, str) else otherwise)(v, w)

    return choose


def _strings(e: ir.Expr) -> tuple[str, ...] | None:
    """The strings of a list that is written out; None for any other."""
    if not isinstance(e, ir.MakeList):
        return None
    strings = [item.value for item in e.items if isinstance(item, ir.Const) and isinstance(item.value, str)]
    return tuple(strings) if len(strings) == len(e.items) else None


def _any(how: str, value: Fn, parts: tuple[str, ...]) -> Fn:
    if how == "starts_with_any":
        return lambda v, w: text(value(v, w)).startswith(parts)
    return lambda v, w: any(map(text(value(v, w)).__contains__, parts))
