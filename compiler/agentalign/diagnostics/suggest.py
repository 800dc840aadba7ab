"""Did you mean: the candidate that a misspelt name most likely stands for."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The closest candidate, or None when none is close.

    Close means: equal but for case, the same words in another order (`mail_send` for `send_mail`), or at most a third
    of the letters wrong by optimal string alignment distance, where a transposition counts once. Ties go to the
    candidate with the same first letter, then the same case, then the first in alphabetical order, so the answer never
    depends on the order of the candidates. Pass only names that would be legal at that place.
    """
    folded = name.casefold()
    limit = max(1, len(name) // 3)
    best: tuple[float, bool, int, str] | None = None
    for candidate in set(candidates) - {name}:
        distance = _distance(folded, candidate.casefold(), limit)
        if distance is None:
            continue
        case = sum(left != right for left, right in zip(name, candidate, strict=False))
        rank = (distance, candidate[:1].casefold() != folded[:1], case, candidate)
        if best is None or rank < best:
            best = rank
    return None if best is None else best[3]


def _distance(name: str, candidate: str, limit: int) -> float | None:
    """How far apart two case-folded names are, or None when further than `limit`."""
    if not name or not candidate:
        return None
    words = sorted(name.split("_")), sorted(candidate.split("_"))
    if len(words[0]) > 1 and words[0] == words[1]:
        return 0.5 if name != candidate else 0.0
    if abs(len(name) - len(candidate)) > limit:
        return None
    # A single edit turns any one- or two-letter name into most others; demand that something is left of it.
    if min(len(name), len(candidate)) <= 2 and name[0] != candidate[0]:
        return None
    # Each letter that the other name lacks costs at least one edit: a cheap test that spares most of the table below.
    if len(set(name) - set(candidate)) > limit:
        return None
    distance = _alignment(name, candidate)
    return distance if distance <= limit else None


def _alignment(left: str, right: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each counted once."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]
