"""Agreement beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from agentalign.dataclasses import dataclass

_SAMPLES = 1_000


def fleiss(votes: Mapping[tuple[str | None, ...], int]) -> float | None:
    """Fleiss' kappa ("Measuring nominal scale agreement among many raters", 1971) of items by their votes.

    Every item has as many votes; unreadable ones are a category. None for fewer than two raters or without items; 1 where
    all agree on everything.
    """
    raters = max((len(given) for given in votes), default=0)
    items = sum(votes.values())
    if raters < 2 or not items:
        return None
    shares: Counter[str | None] = Counter()
    observed = 0.0
    for given, times in votes.items():
        counts = Counter(given)
        shares.update({word: count * times for word, count in counts.items()})
        observed += times * sum(count * (count - 1) for count in counts.values()) / (raters * (raters - 1))
    expected = sum((count / (items * raters)) ** 2 for count in shares.values())
    return 1.0 if expected >= 1 else (observed / items - expected) / (1 - expected)


def cohen(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa ("A coefficient of agreement for nominal scales", 1960) of (truth, verdict) pairs; 1 if all is alike."""
    total = len(pairs)
    same = sum(a == b for a, b in pairs) / total
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[word] * right[word] for word in left) / total**2
    return 1.0 if expected >= 1 else (same - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its 95% confidence interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def bootstrapped(
    pairs: Sequence[tuple[str, str]], figure: Callable[[Sequence[tuple[str, str]]], float] = cohen, seed: int = 0
) -> Measure:
    """A figure of (truth, verdict) pairs with a percentile bootstrap interval (Efron, 1979) over the items."""
    chance = Random(seed)  # noqa: S311  # samples, not secrets
    values = sorted(figure(chance.choices(pairs, k=len(pairs))) for _ in range(_SAMPLES))
    return Measure(figure(pairs), values[int(0.025 * _SAMPLES)], values[int(0.975 * _SAMPLES) - 1])
