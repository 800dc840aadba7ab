"""Tools named where a sentence begins: `the terminal` is then written `The terminal`.

How a tool is called is not the author's to capitalise, since it depends on the case. Names of programs (`pip`) and all
other values stay as they are; so does everything in a template whose own sentences begin in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from agentalign.dataclasses import replace
from agentalign.templates.nodes import Apply, Expr, Filtered, For, If, Literal, Name, Node, Output, Text

_ENDS: Final = re.compile(r"[.!?\u2026][\"')\]\u201d\u2019]*$")
_STARTS: Final = re.compile(r"(?:[.!?\u2026][\"')\]\u201d\u2019]*\s+|\n\s*)$")
_SMALL: Final = re.compile(r"(?:^|(?<=[.!?] )|(?<=[.!?]\n)|(?<=\n\n))[a-z]")
_INSIDE, _ENDED, _STARTED = 0, 1, 2


def opened(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the nodes in which tools that begin a sentence have a filter for that."""
    return nodes if any(_small(nodes, _STARTED)) else _block(nodes, _STARTED)[0]


def _small(nodes: Iterable[Node], place: int) -> Iterator[bool]:
    """Tell of each text whether a sentence in it begins in lower case."""
    for node in nodes:
        match node:
            case Text(text=text):
                found = _SMALL.search(text)
                yield found is not None and (found.start() > 0 or place == _STARTED)
            case If(branches=branches, otherwise=otherwise):
                for body in (*(branch.body for branch in branches), otherwise):
                    yield from _small(body, place)
            case Output(expr=expr) if place == _STARTED:
                yield any(word[:1].islower() for word in _words(expr))
            case _:
                pass
        place = _behind(node, place)


def _block(nodes: Iterable[Node], place: int) -> tuple[tuple[Node, ...], int]:
    done: list[Node] = []
    for node in nodes:
        match node:
            case Output(expr=expr) if place == _STARTED and _names_tool(expr):
                opening = Filtered(expr, Name("opening", expr.end, expr.end), (), expr.start, expr.end)
                done.append(replace(node, expr=opening))
            case If(branches=branches, otherwise=otherwise):
                bodies = tuple(replace(branch, body=_block(branch.body, place)[0]) for branch in branches)
                done.append(replace(node, branches=bodies, otherwise=_block(otherwise, place)[0]))
            case _:
                done.append(node)
        place = _behind(node, place)
    return tuple(done), place


def _behind(node: Node, place: int) -> int:
    """Where a node leaves the text: inside a sentence, behind its full stop, or at the start of one."""
    match node:
        case Text(text=text):
            if not text.strip():
                return _STARTED if place != _INSIDE or "\n" in text else place
            return _STARTED if _STARTS.search(text) else _ENDED if _ENDS.search(text) else _INSIDE
        case Output(expr=Filtered(name=Name(text="sentence"))):
            return _ENDED
        case Output(expr=expr):
            words = _words(expr)
            return _ENDED if words and all(map(_ENDS.search, words)) else _INSIDE
        case If(branches=branches, otherwise=otherwise):
            ends = set()
            for body in (*(branch.body for branch in branches), otherwise):
                end = place
                for inner in body:
                    end = _behind(inner, end)
                ends.add(end)
            return min(ends)
        case For():
            return _INSIDE


def _words(expr: Expr) -> tuple[str, ...]:
    """The words that a choice is between."""
    if not (isinstance(expr, Apply) and expr.function.text == "one_of"):
        return ()
    return tuple(arg.value for arg in expr.args if isinstance(arg, Literal) and isinstance(arg.value, str))


def _names_tool(expr: Expr) -> bool:
    return isinstance(expr, Apply) and expr.function.text == "tool"
