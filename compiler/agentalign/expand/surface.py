"""The surface of a text: what can be seen of it without knowing what it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

_WORDS: Final = (
    "a about above after again against all also although always am an and another any anybody anyone anything are "
    "aren't around as at away back be because been before behind being below beside between both but by can can't "
    "cannot could did didn't do does doesn't doing don't done down during each either else enough even ever every "
    "everybody everyone everything few first for from further had has have having he he's her here hers herself "
    "him himself his how i i'd i'll i'm i've if in instead into is isn't it it's its itself just last least less "
    "let let's like little many may me might mine more most much must my myself near neither never next no nobody "
    "none nor not nothing now of off often on once one only onto or other others our ours ourselves out over own "
    "per perhaps please quite rather same several shall she she's should since so some somebody someone something "
    "soon still such than thanks that that's the their theirs them themselves then there there's these they "
    "they'd they'll they're this those though through till to together too toward under until up upon us very was "
    "wasn't we we'd we'll we're we've well were what what's whatever when whenever where whether which while who "
    "who's whoever whole whom whose why will with within without won't would yes yet you you're your yours "
    "yourself"
)
FUNCTION_WORDS: Final = frozenset(_WORDS.split())
"""Words that carry no content (after the usual stop lists, with the contractions people write)."""

_COMMON: Final[Mapping[str, float]] = {
    word: share / 100
    for share, line in (
        (95, "the and"),
        (80, "to on a"),
        (68, "in with for that"),
        (60, "it of"),
        (46, "i is"),
        (36, "my from then please by"),
        (30, "you post as should"),
        (26, "at be them has first example one which"),
        (22, "me have text up what look our so an its they"),
        (18, "this there search link ask name who are address it's tell"),
        (14, "make say like through people send out file get under mail can their picture will write do about best"),
    )
    for word in line.split()
}
"""The part of requests that have a word, for the words that make requests alike."""

_ALIKE: Final = 0.09
"""How much alike two requests are, taken together: a word that fewer have makes them less alike."""

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_MARK: Final = re.compile(r"[^\w\s]")


def words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return _WORD.findall(text.lower())


def likeness(found: Iterable[str]) -> float:
    """How much the different words of a request make it like others: what each adds to the Jaccard index, relatively."""
    return sum(_COMMON.get(word, 0.01) - _ALIKE for word in found)


def surface(texts: Iterable[str]) -> Mapping[str, float]:
    """How often each word without content and each mark occurs in some stretches of text."""
    found: list[str] = []
    for text in texts:
        found += [word for word in words(text) if word in FUNCTION_WORDS]
        found += _MARK.findall(text)
    return Counter(found)
