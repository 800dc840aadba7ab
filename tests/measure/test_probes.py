"""Probes find what gives a label away, and nothing where nothing does."""

from __future__ import annotations

from random import Random

import pytest

from agentalign.measure.leaks import twins
from agentalign.measure.probes import PROBES, cross_validate, unseen_category
from agentalign.measure.rows import Row

WORDS = ["lamp", "river", "stone", "cloud", "paper", "candle", "wheel", "garden", "bottle", "window"]


def row(at: int, *, refused: bool, request: str, group: str, chain: str = "c", category: str = "fraud") -> Row:
    return Row(
        id=str(at),
        label="harmful" if refused else "benign",
        expected="refusal" if refused else "completion",
        category=category if refused else None,
        subcategory="scam" if refused else None,
        chain=chain,
        reading=f"{chain}_{refused}",
        pattern=("Search.web_search",),
        request=request,
        system="",
        tools=("a",),
        offered=("a", "b"),
        group=group,
        register="plain",
        split="train",
    )


def rows(word: str, other: str, chance: Random, count: int = 400) -> list[Row]:
    """Twins of which the refused begin with one word and the others with another."""
    return [
        row(
            at,
            refused=at % 2 == 0,
            request=f"{(word, other)[at % 2]} {' '.join(chance.sample(WORDS, 6))}",
            group=str(at // 4),
        )
        for at in range(count)
    ]


def test_a_first_word_that_tells_the_label_is_found() -> None:
    found = twins(rows("Please", "Kindly", Random(1)), 0)
    assert cross_validate(found, PROBES["first word"], 0).accuracy > 0.95
    assert cross_validate(found, PROBES["pattern"], 0).accuracy <= 0.52


def test_nothing_is_found_where_twins_begin_alike() -> None:
    score = cross_validate(twins(rows("Please", "Please", Random(2)), 0), PROBES["first word"], 0)
    assert score.low <= 0.5 <= score.high + 0.02


@pytest.mark.parametrize("probe", sorted(PROBES))
def test_a_probe_sees_features_of_any_row(probe: str) -> None:
    features = PROBES[probe](row(1, refused=True, request="Would you, please?", group="g"))
    assert all(isinstance(value, float) for value in features.values())


def test_twins_are_balanced_within_each_group() -> None:
    found = twins([*rows("a", "b", Random(3), 41), row(99, refused=True, request="alone", group="alone")], 0)
    groups = {each.group for each in found}
    assert "alone" not in groups
    for group in groups:
        mine = [each.refused for each in found if each.group == group]
        assert sum(mine) * 2 == len(mine)


def test_an_unseen_kind_of_harm_is_ranked_by_what_the_others_have_in_common() -> None:
    chance, found = Random(4), []
    for at in range(300):
        refused, chain = at % 2 == 0, f"c{at % 3}"
        wish = "to cheat them" if refused else "to help them"
        request = f"{' '.join(chance.sample(WORDS, 4))} {wish}"
        found.append(row(at, refused=refused, request=request, group=str(at), chain=chain, category=f"k{at % 3}"))
    assert set(unseen_category(found)) == {"k0", "k1", "k2"}
    assert min(unseen_category(found).values()) > 0.95
