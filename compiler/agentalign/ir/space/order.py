"""The balanced order: a seeded bijection from `[0, count)` to the points that uses each value before it repeats any.

Every node turns the index `t` it is handed into indices for what is below it.

*Product*, parts with counts `c_1 .. c_k`, `P_j = c_1 * .. * c_j`. Write `t mod P_j = s + q * P` with `P = P_(j-1)`,
`s < P`; then part `j` gets

    u_j = f_j(s) + q * P + q // (c / gcd(P, c))   (mod c = c_j)

For given `s`, the `c` values of `q` give `c` different `u_j` (`q * P` runs through the multiples of the gcd, the last
term through the residues between them), so `t -> (u_1 .. u_k)` is a bijection by induction, *whatever* `f_j` is. With
`f_j(s) = s mod c`, `u_j = t + t // lcm(P, c) (mod c)`, and every aligned block of `c` indices has every value of the
part once. But parts of equal count would then run in lock-step: after a first part of 65,536 values, two axes of two
values would agree on each of the first 65,536 rows. So a part that is a single axis uses another permutation on each
block of `c` consecutive `s`. Such an axis still has each value once in every aligned block that contains no multiple of
`P` in its middle, and after any number of indices no value is more than two uses ahead of another. Parts that are sums
run straight on, because their own axes are balanced along consecutive indices, but each time round under another salt.
Parts are sorted by falling count, so that multiples of `P` are rare.

*Sum*: round robin over the values, each being out when the points below it are used up. Values that share a branch form
a group: a product of the group (first) and what follows. In each round the groups are interleaved by their sizes and
rotated by an offset keyed by round and salt.

A *salt* other than 0 makes another balanced order of the same node: it also permutes the values of the axes below. As
it is a function of the salt above and of `s`, which is fixed where bijectivity is at stake, the whole stays a
bijection.

All keys depend on the caller's key and the axis name only: spaces that share axes agree on their values for equal `t`,
as long as `t` is below the axis's size and below the count of the space's largest part.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import gcd
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.ir.space.heads import Head
from agentalign.ir.space.interleave import Tree, fold, locate, position
from agentalign.ir.space.model import Point, Slots
from agentalign.ir.space.nodes import Choice, Node, Product, Sum, product_of
from agentalign.ir.space.permute import Permutation, Shuffle, key_of, mix, permutation, shuffle
from agentalign.ir.space.space import Space
from agentalign.ir.space.values import Values

_LISTED: Final = 256


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A free choice; `listed` has the values in their order if they are not too many."""

    axis: int
    values: Values
    images: Permutation
    shuffle: Shuffle
    count: int
    listed: tuple[int, ...]

    def find(self, value: int | None, salt: int) -> int:
        """Return the index of a value."""
        rank = None if value is None else self.values.rank(value)
        if rank is None:
            raise AssertionError
        return self.shuffle.find(salt, self.images.find(rank))


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stretch of rounds with the same groups: `tree` interleaves their `size` slots."""

    start: int
    first_round: int
    size: int
    tree: Tree


@dataclass(frozen=True, slots=True)
class _Wheel:
    """A sum; `groups[k]` is the product of the values in `values[k]` and what follows them."""

    axis: int
    values: tuple[Values, ...]
    groups: tuple["_Bundle", ...]
    stages: tuple[_Stage, ...]
    starts: tuple[int, ...]
    first_rounds: tuple[int, ...]
    key: int
    count: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A part within a product: `before` is the product of the counts of the earlier ones.

    `period` is `count / gcd(before, count)`, `blocks` how many whole blocks fit below `before`; indices below `plain`
    are handed on as they are.
    """

    plan: "_Leaf | _Wheel"
    before: int
    count: int
    period: int
    blocks: int
    plain: int

    def place(self, t: int) -> int:
        """Return the part's index for index `t` of the product."""
        count, before = self.count, self.before
        shift = 0
        if t >= before:
            turn, t = divmod(t % (before * count), before)
            shift = turn * before + turn // self.period
        if isinstance(self.plan, _Leaf):
            block, offset = divmod(t, count)
            if 0 < block < self.blocks:
                return (self.plan.shuffle.at(block, offset) + shift) % count
            return (offset + shift) % count
        return (t + shift) % count

    def salt(self, t: int, salt: int) -> int:
        """Return the salt of the part, given that of the product."""
        lap = t % self.before // self.count
        return mix(salt + lap) if salt or lap else 0

    def unplace(self, s: int, index: int) -> int:
        """Return `t mod (before * count)`, given `s = t mod before` and the part's index."""
        count, before, period = self.count, self.before, self.period
        shift = (index - self.place(s)) % count
        step = count // period  # the gcd
        carry = shift % step
        turn = (shift // step) * pow(before // step, -1, period) % period if period > 1 else 0
        return s + (turn + carry * period) * before


@dataclass(frozen=True, slots=True)
class _Bundle:
    places: tuple[_Place, ...]
    fixed: tuple[tuple[int, int], ...]


_Plan: TypeAlias = _Leaf | _Wheel


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a balanced order, and no more than it takes to find them; `start` has the axes with one value."""

    start: Slots
    count: int
    places: tuple[_Place, ...]

    def slots(self, t: int) -> Slots:
        """Return the point at `t mod count`; raises IndexError for a negative index or an empty space."""
        if t < 0 or not self.count:
            raise IndexError(t)
        slots = list(self.start)
        stack = [(self.places, t % self.count, 0)]
        while stack:
            places, t, salt = stack.pop()
            for place in places:
                plan, u = place.plan, t if t < place.plain else place.place(t)
                if isinstance(plan, _Leaf):
                    at, listed = plan.shuffle.at(salt, u) if salt else u, plan.listed
                    slots[plan.axis] = listed[at] if listed else plan.values.at(plan.images.at(at))
                else:
                    inner = place.salt(t, salt)
                    bundle, turn = _turn(plan, u, inner)
                    for axis, value in bundle.fixed:
                        slots[axis] = value
                    stack.append((bundle.places, turn, inner))
        return tuple(slots)


class BalancedOrder:
    """The balanced order of a space under a key. `order[t]` takes any `t >= 0`, modulo the count."""

    __slots__ = ("_bundle", "_orders", "_points", "space")

    def __init__(self, space: Space, key: str, orders: "Orders | None" = None) -> None:
        """Compile the order; `orders` is for `over`."""
        self.space = space
        self._orders = orders or Orders(space.names, key)
        self._bundle = self._orders.bundle(space.root, None)
        self._points = self._orders.points(self._bundle, space.count)

    def over(self, space: Space) -> "BalancedOrder":
        """Return the order, under the same key, of another space over the same axes, such as a restriction.

        What the two diagrams share is compiled once. Raises ValueError if the axes differ.
        """
        if space.names != self._orders.names:
            raise ValueError("the spaces have different axes")
        return BalancedOrder(space, self._orders.key, self._orders)

    def __getitem__(self, t: int) -> Point:
        """Return the point at `t mod count`; raises IndexError for a negative index or an empty space."""
        return self.space.point_of(self._points.slots(t))

    def index(self, point: Point) -> int:
        """Return the `t` of a point; raises ValueError, with the reason, if the space does not contain it."""
        self.space.index(point)
        slots = self.space.slots_of(point)
        stack = [_Frame(self._bundle, 0)]
        while True:
            frame = stack[-1]
            if frame.done < len(frame.bundle.places):
                place = frame.bundle.places[frame.done]
                if isinstance(place.plan, _Leaf):
                    frame.enter(place.plan.find(slots[place.plan.axis], frame.salt))
                else:
                    group = _group_of(place.plan, slots)
                    stack.append(_Frame(place.plan.groups[group], place.salt(frame.t, frame.salt), place.plan, group))
                continue
            stack.pop()
            if frame.wheel is None:
                return frame.t
            stack[-1].enter(_unturn(frame.wheel, frame.group, frame.t, frame.salt))


@dataclass(slots=True)
class _Frame:
    """A bundle (of a wheel's group) on the way back from a point: `t` is known modulo the counts of the parts done."""

    bundle: _Bundle
    salt: int
    wheel: _Wheel | None = None
    group: int = 0
    done: int = 0
    t: int = 0

    def enter(self, index: int) -> None:
        """Account for the next part's index."""
        self.t = self.bundle.places[self.done].unplace(self.t, index)
        self.done += 1


def _group_of(wheel: _Wheel, slots: Sequence[int | None]) -> int:
    value = slots[wheel.axis]
    return next(at for at, values in enumerate(wheel.values) if value is not None and value in values)


def _turn(wheel: _Wheel, t: int, salt: int) -> tuple[_Bundle, int]:
    """Return the group whose turn is `t`, and how often it had its turn before."""
    stage = wheel.stages[bisect_right(wheel.starts, t) - 1]
    rounds, slot = divmod(t - stage.start, stage.size)
    rounds += stage.first_round
    offset = mix(wheel.key + rounds ^ salt) % stage.size
    group, rank = locate(stage.tree, (slot + offset) % stage.size, offset)
    return wheel.groups[group], rounds * wheel.values[group].size + rank


def _unturn(wheel: _Wheel, group: int, before: int, salt: int) -> int:
    """Return the turn of a group that had its turn `before` times before: the inverse of `_turn`."""
    rounds, rank = divmod(before, wheel.values[group].size)
    stage = wheel.stages[bisect_right(wheel.first_rounds, rounds) - 1]
    offset = mix(wheel.key + rounds ^ salt) % stage.size
    slot = (position(stage.tree, group, rank, offset) - offset) % stage.size
    return stage.start + (rounds - stage.first_round) * stage.size + slot


@dataclass(frozen=True, slots=True)
class Orders:
    """Compiles balanced orders over the axes of these names, under one key. What several share is compiled once."""

    # Nodes that are looked up by id are kept, or their ids could be others'.

    names: tuple[str, ...]
    key: str
    wheels: dict[int, tuple[Sum, _Wheel]] = field(default_factory=dict)
    leaves: dict[tuple[int, Values], _Leaf] = field(default_factory=dict)
    choices: dict[int, tuple[Choice, _Leaf]] = field(default_factory=dict)
    rows: dict[tuple[int, ...], tuple[_Place, ...]] = field(default_factory=dict)
    rests: dict[tuple[int, ...], tuple[object, _Bundle]] = field(default_factory=dict)

    def behind(self, head: Head) -> Points:
        """Return the points of `BalancedOrder(space.behind(head), key)`, for next to nothing."""
        key = tuple(map(id, head.rest))
        if key not in self.rests:
            self.rests[key] = (head.rest, self.bundle(product_of(list(head.rest)), None))
        return self.points(self.rests[key][1], head.size, head.values)

    def points(self, bundle: _Bundle, count: int, first: Sequence[int] = ()) -> Points:
        """Return the points of a bundle, with values for the first axes."""
        start: list[int | None] = [None] * len(self.names)
        start[: len(first)] = first
        for axis, value in bundle.fixed:
            start[axis] = value
        return Points(tuple(start), count, bundle.places)

    def bundle(self, node: Node, group: tuple[int, Values] | None) -> _Bundle:
        """Compile the product of a group's values, if given, and a node."""
        fixed: list[tuple[int, int]] = []
        plans: list[_Plan] = []
        for part in node.parts if isinstance(node, Product) else (node,):
            match part:
                case Choice() if part.count == 1:
                    fixed.append((part.axis, part.values.at(0)))
                case Choice():
                    plans.append(self.choice(part))
                case Sum() if part.count:
                    plans.append(self.wheel(part))
        plans.sort(key=lambda plan: (-plan.count, plan.axis))
        if group is not None and group[1].size == 1:
            fixed.append((group[0], group[1].at(0)))
        elif group is not None:
            plans.insert(0, self.leaf(*group))
        return _Bundle(self.row(plans), tuple(fixed))

    def row(self, plans: Sequence[_Plan]) -> tuple[_Place, ...]:
        """Place parts beside each other; restrictions of one space often have the same."""
        key = tuple(map(id, plans))  # the plans are kept by `leaves` and `wheels`
        if key not in self.rows:
            self.rows[key] = _places(plans)
        return self.rows[key]

    def choice(self, node: Choice) -> _Leaf:
        """Compile a choice of the diagram."""
        if id(node) not in self.choices:
            self.choices[id(node)] = (node, self.leaf(node.axis, node.values))
        return self.choices[id(node)][1]

    def leaf(self, axis: int, values: Values) -> _Leaf:
        """Compile a free choice."""
        if (axis, values) not in self.leaves:
            name, size = self.names[axis], values.size
            images = permutation(size, key_of(self.key, name, "values"))
            blocks = shuffle(size, key_of(self.key, name, "blocks"))
            listed = tuple(values.at(images.at(at)) for at in range(size)) if size <= _LISTED else ()
            self.leaves[axis, values] = _Leaf(axis, values, images, blocks, size, listed)
        return self.leaves[axis, values]

    def wheel(self, node: Sum) -> _Wheel:
        """Compile a sum."""
        if id(node) not in self.wheels:
            key = key_of(self.key, self.names[node.axis], "rounds")
            branches = sorted(node.branches, key=lambda branch: (mix(key ^ branch.values.at(0)), branch.values.at(0)))
            stages = _stages([(branch.values.size, branch.child.count) for branch in branches])
            wheel = _Wheel(
                axis=node.axis,
                values=tuple(branch.values for branch in branches),
                groups=tuple(self.bundle(branch.child, (node.axis, branch.values)) for branch in branches),
                stages=stages,
                starts=tuple(stage.start for stage in stages),
                first_rounds=tuple(stage.first_round for stage in stages),
                key=key,
                count=node.count,
            )
            self.wheels[id(node)] = (node, wheel)
        return self.wheels[id(node)][1]


def _places(plans: Iterable[_Plan]) -> tuple[_Place, ...]:
    places, before = [], 1
    for plan in plans:
        period = plan.count // gcd(before, plan.count)
        plain = plan.count if before == 1 else min(before, plan.count)
        places.append(_Place(plan, before, plan.count, period, before // plan.count, plain))
        before *= plan.count
    return tuple(places)


def _stages(groups: Sequence[tuple[int, int]]) -> tuple[_Stage, ...]:
    """Cut the rounds where groups (of `size` slots with `count` points each) are used up."""
    stages: list[_Stage] = []
    start = first_round = 0
    left = list(range(len(groups)))
    for count, _ in groupby(sorted(count for _, count in groups)):
        tree = fold([(group, groups[group][0]) for group in left])
        size = sum(groups[group][0] for group in left)
        stages.append(_Stage(start, first_round, size, tree))
        start += (count - first_round) * size
        first_round = count
        left = [group for group in left if groups[group][1] > count]
    return tuple(stages)
