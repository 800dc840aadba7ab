"""Near duplicates among texts that come one after the other."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

_WORDS: Final = re.compile(r"\w+")
_RUN, _LEAST = 5, 0.8


class NearDuplicates:
    """Tells whether a text shares most of its runs of five words with an earlier one: Jaccard of at least 0.8; exact.

    Two sets that similar share a member of their prefixes in any fixed order (prefix filtering; Bayardo, Ma and Srikant,
    "Scaling Up All Pairs Similarity Search", 2007), so only texts that do are compared.
    """

    def __init__(self) -> None:
        self._texts: list[frozenset[tuple[str, ...]]] = []
        self._holders: dict[tuple[str, ...], list[int]] = {}

    def add(self, text: str) -> bool:
        """Add a text unless it is a near duplicate; tells whether it is one."""
        words = _WORDS.findall(text.casefold())
        grams = frozenset(zip(*(words[at:] for at in range(_RUN)), strict=False)) or frozenset({tuple(words)})
        prefix = sorted(grams)[: len(grams) - ceil(_LEAST * len(grams)) + 1]
        if any(self._alike(grams, self._texts[at]) for gram in prefix for at in self._holders.get(gram, ())):
            return True
        for gram in prefix:
            self._holders.setdefault(gram, []).append(len(self._texts))
        self._texts.append(grams)
        return False

    @staticmethod
    def _alike(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> bool:
        common = len(a & b)
        return common >= _LEAST * (len(a) + len(b) - common)
