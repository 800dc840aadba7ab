"""Spaces: finite sets of points over guarded, constrained axes, never materialised.

`build_space` compiles axes and forbidden combinations into a shared decision diagram; a `Space` then counts exactly,
unranks (`space[i]`), ranks (`space.index(point)`), restricts and reports marginals without trial and error.
`BalancedOrder` runs through a space so that values are used evenly.
"""

from agentalign.ir.space.build import build_space
from agentalign.ir.space.heads import Head
from agentalign.ir.space.model import Axis, Forbid, Guard, Overflow, Point, Test
from agentalign.ir.space.order import BalancedOrder
from agentalign.ir.space.permute import key_of, permutation
from agentalign.ir.space.space import Space

__all__ = [
    "Axis",
    "BalancedOrder",
    "Forbid",
    "Guard",
    "Head",
    "Overflow",
    "Point",
    "Space",
    "Test",
    "build_space",
    "key_of",
    "permutation",
]
