"""Expressions as closures: compiled once, then called with the names in scope and the state of the world.

Everything that does not depend on the case is settled when compiling: tables, fields, partitions of fixed platforms,
generators, templates. What remains is flat: no kind of node dominates a case's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import assert_never

from agentalign import ir
from agentalign.ir import Expr, Json, walk
from agentalign.simulate import clock
from agentalign.simulate.choosing import any_of, choose, either
from agentalign.simulate.fresh import (
    Maker,
    decimal_between,
    int_between,
    maker,
    new_id,
    picker,
    specialise,
    unshaped,
)
from agentalign.simulate.functions import EAGER, items, text, truth
from agentalign.simulate.joining import joined, summands
from agentalign.simulate.numbers import whole
from agentalign.simulate.rows import Tables
from agentalign.simulate.state import Fn, Scope, State
from agentalign.templates import compile_template
from agentalign.types import DomainType, Type, domains, strip

ROW = "@row"
"""The name of the row that a selection's `where` looks at."""

_OUTSIDE = re.compile(r"\b(?:account|clock)\b")


class Expressions:
    """Compiles the expressions of one plan."""

    def __init__(self, index: ir.Index) -> None:
        self._index = index
        self._tables = Tables(index, self.compile)
        self._picker = cache(lambda name: picker(index.lexicons[name]))

    def compile(self, e: Expr) -> Fn:
        """Return the closure of an expression. Raises `ValueError` for a new value of a type that has none."""
        match e:
            case ir.Const(value=constant):
                return lambda _v, _w: constant
            case ir.Var(name=name):
                return lambda v, _w: v[name]
            case ir.Get(value=ir.Var(name=name), field=field):
                return _member(name, field)
            case ir.Get(value=value, field=field):
                return _get(self.compile(value), field)
            case ir.Part(value=value, domain=domain, part=part):
                return _part(self.compile(value), domain, part)
            case ir.Account(field=field):
                return lambda _v, w: w.account.get(field)
            case ir.Clock():
                return self._clock(e)
            case ir.Fresh():
                return self._fresh(e)
            case ir.Text(template=template):
                return wording(template)
            case ir.MakeList(items=members):
                made = [self.compile(member) for member in members]
                return lambda v, w: [member(v, w) for member in made]
            case ir.Apply():
                return self._apply(e)
            case ir.Select():
                return self._select(e)
            case ir.Do():
                return self._do(e)
            case ir.Invoke():
                return self._invoke(e)
            case ir.MakeRecord() | ir.Rows() | ir.Row() | ir.Insert() | ir.Update() | ir.Delete() | ir.Invent():
                return self._tables.compile(e)
            case _:
                assert_never(e)

    @property
    def tables(self) -> Tables:
        """The compiler of what touches tables."""
        return self._tables

    def _clock(self, e: ir.Clock) -> Fn:
        match e.kind:
            case "now":
                return lambda _v, w: clock.now(w.seconds)
            case "today":
                return lambda _v, w: clock.today(w.seconds)
            case "after":
                minutes = self.compile(e.minutes or ir.Const(0))
                return lambda v, w: clock.now(clock.after(w.seconds, minutes(v, w)))
            case _:
                assert_never(e.kind)

    def _fresh(self, e: ir.Fresh) -> Fn:
        arguments = [self.compile(argument) for argument in e.arguments]
        match e.kind:
            case "value":
                return self._value(e)
            case "id":
                prefix = arguments[0] if arguments else (lambda _v, _w: "")
                return lambda v, w: new_id(text(prefix(v, w)), w.stream)
            case "int":
                low, high = arguments
                match e.arguments:
                    case ir.Const(value=least), ir.Const(value=most) if type(least) is int and type(most) is int:
                        return _int_between(least, max(least, most))
                return lambda v, w: int_between(whole(low(v, w)), whole(high(v, w)), w.stream)
            case "decimal":
                low, high = arguments
                return lambda v, w: decimal_between(low(v, w), high(v, w), w.stream)
            case "pick":
                assert e.lexicon is not None, "a pick names its lexicon"
                pick: Fn = self._picker(e.lexicon)
                return pick
            case _:
                assert_never(e.kind)

    def _value(self, e: ir.Fresh) -> Fn:
        """A new value; where its shape depends on brands, their keys are those of the call at hand."""
        kind = e.type
        assert kind is not None, "a fresh value has a type"
        brands = unshaped(kind)
        if not brands:
            make, domain = maker(kind), strip(kind)
            if isinstance(domain, DomainType):
                read, count = domains[domain.domain].make, domains[domain.domain].size
                return lambda _v, w: read(w.stream.below(count))
            return lambda _v, w: make(w.stream)
        if len(brands) == 1:
            return _branded(kind, brands[0])
        by_keys = cache(lambda keys: maker(specialise(kind, dict(zip(brands, keys, strict=True)))))
        names = [f"@{brand}" for brand in brands]
        return lambda v, w: by_keys(tuple(v[name] for name in names))(w.stream)

    def _apply(self, e: ir.Apply) -> Fn:
        parts = summands(e)
        if parts is not None:
            return joined(parts, self.compile)
        arguments = [self.compile(argument) for argument in e.arguments]
        match e.function, arguments:
            case "and", (a, b):
                return lambda v, w: truth(a(v, w)) and truth(b(v, w))
            case "or", (a, b):
                return lambda v, w: truth(a(v, w)) or truth(b(v, w))
            case "not", (a,):
                return lambda v, w: not truth(a(v, w))
            case "present", (a,):
                return lambda v, w: a(v, w) is not None
            case "if", (a, b, c):
                return either(a, b, c)
            case "choose", [*cases, otherwise]:
                return choose(e.arguments[:-1:2], cases[::2], cases[1::2], otherwise)
            case "contains_any" | "starts_with_any" as how, (a, b):
                return any_of(how, a, e.arguments[1]) or _call(e, arguments)
            case "take", (a, b):
                return lambda v, w: w.take(items(a(v, w)), whole(b(v, w)))
            case "sample", (a, b):
                return lambda v, w: w.sample(items(a(v, w)), whole(b(v, w)))
            case _:
                return _call(e, arguments)

    def _select(self, e: ir.Select) -> Fn:
        rows = self._matching(e)
        key = (lambda row: row.get(e.field) if isinstance(row, dict) else None) if e.field else (lambda row: row)
        match e.how:
            case "all":
                return rows
            case "first":
                return lambda v, w: next(iter(rows(v, w)), None)
            case "last":
                return lambda v, w: next(reversed(rows(v, w)), None)
            case "min" | "max" as how:
                return lambda v, w: _best(rows(v, w), key, largest=how == "max")
            case _:
                assert_never(e.how)

    def _matching(self, e: ir.Select) -> Callable[[Scope, State], list[Json]]:
        source = self.compile(e.source)
        if e.where is None:
            return lambda v, w: items(source(v, w))
        where = self.compile(e.where)

        def matching(v: Scope, w: State) -> list[Json]:
            scope, found = v.copy(), []
            for row in items(source(v, w)):
                scope[ROW] = row
                if truth(where(scope, w)):
                    found.append(row)
            return found

        return matching

    def _do(self, e: ir.Do) -> Fn:
        statements = [(let.name, self.compile(let.value)) for let in e.statements]
        result = self.compile(e.result)

        def do(v: Scope, w: State) -> Json:
            scope = v.copy()
            for name, value in statements:
                made = value(scope, w)
                if name is not None:
                    scope[name] = made
            return result(scope, w)

        return do

    def _invoke(self, e: ir.Invoke) -> Fn:
        """A function's body in a scope of its own; of the caller it sees the brand keys alone, and only if it needs any."""
        body = self.compile(e.body)
        given = [(slot.field, self.compile(slot.value)) for slot in e.arguments]
        kinds = {kind for n in walk(e.body) if isinstance(n, ir.Fresh) and n.type for kind in unshaped(n.type)}
        given += [(name, self.compile(ir.Var(name))) for name in sorted(f"@{kind}" for kind in kinds)]
        match given:
            case [(name, value)]:
                return lambda v, w: body({name: value(v, w)}, w)
            case [(name, value), (other, second)]:
                return lambda v, w: body({name: value(v, w), other: second(v, w)}, w)
            case _:
                return lambda v, w: body({name: value(v, w) for name, value in given}, w)


def draws(e: object) -> bool:
    """Tell whether an expression draws from the random stream."""
    return any(
        isinstance(n, ir.Fresh | ir.Invent) or (isinstance(n, ir.Apply) and n.function == "sample") for n in walk(e)
    )


@lru_cache(maxsize=65_536)
def wording(template: str) -> Fn:
    """Return what renders a desugared template; it may use the names in scope, `account` and `clock`."""
    render = compile_template(template).render
    if not _looks_outside(template):
        return lambda v, _w: render(v)
    return lambda v, w: render({**surroundings(template, w), **v})


def surroundings(template: str, w: State) -> dict[str, object]:
    """Return `account` and `clock` for a template that uses either: most templates need neither."""
    return {"account": w.account, "clock": readings(w)} if _looks_outside(template) else {}


@lru_cache(maxsize=65_536)
def _looks_outside(template: str) -> bool:
    return _OUTSIDE.search(template) is not None


@lru_cache(maxsize=65_536)
def names_tools(template: str) -> bool:
    """Tell whether a template may say how a tool is called."""
    return "tool" in template


def readings(w: State) -> dict[str, Json]:
    """Return what templates see as `clock`."""
    return {"now": clock.now(w.seconds), "today": clock.today(w.seconds)}


def _member(name: str, field: str) -> Fn:
    def get(v: Scope, _w: State) -> Json:
        record = v[name]
        return record.get(field) if isinstance(record, dict) else None

    return get


def _get(value: Fn, field: str) -> Fn:
    def get(v: Scope, w: State) -> Json:
        record = value(v, w)
        return record.get(field) if isinstance(record, dict) else None

    return get


def _part(value: Fn, domain: str, part: str) -> Fn:
    read = domains[domain].parts[part].read

    def get(v: Scope, w: State) -> Json:
        whole_value = value(v, w)
        try:
            return read(whole_value) if isinstance(whole_value, str) else None
        except (ValueError, LookupError):  # a schema cannot rule out every value that is none of the domain
            return None

    return get


def _int_between(low: int, high: int) -> Fn:
    count = high - low + 1
    return lambda _v, w: low + w.stream.below(count)


def _branded(kind: Type, brand: str) -> Fn:
    """A new value whose shape depends on one brand."""
    makers: dict[Json, Maker] = {}
    name = f"@{brand}"

    def make(v: Scope, w: State) -> Json:
        key = v[name]
        known = makers.get(key)
        if known is None:
            known = makers[key] = maker(specialise(kind, {brand: key}))
        return known(w.stream)

    return make


def _call(e: ir.Apply, arguments: list[Fn]) -> Fn:
    function = EAGER[e.function]
    match e.arguments, arguments:
        case _, [a]:
            return lambda v, w: function(a(v, w))
        case (_, ir.Const(value=constant)), [a, _]:
            return lambda v, w: function(a(v, w), constant)
        case (ir.Const(value=constant), _), [_, b]:
            return lambda v, w: function(constant, b(v, w))
        case _, [a, b]:
            return lambda v, w: function(a(v, w), b(v, w))
        case _:
            return lambda v, w: function(*(argument(v, w) for argument in arguments))


def _best(rows: list[Json], key: Callable[[Json], Json], *, largest: bool) -> Json:
    """The first row with the largest or smallest key; rows without a key come last, and only if no other is there."""
    kept = [(row, value) for row in rows if (value := key(row)) is not None]
    if not kept:
        return rows[0] if rows else None
    best, most = kept[0]
    less = EAGER["lt"]
    for row, value in kept[1:]:
        if less(most, value) if largest else less(value, most):
            best, most = row, value
    return best
