"""Assigning whole groups to splits by seeded hash, independent of how many rows a group has."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import TypeAlias

from agentalign.expand.apportion import apportion

Shares: TypeAlias = tuple[tuple[str, Fraction], ...]


def split_of(group: str, shares: Shares, seed: int) -> str:
    """Return the split of one group by its hash alone.

    Adding groups never moves another, but with few groups the shares are met only on average and a small split may stay
    empty; `assign_groups` is for that case. Raises ValueError if no share is positive.
    """
    total = sum(share for _, share in shares)
    if total <= 0:
        raise ValueError("no split has a positive share")
    at = Fraction(_hash(group, seed), 1 << 64) * total
    for name, share in shares:
        at -= share
        if at < 0:
            return name
    raise AssertionError


def assign_groups(groups: Iterable[str], shares: Shares, seed: int) -> dict[str, str]:
    """Return the split of every group: shares of the *number of groups* are met within one group.

    A split with a positive share is not left empty if that keeps all others within one group.

    Groups are ranked by seeded hash and the ranking is cut into one stretch per split, in the order of `shares`. The
    result depends on the set of groups only, not on their order, their rows or the size asked for. The price of exact
    shares: adding one group can move others, but at most one per cut (two for train, validation and test), since the
    stretches' lengths are apportioned house-monotonely and one more group makes one of them longer by one. Raises
    ValueError if no share is positive.
    """
    if not any(share > 0 for _, share in shares):
        raise ValueError("no split has a positive share")
    ranked = sorted(set(groups), key=lambda group: (_hash(group, seed), group))
    lengths = _none_empty(apportion(dict(shares), len(ranked)), shares)
    splits = (name for name, _ in shares for _ in range(lengths[name]))
    return dict(zip(ranked, splits, strict=True))


def _none_empty(lengths: Mapping[str, int], shares: Shares) -> Mapping[str, int]:
    """A wanted split without a group gets one from the longest stretch, if that stays within one of its share."""
    given = dict(lengths)
    total, groups = sum(share for _, share in shares), sum(lengths.values())
    exact = {name: groups * share / total for name, share in shares}
    for name, share in shares:
        longest = max(given, key=lambda split: given[split])
        if share > 0 and not given[name] and given[longest] > 1 and exact[longest] - given[longest] < 0:
            given[longest] -= 1
            given[name] += 1
    return given


def _hash(group: str, seed: int) -> int:
    return int.from_bytes(blake2b(f"{seed}\x1f{group}".encode(), digest_size=8).digest(), "big")
