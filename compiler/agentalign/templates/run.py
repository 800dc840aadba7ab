"""Rendering desugared templates: each becomes a row of closures that look values up and join strings.

Only nodes of our own tree are ever run, so there is no code to inject into: a template can read dictionaries, call our
filters, and nothing else; every loop runs over a list that exists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, assert_never

from agentalign.dataclasses import dataclass, field
from agentalign.templates.desugar import expression
from agentalign.templates.filters import FILTERS, INTERNAL
from agentalign.templates.nodes import (
    Apply,
    Broken,
    Compare,
    Expr,
    Filtered,
    For,
    Group,
    If,
    Literal,
    Logic,
    Node,
    Output,
    Path,
    Text,
)
from agentalign.templates.reread import reread
from agentalign.templates.scope import Guard

Values: TypeAlias = Mapping[str, object]
Choices: TypeAlias = Sequence[int] | Mapping[int, int]
_Piece: TypeAlias = Callable[[Values, Choices], str]
_Get: TypeAlias = Callable[[Values], object]

_RUN = {name: known.run for name, known in (*FILTERS.items(), *INTERNAL.items())}


class RenderError(Exception):
    """A desugared template met values that checking should have kept from it: a bug of the compiler, not of a spec."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A template ready to run; `sites` are its choices' words, in the order of their numbers."""

    text: str
    sites: tuple[tuple[str, ...], ...]
    _print: _Piece = field(repr=False)

    def render(self, values: Values, choices: Choices = ()) -> str:
        """Return the text for values by name (JSON values; `@tool` and `@details` map steps to their wording).

        `choices` gives the number of the word taken for each site that is reached. Raises `RenderError` for a value
        that is missing, null, or of a type without wording.
        """
        try:
            return self._print(values, choices)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise RenderError(f"{type(error).__name__}: {error}, in the template {self.text!r}") from error


@lru_cache(maxsize=65_536)
def compile_template(desugared: str) -> Compiled:
    """Return a desugared template, ready to run; raises `ValueError` for a text that `desugar` does not write."""
    sites: dict[int, tuple[str, ...]] = {}
    pieces = _block(reread(desugared), sites)
    if sorted(sites) != list(range(len(sites))):
        raise ValueError(f"the choices of {desugared!r} are not numbered from 0")
    return Compiled(desugared, tuple([sites[at] for at in range(len(sites))]), pieces)


def decide(guard: Guard, values: Values) -> bool:
    """Tell whether a guard lets its mention or choice through for these values; raises as `Compiled.render` does."""
    try:
        return bool(_condition(guard.condition)(values)) == guard.holds
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise RenderError(f"{type(error).__name__}: {error}, in {expression(guard.condition)!r}") from error


# ----------------------------------------------------------------------------------------------------------- printing


def _block(nodes: Sequence[Node], sites: dict[int, tuple[str, ...]]) -> _Piece:
    """Return what prints some nodes; what most templates print is looked up here, without a closure for each."""
    fixed: list[str] = []
    names: list[tuple[int, str]] = []
    picks: list[tuple[int, int, tuple[str, ...]]] = []
    made: list[tuple[int, _Piece]] = []
    for at, node in enumerate(nodes):
        fixed.append(node.text if isinstance(node, Text) else "")
        match node:
            case Text():
                pass
            case Output(expr=Path(names=(name,))):
                names.append((at, name.text))
            case Output(expr=Apply(function=function, args=args)) if function.text == "one_of":
                picks.append((at, *_choice(args, sites)))
            case Output(expr=expr):
                made.append((at, _output(expr, sites)))
            case If():
                made.append((at, _if(node, sites)))
            case For():
                made.append((at, _for(node, sites)))
            case _:
                assert_never(node)
    join = "".join
    if not (names or picks or made):
        whole = join(fixed)
        return lambda _values, _choices: whole

    def run(values: Values, choices: Choices) -> str:
        pieces = fixed.copy()
        for at, key in names:
            pieces[at] = values[key]  # type: ignore[call-overload]
        for at, site, words in picks:
            pieces[at] = words[_chosen(site, choices)]
        for at, piece in made:
            pieces[at] = piece(values, choices)
        # Joining refuses everything but strings, so a null or a number never slips into prose.
        return join(pieces)

    return run


def _output(expr: Expr, sites: dict[int, tuple[str, ...]]) -> _Piece:
    match expr:
        case Path(names=(name,)):
            key = name.text
            return lambda values, _choices: values[key]  # type: ignore[return-value]
        case Path(names=(name, member)):
            key, inner = name.text, member.text
            return lambda values, _choices: values[key][inner]  # type: ignore[index]
        case Apply(function=function, args=args) if function.text == "one_of":
            site, words = _choice(args, sites)
            return lambda _values, choices: words[_chosen(site, choices)]
        case Apply(function=function, args=args):
            return _of_step(function.text, args)
        case Filtered(value=value, name=name, args=args):
            return _filtered(_output(value, sites), name.text, args)
        case _:
            get = _value(expr)
            return lambda values, _choices: get(values)  # type: ignore[return-value]


def _choice(args: Sequence[Expr], sites: dict[int, tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    """Return the number of a choice, and its words."""
    numbers = [arg.value for arg in args if isinstance(arg, Literal)]
    site = numbers[0] if numbers and isinstance(numbers[0], int) else -1
    words = tuple(word for word in numbers[1:] if isinstance(word, str))
    if site < 0 or len(words) != len(args) - 1 or site in sites:
        raise ValueError("a choice needs its own number and its words")
    sites[site] = words
    return site, words


def _chosen(site: int, choices: Choices) -> int:
    at = choices[site]
    if at < 0:
        raise IndexError(f"choice {site} is {at}")
    return at


def _filtered(inner: _Piece, name: str, args: Sequence[Expr]) -> _Piece:
    run = _RUN.get(name)
    if run is None:
        raise ValueError(f"there is no filter `{name}`")
    constants = [arg.value for arg in args if isinstance(arg, Literal)]
    if not args:
        return lambda values, choices: run(inner(values, choices))  # type: ignore[return-value]
    if len(constants) == len(args):
        fixed = tuple(constants)
        return lambda values, choices: run(inner(values, choices), *fixed)  # type: ignore[return-value]
    getters = tuple(_value(arg) for arg in args)
    return lambda values, choices: run(inner(values, choices), *(get(values) for get in getters))  # type: ignore[return-value]


def _if(node: If, sites: dict[int, tuple[str, ...]]) -> _Piece:
    branches = tuple((_condition(branch.condition), _block(branch.body, sites)) for branch in node.branches)
    otherwise = _block(node.otherwise, sites)

    def run(values: Values, choices: Choices) -> str:
        for holds, body in branches:
            if holds(values):
                return body(values, choices)
        return otherwise(values, choices)

    return run


def _for(node: For, sites: dict[int, tuple[str, ...]]) -> _Piece:
    source, body, name = _value(node.source), _block(node.body, sites), node.name.text

    def run(values: Values, choices: Choices) -> str:
        items = source(values)
        if not isinstance(items, (list, tuple)):
            raise TypeError(f"not a list: {items!r}")
        inside = dict(values)
        out: list[str] = []
        for at, member in enumerate(items, 1):
            inside[name] = member
            inside["loop"] = {"first": at == 1, "last": at == len(items), "index": at}
            out.append(body(inside, choices))
        return "".join(out)

    return run


# ------------------------------------------------------------------------------------------------------------- values


def _value(expr: Expr) -> _Get:
    """Return how to get a value that has to be there."""
    match expr:
        case Path():
            return _path(expr.path)
        case Literal(value=value):
            return lambda _values: value
        case Filtered(value=value, name=name, args=args):
            return _filtered_value(_value(value), name.text, args)
        case Apply(function=function, args=args):
            return _step(function.text, args)
        case _:
            raise ValueError(f"not a value: {expression(expr)}")


def _path(path: tuple[str, ...]) -> _Get:
    first, rest = path[0], path[1:]

    def get(values: Values) -> object:
        value = values[first]
        for name in rest:
            value = value[name]  # type: ignore[index]
        return value

    return get


def _filtered_value(inner: _Get, name: str, args: Sequence[Expr]) -> _Get:
    run = _RUN.get(name)
    if run is None:
        raise ValueError(f"there is no filter `{name}`")
    getters = tuple(_value(arg) for arg in args)
    return lambda values: run(inner(values), *(get(values) for get in getters))


def _step(function: str, args: Sequence[Expr]) -> _Get:
    piece = _of_step(function, args)
    return lambda values: piece(values, ())


def _of_step(function: str, args: Sequence[Expr]) -> _Piece:
    step = args[0].path[0] if args and isinstance(args[0], Path) else None
    if step is None or function not in {"tool", "details"}:
        raise ValueError(f"`{function}` needs the name of a step")
    key = f"@{function}"
    blank = args[1].value if len(args) > 1 and isinstance(args[1], Literal) else ""

    if not blank:
        return lambda values, _choices: values[key][step] or ""  # type: ignore[index]

    def get(values: Values, _choices: Choices) -> str:
        found = values[key][step]  # type: ignore[index]
        return f"{blank}{found}" if found else ""

    return get


# --------------------------------------------------------------------------------------------------------- conditions


def _condition(expr: Expr) -> _Get:
    """Return how to decide a condition, in which an absent field counts as null."""
    match expr:
        case Path():
            return _lenient(expr.path)
        case Logic(op="not", operands=(operand,)):
            inner = _condition(operand)
            return lambda values: not inner(values)
        case Logic(op=op, operands=(left, right)):
            first, second = _condition(left), _condition(right)
            if op == "and":
                return lambda values: first(values) and second(values)
            return lambda values: first(values) or second(values)
        case Compare():
            return _compare(expr)
        case Group(items=items):
            getters = tuple(_condition(member) for member in items)
            return lambda values: [get(values) for get in getters]
        case Filtered(value=value, name=name, args=args):
            return _filtered_value(_condition(value), name.text, args)
        case Broken():
            raise ValueError("not a condition")
        case _:
            return _value(expr)


def _lenient(path: tuple[str, ...]) -> _Get:
    first, rest = path[0], path[1:]

    def get(values: Values) -> object:
        value = values[first]
        for name in rest:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return get


def _compare(expr: Compare) -> _Get:
    left, right = _condition(expr.left), _condition(expr.right)
    match expr.op:
        case "==":
            return lambda values: left(values) == right(values)
        case "!=":
            return lambda values: left(values) != right(values)
        case "<":
            return lambda values: left(values) < right(values)  # type: ignore[operator]
        case "<=":
            return lambda values: left(values) <= right(values)  # type: ignore[operator]
        case ">":
            return lambda values: left(values) > right(values)  # type: ignore[operator]
        case ">=":
            return lambda values: left(values) >= right(values)  # type: ignore[operator]
        case "in":
            return lambda values: left(values) in right(values)  # type: ignore[operator]
        case _:
            assert_never(expr.op)
