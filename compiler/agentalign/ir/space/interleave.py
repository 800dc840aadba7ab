"""Spreading several runs of items evenly over one round, with random access.

A round is a binary tree: an inner node merges its two sides as Bresenham's line algorithm would (of the first `x`
items, `x * left // total` come from the left).
"""

from collections.abc import Sequence
from typing import TypeAlias

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leaf:
    """The items of one group."""

    group: int
    total: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Two sides merged; `left_total` items come from the left, and `groups` are those on the left."""

    total: int
    left_total: int
    left: "Tree"
    right: "Tree"
    groups: frozenset[int]


Tree: TypeAlias = Leaf | Merge


def fold(groups: Sequence[tuple[int, int]]) -> Tree:
    """Return the round of `(group, number of items)` pairs."""
    if len(groups) == 1:
        return Leaf(*groups[0])
    half = len(groups) // 2
    left, right = fold(groups[:half]), fold(groups[half:])
    return Merge(left.total + right.total, left.total, left, right, frozenset(group for group, _ in groups[:half]))


def locate(tree: Tree, at: int, origin: int) -> tuple[int, int]:
    """Return the group of the item at a position, and how many of its items lie (cyclically) from `origin` to there."""
    while isinstance(tree, Merge):
        before = at * tree.left_total // tree.total
        start = origin * tree.left_total // tree.total
        if (at + 1) * tree.left_total // tree.total > before:
            at, origin, tree = before, start, tree.left
        else:
            at, origin, tree = at - before, origin - start, tree.right
    return tree.group, (at - origin) % tree.total


def position(tree: Tree, group: int, rank: int, origin: int) -> int:
    """Return where `locate` finds the group with the rank."""
    path: list[tuple[Merge, bool]] = []
    while isinstance(tree, Merge):
        start = origin * tree.left_total // tree.total
        left = group in tree.groups
        path.append((tree, left))
        origin = start if left else origin - start
        tree = tree.left if left else tree.right
    at = (origin + rank) % tree.total
    for merge, left in reversed(path):
        if left:
            at = -(-(at + 1) * merge.total // merge.left_total) - 1
        else:
            at = at * merge.total // (merge.total - merge.left_total)
    return at
