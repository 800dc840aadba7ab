"""Blanks and marks that a template prints although no reader wants them, on some way through its ifs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from agentalign.templates.blemishes import CLOSING, DOUBLED_MARK, TWO_MARKS
from agentalign.templates.nodes import Apply, Expr, Filtered, For, If, Issue, Literal, Logic, Node, Output, Path, Text

_CLOSING: Final = re.compile(CLOSING)
_INSIDE: Final = re.compile(
    r"(?<=\S)(?P<double>[ \t]{2,})(?=\S)|(?P<ending>[ \t]+)\n"
    rf"|(?P<closer>[ \t]+)(?={CLOSING})"
)
_LOOSE: Final = re.compile(rf"[ \t](?:[ \t\n]|(?={CLOSING}))")  # what `_INSIDE` may find, looked for much faster
_START, _LINE, _WORD = -3, -2, -1
_AFTER_WORD: Final = frozenset({_WORD})
_AFTER_MARK: Final = {mark: frozenset({-10 - at}) for at, mark in enumerate(",;:!?")}


def blanks(nodes: Iterable[Node]) -> Iterator[Issue]:
    """Yield one `whitespace` issue per place where blanks lead, trail, double, or stand before a closing mark.

    Two marks that do not go together are one too, where they stand side by side in the template.

    Line feeds are kept apart: a template may start or end with one, and lines may be indented.
    """
    walk = _Blanks()
    for place in walk.block(nodes, frozenset({_START})):
        walk.note(place, "the text may end in a blank")
    yield from (Issue("whitespace", walk.found[at], at, at + 1) for at in sorted(walk.found))


class _Blanks:
    """Follows what may have been printed last: nothing yet, the start of a line, a word, a mark, or the blank at an offset."""

    def __init__(self) -> None:
        self.found: dict[int, str] = {}
        self._loop: dict[str, bool] = {}

    def note(self, place: int, message: str) -> None:
        """Note a blank, if the place is one."""
        if place >= 0:
            self.found.setdefault(place, message)

    def block(self, nodes: Iterable[Node], places: frozenset[int]) -> frozenset[int]:
        """Return what may stand last behind `nodes`."""
        for node in nodes:
            match node:
                case Text(text=text, start=start):
                    places = self._text(text, start, places)
                case Output(expr=expr):
                    places = self._output(expr, places)
                case If():
                    places = self._if(node, places)
                case For():
                    places = self._for(node, places)
        return places

    def _if(self, node: If, places: frozenset[int]) -> frozenset[int]:
        ways: frozenset[int] = frozenset()
        for branch in node.branches:
            known = self._known(branch.condition)
            if known is not False:
                ways |= self.block(branch.body, places)
            if known is True:
                return ways
        return ways | self.block(node.otherwise, places)

    def _known(self, condition: Expr) -> bool | None:
        """Return whether a condition about the round of the loop holds in this one."""
        if isinstance(condition, Logic) and condition.op == "not":
            inner = self._known(condition.operands[0])
            return None if inner is None else not inner
        if isinstance(condition, Path) and condition.path[0] == "loop":
            return self._loop.get(condition.path[-1])
        return None

    def _for(self, node: For, places: frozenset[int]) -> frozenset[int]:
        outer = self._loop
        only = self._round(node, places, first=True, last=True)
        more = self._round(node, places, first=True, last=False)
        more |= self._round(node, more, first=False, last=False)
        final = self._round(node, more, first=False, last=True)
        self._loop = outer
        none = frozenset(
            [place if place >= _START else _WORD for place in places]
        )  # an `if` around it may rule that out
        return none | only | final

    def _round(self, node: For, places: frozenset[int], *, first: bool, last: bool) -> frozenset[int]:
        self._loop = {"first": first, "last": last}
        return self.block(node.body, places)

    def _output(self, expr: Expr, places: frozenset[int]) -> frozenset[int]:
        while isinstance(expr, Filtered):
            expr = expr.value
        if isinstance(expr, Apply) and expr.function.text == "one_of":
            words = [arg for arg in expr.args if isinstance(arg, Literal) and isinstance(arg.value, str)]
            ways = [self._text(str(arg.value), arg.start + 1, places) for arg in words]
            return frozenset[int]().union(*ways)
        if isinstance(expr, Apply) and expr.function.text == "details":
            return places | {_WORD}
        return _AFTER_WORD

    def _text(self, text: str, start: int, places: frozenset[int]) -> frozenset[int]:
        if not text:
            return places
        self._joint(text, start, places)
        for match in _INSIDE.finditer(text) if _LOOSE.search(text) else ():
            message = {
                "double": "two blanks may follow each other here",
                "ending": "a line may end in a blank",
                "closer": "this blank may stand before a closing mark",
            }[match.lastgroup or ""]
            self.note(start + match.end(match.lastgroup or "") - 1, message)
        for match in DOUBLED_MARK.finditer(text) if TWO_MARKS.search(text) else ():
            self.note(start + match.end() - 1, f"this mark stands behind another: `{match[0]}`")
        if text[-1] not in " \t":
            return frozenset({_LINE}) if text[-1] == "\n" else _AFTER_MARK.get(text[-1], _AFTER_WORD)
        if not text.strip(" \t") and places <= {_LINE}:
            return places
        end = text.rstrip(" \t")
        if end.endswith("\n"):
            return frozenset({_LINE})
        if len(end) < len(text) - 1:
            self.note(start + len(text) - 1, "two blanks may follow each other here")
        return frozenset({start + len(text) - 1})

    def _joint(self, text: str, start: int, places: frozenset[int]) -> None:
        """Look at what stands before a text and its first character together."""
        character = text[0]
        if character in " \t":
            if _START in places:
                self.note(start, "the text may start with a blank")
            if any(place >= 0 for place in places):
                self.note(start, "two blanks may follow each other here")
        elif character == "\n" or (character in ",;!?.:" and _CLOSING.match(text)):
            message = "a line may end in a blank" if character == "\n" else "this blank may stand before a closing mark"
            for place in places:
                self.note(place, message)
            for mark, after in _AFTER_MARK.items():
                if after <= places and DOUBLED_MARK.match(mark + character):
                    self.note(start, f"this mark may stand behind another: `{mark}{character}`")
