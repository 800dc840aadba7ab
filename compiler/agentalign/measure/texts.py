"""Measures of variety: distinct n-grams, overlap of vocabularies, near duplicates, entropy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from math import ceil, log2
from statistics import fmean

Words = Sequence[str]


def distinct(texts: Iterable[Words], n: int) -> float:
    """Different n-grams by all n-grams of the texts together (Li et al., 2016, arXiv 1510.03055); 0 without any."""
    total, seen = 0, set[tuple[str, ...]]()
    for words in texts:
        grams = list(ngrams(words, n))
        total += len(grams)
        seen.update(grams)
    return len(seen) / total if total else 0.0


def ngrams(words: Words, n: int) -> Iterator[tuple[str, ...]]:
    """The runs of n words, in order."""
    return zip(*(words[at:] for at in range(n)), strict=False)


def overlap(texts: Sequence[Words]) -> float:
    """The mean word Jaccard of all pairs; 0 for fewer than two texts."""
    sets = [frozenset(words) for words in texts]
    return fmean(_jaccard(a, b) for a, b in combinations(sets, 2)) if len(sets) > 1 else 0.0


def _jaccard(a: Collection[object], b: frozenset[object]) -> float:
    common = sum(1 for item in a if item in b)
    union = len(a) + len(b) - common
    return common / union if union else 1.0


def near_duplicates(texts: Sequence[Words], n: int = 5, least: float = 0.8) -> list[tuple[int, int]]:
    """The pairs of texts whose sets of word n-grams have a Jaccard similarity of at least `least`; exact.

    Two sets that similar share one of their rarest members: only those are looked up (prefix filtering; Bayardo, Ma and
    Srikant, "Scaling Up All Pairs Similarity Search", 2007). Texts shorter than n words count as one n-gram.
    """
    grams = [frozenset(ngrams(words, n)) or frozenset({tuple(words)}) for words in texts]
    often = Counter(gram for each in grams for gram in each)
    holders: dict[tuple[str, ...], list[int]] = {}
    found: list[tuple[int, int]] = []
    for at, each in enumerate(grams):
        rare = sorted(each, key=lambda gram: (often[gram], gram))[: len(each) - ceil(least * len(each)) + 1]
        others = sorted({other for gram in rare for other in holders.get(gram, ())})
        found += [(other, at) for other in others if _jaccard(each, grams[other]) >= least]
        for gram in rare:
            holders.setdefault(gram, []).append(at)
    return found


def entropy(values: Iterable[object]) -> float:
    """The entropy of a sample, in bits."""
    counts = Counter(values)
    total = sum(counts.values())
    return -sum(count / total * log2(count / total) for count in counts.values()) if total else 0.0


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least `part` of all values do not exceed; raises IndexError without values."""
    ordered = sorted(values)
    return ordered[max(ceil(part * len(ordered)) - 1, 0)]
