"""What the literal words of a template say, on every way through its ifs and choices.

The text of a template is a regular language; whether all its words contain a phrase is decided by following the phrases over
the tree with sets of states: how much of each phrase the text so far ends in. So the number of ways does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias
from typing import Literal as Kind

from agentalign.templates.nodes import Apply, Expr, Filtered, For, If, Literal, Node, Output, Text

Says: TypeAlias = Kind["always", "sometimes", "never"]

_VALUE: Final = "\x00"
_BLANKS: Final = re.compile(rf"(?:[^\w{_VALUE}]|_)+")
_State: TypeAlias = "tuple[bool, tuple[int, ...]]"
_START: Final = 1  # a text begins as after a blank, which every phrase begins with


def says(nodes: Sequence[Node], phrases: Sequence[str]) -> Says:
    """Tell whether the literal text contains one of `phrases`: on every way through it, on some, or on none.

    Case and punctuation do not count, whole words do. Values printed between words interrupt a phrase.
    """
    padded = _padded(tuple(phrases))
    if not padded:
        return "never"
    if any(phrase in _plain(node.text) for node in nodes if isinstance(node, Text) for phrase in padded):
        return "always"  # as nearly all do that say it at all
    run = _Run(padded)
    open_ = run.text(run.block(nodes, frozenset({(True, (_START,) * len(padded))})), " ")
    return "sometimes" if open_ and run.found else "always" if run.found else "never"


@lru_cache(maxsize=1024)
def _padded(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases between blanks, without those that have no words."""
    return tuple(dict.fromkeys(f" {words} " for phrase in phrases if (words := _plain(phrase).strip())))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A text without case, and with one blank for all that is no letter or digit."""
    return _BLANKS.sub(" ", text.casefold())


class _Run:
    """States are (the last character was a blank, how far each phrase has got); ways that said one are dropped."""

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._phrases = phrases
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
        plain = _plain(text)
        return frozenset(end for state in states if (end := self._end(state, plain)) is not None)

    def _end(self, state: _State, text: str) -> _State | None:
        """The state behind a plain text; None where a phrase ends in it."""
        blank, places = state
        text = text[1:] if blank and text.startswith(" ") else text
        if not text:
            return state
        ends = []
        for phrase, place in zip(self._phrases, places, strict=True):
            said = phrase[:place] + text
            if phrase in said:
                self.found = True
                return None
            ends.append(_overlap(said, phrase))
        return text.endswith(" "), tuple(ends)


def _overlap(said: str, phrase: str) -> int:
    """How much of a phrase a text ends in; phrases begin with a blank."""
    at = said.find(" ", max(len(said) - len(phrase), 0))
    while at >= 0 and not phrase.startswith(said[at:]):
        at = said.find(" ", at + 1)
    return len(said) - at if at >= 0 else 0


def _alternatives(expr: Expr) -> tuple[str, ...]:
    while isinstance(expr, Filtered):
        expr = expr.value
    if isinstance(expr, Apply) and expr.function.text == "one_of":
        return tuple(arg.value for arg in expr.args if isinstance(arg, Literal) and isinstance(arg.value, str))
    if isinstance(expr, Apply) and expr.function.text == "details":
        return ("", f" {_VALUE}")  # they come with a blank before them, or not at all
    return (_VALUE,)
