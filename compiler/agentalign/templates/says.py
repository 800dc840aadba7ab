"""What the literal words of a template say, on every way through its ifs and choices.

The text of a template is a regular language; whether all its words contain a phrase is decided by running the phrase's
automaton (Knuth, Morris and Pratt, "Fast Pattern Matching in Strings", 1977) over the tree with sets of states, so the
number of ways does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import Literal as Kind
from typing import TypeAlias

from agentalign.templates.nodes import Apply, Expr, Filtered, For, If, Literal, Node, Output, Text

Says: TypeAlias = Kind["always", "sometimes", "never"]

_VALUE = "\x00"
_State: TypeAlias = "tuple[bool, tuple[int, ...]]"


def says(nodes: Sequence[Node], phrases: Sequence[str]) -> Says:
    """Tell whether the literal text contains one of `phrases`: on every way through it, on some, or on none.

    Case and punctuation do not count, whole words do. Values printed between words interrupt a phrase.
    """
    padded = tuple(dict.fromkeys(_words(phrase) for phrase in phrases if _words(phrase).strip()))
    if not padded:
        return "never"
    run = _Run(padded)
    open_ = run.text(run.block(nodes, frozenset({(True, (1,) * len(padded))})), " ")
    return "sometimes" if open_ and run.found else "always" if run.found else "never"


def _words(text: str) -> str:
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in text.casefold()).split())} "


class _Run:
    """States are (the last character was a blank, how far each phrase has got); ways that said one are dropped."""

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._after = _automaton(phrases)
        self.found = False

    def block(self, nodes: Iterable[Node], states: frozenset[_State]) -> frozenset[_State]:
        for node in nodes:
            match node:
                case Text(text=text):
                    states = self.text(states, text)
                case Output(expr=expr):
                    words = _alternatives(expr)
                    states = frozenset[_State]().union(*(self.text(states, word) for word in words))
                case If():
                    bodies = [branch.body for branch in node.branches]
                    ways = [self.block(body, states) for body in (*bodies, node.otherwise)]
                    states = frozenset[_State]().union(*ways)
                case For():
                    states = self._loop(node, states)
        return states

    def _loop(self, node: For, states: frozenset[_State]) -> frozenset[_State]:
        while True:
            more = states | self.block(node.body, states)
            if more == states:
                return states
            states = more

    def text(self, states: frozenset[_State], text: str) -> frozenset[_State]:
        letters = [c if c.isalnum() or c == _VALUE else " " for c in text.casefold()]
        return frozenset(end for state in states if (end := self._end(state, letters)) is not None)

    def _end(self, state: _State, letters: Iterable[str]) -> _State | None:
        end: _State | None = state
        for letter in letters:
            if end is None:
                self.found = True
                return None
            end = self._after(end, letter)
        self.found = self.found or end is None
        return end


@lru_cache(maxsize=256)
def _automaton(phrases: tuple[str, ...]) -> Callable[[_State, str], _State | None]:
    """What a letter does to a state; None where it ends a phrase. The steps are worked out as they are met."""
    return cache(partial(_step, phrases))


def _step(phrases: tuple[str, ...], state: _State, letter: str) -> _State | None:
    blank, places = state
    if letter == " " and blank:
        return state
    after = tuple(_advance(phrase, place, letter) for phrase, place in zip(phrases, places, strict=True))
    if any(place == len(phrase) for phrase, place in zip(phrases, after, strict=True)):
        return None
    return letter == " ", after


def _alternatives(expr: Expr) -> tuple[str, ...]:
    while isinstance(expr, Filtered):
        expr = expr.value
    if isinstance(expr, Apply) and expr.function.text == "one_of":
        return tuple(arg.value for arg in expr.args if isinstance(arg, Literal) and isinstance(arg.value, str))
    return (_VALUE,)


def _advance(phrase: str, place: int, letter: str) -> int:
    while place and phrase[place] != letter:
        place = _fallback(phrase)[place - 1]
    return place + 1 if phrase[place] == letter else place


@lru_cache(maxsize=1024)
def _fallback(phrase: str) -> tuple[int, ...]:
    """Return for each prefix the length of its longest proper prefix that is also its suffix."""
    table = [0] * len(phrase)
    for at in range(1, len(phrase)):
        place = table[at - 1]
        while place and phrase[place] != phrase[at]:
            place = table[place - 1]
        table[at] = place + 1 if phrase[place] == phrase[at] else 0
    return tuple(table)
