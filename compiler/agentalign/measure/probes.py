"""Simple classifiers that try to tell refusals from completions by one kind of feature."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.expand import FUNCTION_WORDS
from agentalign.measure.rows import Row

Features: TypeAlias = dict[str, float]

FOLDS: Final = 5
_RESAMPLES: Final = 1_000

_PUNCTUATION: Final = re.compile(r"[^\w\s]")
_SENTENCE: Final = re.compile(r"[.!?]+(?:\s|$)")


class ProbesMissing(Exception):  # noqa: N818  # something that is not installed
    """Scikit-learn is not installed."""


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy of a probe in cross-validation, with its 95% confidence interval (bootstrap over groups)."""

    accuracy: float
    low: float
    high: float


def by_pattern(row: Row) -> Features:
    """The capabilities of the chain, in order."""
    return {" > ".join(row.pattern): 1.0}


def by_tools(row: Row) -> Features:
    """Which tools are offered."""
    return dict.fromkeys(row.offered, 1.0)


def by_tool_count(row: Row) -> Features:
    """How many tools are offered, and how many the chain takes."""
    return {"offered": float(len(row.offered)), f"offered {len(row.offered)}": 1.0, f"used {len(row.tools)}": 1.0}


def by_tool_order(row: Row) -> Features:
    """Where in the list each tool of the chain stands."""
    places = {name: at for at, name in enumerate(row.offered)}
    return {f"{at}: {places.get(tool, -1)}": 1.0 for at, tool in enumerate(row.tools)}


def by_first_word(row: Row) -> Features:
    """How the request opens."""
    return dict.fromkeys(row.words[:1], 1.0)


def by_length(row: Row) -> Features:
    """Characters, words and sentences, also as steps, so that a linear probe can see more than a slope."""
    words, sentences = row.length, len(_SENTENCE.findall(row.request))
    return {
        "characters": len(row.request) / 100,
        "words": words / 20,
        f"words {words // 10}": 1.0,
        f"sentences {sentences}": 1.0,
    }


def by_punctuation(row: Row) -> Features:
    """How often each mark occurs, and whether it does."""
    found: Features = {}
    for mark in _PUNCTUATION.findall(row.request):
        found[mark] = found.get(mark, 0.0) + 0.25
        found[f"any {mark}"] = 1.0
    return found | {f"ends {row.request[-1:]}": 1.0}


def by_system(row: Row) -> Features:
    """The system prompt."""
    return {row.system: 1.0}


def by_register(row: Row) -> Features:
    """The register."""
    return {row.register: 1.0}


def by_function_words(row: Row) -> Features:
    """Which words without content the request has, and how often."""
    found: Features = {}
    for word in row.words:
        if word in FUNCTION_WORDS:
            found[word] = found.get(word, 0.0) + 1.0
    return found


PROBES: Final[Mapping[str, Callable[[Row], Features]]] = {
    "pattern": by_pattern,
    "tool set": by_tools,
    "number of tools": by_tool_count,
    "order of tools": by_tool_order,
    "first word": by_first_word,
    "length": by_length,
    "punctuation": by_punctuation,
    "system prompt": by_system,
    "register": by_register,
    "function words": by_function_words,
}
"""Each probe and what it sees."""


def cross_validate(rows: Sequence[Row], features: Callable[[Row], Features], seed: int) -> Score:
    """Accuracy of a logistic regression in 5 folds that keep twin groups whole; raises ProbesMissing."""
    sk = _sklearn()
    groups = [row.group for row in rows]
    labels = sk.numpy.array([row.refused for row in rows])
    seen = [features(row) for row in rows]
    right = sk.numpy.zeros(len(rows))
    folds = sk.GroupKFold(n_splits=FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(seen, labels, groups):
        probe = sk.make_pipeline(sk.DictVectorizer(), sk.MaxAbsScaler(), sk.LogisticRegression(max_iter=1_000))
        probe.fit([seen[at] for at in train], labels[train])
        right[test] = probe.predict([seen[at] for at in test]) == labels[test]
    return _score(right, groups, seed)


def _score(right: Any, groups: Sequence[str], seed: int) -> Score:
    """The mean, and the interval in which it falls when whole groups are drawn again."""
    numpy = _sklearn().numpy
    names = {name: at for at, name in enumerate(dict.fromkeys(groups))}
    owner = numpy.array([names[group] for group in groups])
    hits = numpy.bincount(owner, weights=right, minlength=len(names))
    sizes = numpy.bincount(owner, minlength=len(names))
    drawn = numpy.random.default_rng(seed).integers(len(names), size=(_RESAMPLES, len(names)))
    means = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = numpy.quantile(means, (0.025, 0.975))
    return Score(float(right.mean()), float(low), float(high))


def unseen_category(rows: Sequence[Row]) -> Mapping[str, float]:
    """AUROC of a TF-IDF probe for each harm category, trained without any chain that is ever read as harm of that kind.

    It has to rank the harmful requests of the category above the benign ones of the same chains. Raises ProbesMissing.
    """
    sk = _sklearn()
    homes: dict[str, set[str]] = {}
    for row in rows:
        if row.refused and row.category is not None:
            homes.setdefault(row.category, set()).add(row.chain)
    kept = [row for row in rows if row.label != "borderline"]
    found: dict[str, float] = {}
    for category, chains in sorted(homes.items()):
        test = [row for row in kept if row.chain in chains and row.category in {category, None}]
        train = [row for row in kept if row.chain not in chains]
        if len({row.refused for row in train}) < 2 or len({row.refused for row in test}) < 2:
            continue
        tfidf = sk.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        probe = sk.make_pipeline(tfidf, sk.LogisticRegression(C=4.0, max_iter=1_000))
        probe.fit([row.request for row in train], [row.refused for row in train])
        ranks = probe.decision_function([row.request for row in test])
        found[category] = float(sk.roc_auc_score([row.refused for row in test], ranks))
    return found


@dataclass(frozen=True, slots=True)
class _Sklearn:
    numpy: Any
    GroupKFold: Any
    DictVectorizer: Any
    TfidfVectorizer: Any
    LogisticRegression: Any
    MaxAbsScaler: Any
    make_pipeline: Any
    roc_auc_score: Any


def _sklearn() -> _Sklearn:
    """What is needed of scikit-learn, imported when first used: it is an extra, and slow to load."""
    try:
        import numpy  # noqa: PLC0415
        from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
        from sklearn.metrics import roc_auc_score  # noqa: PLC0415
        from sklearn.model_selection import GroupKFold  # noqa: PLC0415
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import MaxAbsScaler  # noqa: PLC0415
    except ImportError as error:
        raise ProbesMissing("probes need scikit-learn: pip install 'agentalign[probes]'") from error
    return _Sklearn(
        numpy,
        GroupKFold,
        DictVectorizer,
        TfidfVectorizer,
        LogisticRegression,
        MaxAbsScaler,
        make_pipeline,
        roc_auc_score,
    )
