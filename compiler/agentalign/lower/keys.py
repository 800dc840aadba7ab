"""Brand keys: which platform, network, host or account a step's identifiers belong to, and what that couples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from agentalign.check import ChainInfo, ChainParam, LetRef, LoopItem, StepInfo, StepResult
from agentalign.dataclasses import dataclass
from agentalign.ir import Json, Tool
from agentalign.ir.space import Test
from agentalign.lower.context import Lowering
from agentalign.syntax import nodes as n
from agentalign.types import BrandedType, ListType, NullableType, Type


@dataclass(frozen=True, slots=True)
class KeyOption:
    """The step's key is `key` where `test` holds (always, if None)."""

    test: Test | None
    key: Json


@dataclass(frozen=True, slots=True)
class Key:
    """A step's brand key of one kind: `symbol` where it is an expression of the chain, `options` where it is known."""

    symbol: str | None
    options: tuple[KeyOption, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Two steps whose keys of a kind must agree; `argument` is where the identifier passes from one to the other."""

    kind: str
    left: StepInfo
    right: StepInfo
    argument: n.Expr


Known: TypeAlias = Mapping[str, tuple[str | None, Sequence[Json]]]
"""Parameters with listed values: the axis that chooses among them (None for a constant), and the values."""


def brand(type_: Type) -> BrandedType | None:
    """The brand of an identifier, also inside a list."""
    match type_:
        case BrandedType():
            return type_
        case NullableType(inner=inner):
            return brand(inner)
        case ListType(item=item):
            return brand(item)
        case _:
            return None


def step_key(
    low: Lowering,
    info: StepInfo,
    kind: str,
    tools: Sequence[Tool],
    platforms: Mapping[str, Mapping[str, str]],
    known: Known,
) -> Key:
    """A step's key of a kind, given its possible tools and the parameters whose values are known."""
    for port in info.target.operation.ports:
        if port.key_of is not None and port.key_of.text == kind:
            if port not in info.arguments:
                return _constant_key(low.checked.values.get(port))
            return _argument_key(info.arguments[port], known)
    by_key: dict[str | None, set[int]] = {}
    for at, tool in enumerate(tools):
        key = platforms.get(tool.platform or "", {}).get(kind)
        by_key.setdefault(key, set()).add(at)
    axis = f"tool:{info.step.name.text}"
    if len(by_key) == 1:
        return Key(None, tuple(KeyOption(None, key) for key in by_key))
    return Key(None, tuple(KeyOption(Test(axis, frozenset(at)), key) for key, at in by_key.items()))


def _constant_key(value: Json) -> Key:
    return Key(repr(value), (KeyOption(None, value),))


def _argument_key(argument: n.Expr, known: Known) -> Key:
    if isinstance(argument, n.StringLit):
        return _constant_key(argument.value)
    if isinstance(argument, n.Reference) and argument.name in known:
        axis, values = known[argument.name]
        if axis is None:
            return Key(argument.name, (KeyOption(None, values[0]),))
        rows: dict[str, tuple[Json, set[int]]] = {}
        for at, value in enumerate(values):
            rows.setdefault(repr(value), (value, set()))[1].add(at)
        options = tuple(KeyOption(Test(axis, frozenset(at)), value) for value, at in rows.values())
        return Key(argument.name, options)
    return Key(_symbol(argument), ())


def _symbol(node: n.Expr) -> str:
    match node:
        case n.Reference(name=name):
            return name
        case n.Member(value=value, name=name):
            return f"{_symbol(value)}.{name.text}"
        case _:
            return f"@{node.span.start}"  # equal to nothing but itself


def clashes(left: Key, right: Key) -> Iterator[tuple[tuple[Test, ...], Json, Json]]:
    """The combinations in which two keys differ: the tests that describe each, and the keys. No tests: always."""
    if left.symbol is not None and left.symbol == right.symbol:
        return
    if not left.options or not right.options:
        yield (), left.symbol, right.symbol
        return
    for one in left.options:
        for other in right.options:
            if one.key != other.key or one.key is None:
                yield tuple(test for test in (one.test, other.test) if test), one.key, other.key


def links(low: Lowering, chain: ChainInfo) -> Iterator[Link]:
    """What couples the steps of a chain: results that flow on, and parameters that several steps use."""
    uses: dict[tuple[n.PortDecl, str], StepInfo] = {}
    for info in chain.steps.values():
        for port, argument in info.arguments.items():
            branded = brand(low.type(port))
            if branded is None:
                continue
            for origin in _origins(low, argument):
                if isinstance(origin, n.Step):
                    yield Link(branded.kind, chain.steps[origin], info, argument)
                elif (first := uses.setdefault((origin, branded.kind), info)) is not info:
                    yield Link(branded.kind, first, info, argument)


def consumers(low: Lowering, chain: ChainInfo) -> Mapping[n.PortDecl, tuple[StepInfo, str]]:
    """The first step that takes a branded parameter, and the kind of its brand: that step decides its shape."""
    found: dict[n.PortDecl, tuple[StepInfo, str]] = {}
    for info in chain.steps.values():
        for port, argument in info.arguments.items():
            branded = brand(low.type(port))
            for origin in _origins(low, argument) if branded else ():
                if branded and isinstance(origin, n.PortDecl):
                    found.setdefault(origin, (info, branded.kind))
    return found


def home(low: Lowering, chain: ChainInfo, kind: str, values: Iterable[n.Expr]) -> str | None:
    """The step whose key of a kind some identifier among the values carries: its maker, or the first that takes it."""
    takers = consumers(low, chain)
    for value in values:
        for origin in _origins(low, value):
            if isinstance(origin, n.Step):
                return origin.name.text
            info, branded = takers.get(origin, (None, ""))
            if info is not None and branded == kind:
                return info.step.name.text
    return None


def _origins(low: Lowering, node: n.Expr) -> Iterator[n.Step | n.PortDecl]:
    """The steps and parameters a value may come from."""
    match node:
        case n.Reference():
            match low.checked.refs.get(node):
                case StepResult(step=step):
                    yield step
                case ChainParam(decl=decl):
                    yield decl
                case LoopItem(repeat=repeat):
                    yield from _origins(low, repeat.source)
                case LetRef(let=n.Let(value=value)):
                    yield from _origins(low, value)
        case n.Member(value=value):
            yield from _origins(low, value)
        case n.Selection(source=source):
            yield from _origins(low, source)
        case n.Conditional(then=then, otherwise=otherwise):
            yield from _origins(low, then)
            yield from _origins(low, otherwise)
        case n.ListLit(items=items):
            for item in items:
                yield from _origins(low, item)
        case n.Call(callee=n.Reference(name="take" | "sample"), arguments=arguments):
            yield from _origins(low, arguments[0].value)
