"""Identifiers that look otherwise on each network, host or platform: which values suit which choice of tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agentalign.check import ChainInfo, StepInfo
from agentalign.dataclasses import replace
from agentalign.ir import Json, Removal
from agentalign.ir.space import Forbid, Test
from agentalign.lower.context import Lowering
from agentalign.lower.keys import Key, KeyOption, brand, consumers
from agentalign.lower.pools import Pool
from agentalign.syntax import nodes as n
from agentalign.types import ListType, Type, conforms, variant


def shape(type_: Type, key: Json) -> Type | None:
    """The shape a parameter has under a brand key; None where the type has none for it."""
    if isinstance(type_, ListType):
        item = shape(type_.item, key)
        return None if item is None else replace(type_, item=item)
    return variant(type_, str(key))


def misfits(
    low: Lowering,
    chain: ChainInfo,
    reading: n.ReadingDecl,
    pools: tuple[Pool, ...],
    key_of: Callable[[StepInfo, str], Key],
) -> Iterator[Removal]:
    """The tools for which a parameter has no shape, and the listed values that have another."""
    for param, (info, kind) in consumers(low, chain).items():
        branded = brand(low.type(param))
        if branded is None or not branded.variants:
            continue
        for option in key_of(info, kind).options:
            for tests in _misfits(low, reading, param, option, pools):
                reason = f"`{param.name.text}` has another shape on {option.key}"
                yield Removal(Forbid(tests, reason), reason, low.at(chain.chain, param))


def _misfits(
    low: Lowering, reading: n.ReadingDecl, param: n.PortDecl, option: KeyOption, pools: tuple[Pool, ...]
) -> Iterator[tuple[Test, ...]]:
    here = () if option.test is None else (option.test,)
    wanted = shape(low.type(param), option.key)
    name = param.name.text
    bind = next((item for item in reading.items if isinstance(item, n.Bind) and item.name.text == name), None)
    pool = next((pool for pool in pools if name in pool.names), None)
    if wanted is None or (bind is not None and conforms(low.checked.values[bind], wanted) is not None):
        yield here
    elif pool is not None:
        at = pool.names.index(name)
        wrong = frozenset(row for row, values in enumerate(pool.rows) if conforms(values[at], wanted) is not None)
        if wrong:
            yield (*here, Test(pool.axis, wrong))
