"""Reading desugared templates: the trees that `parse_template` reads, without offsets, in a fraction of the time.

What `desugar` writes is regular: tags have one blank inside, strings double quotes. So a template is cut at its tags, and
what stands in a tag is read once, however many templates say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, TypeAlias

from agentalign.templates.expressions import CONSTANTS, KEYWORDS
from agentalign.templates.nodes import Apply, Branch, Expr, For, If, Literal, Name, Node, Output, Path, Text
from agentalign.templates.parse import MAX_LENGTH, parse_template

_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_TAG: Final = re.compile(rf'\{{\{{ ((?:[^"{{}}]|{_STRING})*) \}}\}}|\{{% ((?:[^"{{}}%]|{_STRING})*) %\}}', re.DOTALL)
_OPENS: Final = re.compile(r"\{[{%#]")
_PATH: Final = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*", re.ASCII)
_ONE_OF: Final = re.compile(r'one_of\((0|[1-9]\d{0,8})((?:, "[^"\\]*")+)\)', re.ASCII)
_CHOICE: Final = re.compile(rf"one_of\(\d+(?:, {_STRING})+\)", re.ASCII | re.DOTALL)
_LOOP: Final = re.compile(r"([A-Za-z]\w*) in (.*)", re.ASCII | re.DOTALL)

_Items: TypeAlias = Iterator[tuple[str, str | None, str | None]]
"""A text, and what stands in the tag behind it: an output's, a block's, or no tag at all."""


class _OtherwiseWritten(Exception):  # noqa: N818  # not an error: the text is for the parser
    """The template was not written by `desugar`."""


def reread(body: str) -> tuple[Node, ...]:
    """Return the tree of a desugared template; offsets in it mean nothing. Raises `ValueError` for a mistake."""
    if len(body) > MAX_LENGTH or "\r" in body:
        return _parsed(body)
    cut = _TAG.split(body)
    try:
        return _until((), zip(cut[::3], (*cut[1::3], None), (*cut[2::3], None), strict=True))[0]
    except _OtherwiseWritten:
        return _parsed(body)


def pieces(body: str) -> list[str]:
    """Return the text before, between and behind the tags of a desugared template, where it is empty as well."""
    return _TAG.split(body)[::3]


@cache
def fixed(body: str) -> tuple[str, ...]:
    """Return what a desugared template says whatever the values: the text in no tag and no block."""
    return tuple(node.text for node in reread(body) if isinstance(node, Text))


def unchosen(body: str) -> str:
    """Return a desugared template without its choices of words, so that what is not chosen is not in it."""
    return _CHOICE.sub("", body)


def _parsed(body: str) -> tuple[Node, ...]:
    parsed = parse_template(body)
    if parsed.issues:
        raise ValueError(f"not a desugared template: {parsed.issues[0].message}: {body!r}")
    return parsed.nodes


def _until(closing: tuple[str, ...], items: _Items) -> tuple[tuple[Node, ...], str]:
    """Read up to one of these blocks, or to the end; returns the nodes and the block."""
    nodes: list[Node] = []
    for text, output, block in items:
        if text:
            if _OPENS.search(text):
                raise _OtherwiseWritten
            nodes.append(Text(text, 0, 0))
        if output is not None:
            nodes.append(Output(_expression(output), 0, 0))
        elif block is not None:
            word, _, rest = block.partition(" ")
            if word in closing:
                return tuple(nodes), block
            nodes.append(_block(word, rest, items))
    if closing:
        raise _OtherwiseWritten
    return tuple(nodes), ""


def _block(word: str, rest: str, items: _Items) -> Node:
    match word:
        case "if":
            return _if(rest, items)
        case "for" if (loop := _LOOP.fullmatch(rest)) is not None:
            body, _ = _until(("endfor",), items)
            return For(Name(loop[1], 0, 0), _expression(loop[2]), body, 0, 0)
        case _:
            raise _OtherwiseWritten


def _if(condition: str, items: _Items) -> If:
    branches: list[Branch] = []
    while True:
        body, end = _until(("elif", "else", "endif"), items)
        branches.append(Branch(_expression(condition), body))
        word, _, condition = end.partition(" ")
        if word != "elif":
            break
    otherwise: tuple[Node, ...] = ()
    if word == "else":
        otherwise, end = _until(("endif",), items)
    if end != "endif":
        raise _OtherwiseWritten
    return If(tuple(branches), otherwise, 0, 0)


@lru_cache(maxsize=65_536)
def _expression(text: str) -> Expr:
    """Read what stands in a tag: nearly always a path or a choice of words, which need no parser."""
    if _PATH.fullmatch(text):
        names = text.split(".")
        if names[0] not in KEYWORDS and names[0] not in CONSTANTS:
            return Path(tuple([Name(name, 0, 0) for name in names]), 0, 0)
    if (chosen := _ONE_OF.fullmatch(text)) is not None:
        words = (Literal(word, 0, 0) for word in chosen[2][3:-1].split('", "'))
        return Apply(Name("one_of", 0, 0), (Literal(int(chosen[1]), 0, 0), *words), 0, 0)
    match _parsed(f"{{{{ {text} }}}}"):
        case (Output(expr=expr),):
            return expr
        case _:
            raise _OtherwiseWritten
