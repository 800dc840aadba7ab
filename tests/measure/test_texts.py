"""Measures of variety agree with their definitions."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from agentalign.measure.texts import distinct, entropy, near_duplicates, ngrams, overlap, quantile

WORDS = st.lists(st.sampled_from("abcd"), max_size=12).map(tuple)
TEXTS = st.lists(WORDS, max_size=12)


def jaccard(a: set[object], b: set[object]) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0


def grams(words: tuple[str, ...], n: int) -> set[object]:
    return set(ngrams(words, n)) or {words}


@given(TEXTS, st.integers(1, 4), st.sampled_from((0.5, 0.8, 1.0)))
def test_near_duplicates_are_those_that_comparing_all_pairs_finds(
    texts: list[tuple[str, ...]], n: int, least: float
) -> None:
    found = set(near_duplicates(texts, n, least))
    wanted = {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if jaccard(grams(texts[i], n), grams(texts[j], n)) >= least
    }
    assert found == wanted


@given(TEXTS, st.integers(1, 3))
def test_distinct_counts_every_ngram_of_all_texts(texts: list[tuple[str, ...]], n: int) -> None:
    all_grams = [gram for words in texts for gram in ngrams(words, n)]
    assert distinct(texts, n) == (len(set(all_grams)) / len(all_grams) if all_grams else 0.0)


@given(TEXTS)
def test_overlap_is_the_mean_of_all_pairs(texts: list[tuple[str, ...]]) -> None:
    pairs = [jaccard(set(a), set(b)) for a, b in combinations(texts, 2)]
    assert abs(overlap(texts) - (sum(pairs) / len(pairs) if pairs else 0.0)) < 1e-9


def test_entropy_is_that_of_a_fair_die() -> None:
    assert entropy("abcd") == 2
    assert entropy("aaaa") == 0
    assert entropy(()) == 0


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from((0.1, 0.5, 0.9)))
def test_a_quantile_bounds_its_part(values: list[int], part: float) -> None:
    bound = quantile(values, part)
    assert sum(value <= bound for value in values) >= part * len(values)
    assert sum(value < bound for value in values) < part * len(values)
