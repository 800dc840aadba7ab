"""Spaces: finite sets of points over guarded, constrained axes, never materialised.

`build_space` compiles axes and forbidden combinations into a shared decision diagram; a `Space` then counts exactly,
unranks (`space[i]`), ranks (`space.index(point)`), restricts and reports marginals without trial and error.
`BalancedOrder` runs through a space so that values are used evenly.
"""

from typing import TYPE_CHECKING

from agentalign.ir.space.build import build_space
from agentalign.ir.space.heads import Head
from agentalign.ir.space.model import Axis, Forbid, Guard, Overflow, Point, Slots, Test
from agentalign.ir.space.space import Space
from agentalign.late import late

if TYPE_CHECKING:
    from agentalign.ir.space.order import BalancedOrder, Orders, Points
    from agentalign.ir.space.permute import key_of, permutation

__all__ = [
    "Axis",
    "BalancedOrder",
    "Forbid",
    "Guard",
    "Head",
    "Orders",
    "Overflow",
    "Point",
    "Points",
    "Slots",
    "Space",
    "Test",
    "build_space",
    "key_of",
    "permutation",
]

__getattr__ = late(__name__, {"order": ("BalancedOrder", "Orders", "Points"), "permute": ("key_of", "permutation")})
