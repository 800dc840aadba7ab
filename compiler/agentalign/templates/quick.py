"""Templates that only print: values with at most one filter, `tool(step)`, `details(step)`, `one_of("a", "b")`.

Four in five templates are of this kind. One regular expression reads their tags, in a fifth of the time that tokens and a
parser take. Any other template, a faulty one above all, is left to `parse`.
"""

from __future__ import annotations

import re
from typing import Final

from agentalign.templates.nodes import Apply, Expr, Filtered, Literal, Name, Node, Output, Path, Text

RESERVED: Final = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "True", "false", "False", "none", "None"}
)
"""Words that are no names of values."""

_TAG: Final = re.compile(
    r"""\{\{\s*(?:
      (?P<path>NAME(?:\.NAME)*)(?:\s*\|\s*(?P<filter>NAME)(?P<call>\(\s*(?P<argument>"[^"\\]*")\s*\))?)?
    | (?P<site>tool|details)\(\s*(?P<step>NAME)\s*\)
    | (?P<choice>one_of)\(\s*(?P<words>"[^"\\]*"(?:\s*,\s*"[^"\\]*")*)\s*\)
    )\s*\}\}
    |(?P<other>\{[{%#])""".replace("NAME", "[A-Za-z][A-Za-z0-9_]*"),
    re.VERBOSE,
)
_WORD: Final = re.compile('"([^"]*)"')


def read(body: str) -> tuple[Node, ...] | None:
    """Return what `parse_template` would make of the body; None if it is of another kind."""
    if "\r" in body:
        return None
    nodes: list[Node] = []
    at = 0
    for tag in _TAG.finditer(body):
        start, end = tag.span()
        expr = _printed(body, tag)
        if expr is None:
            return None
        if at < start:
            nodes.append(Text(body[at:start], at, start))
        nodes.append(Output(expr, start, end))
        at = end
    if at < len(body):
        nodes.append(Text(body[at:], at, len(body)))
    return tuple(nodes)


def _printed(body: str, tag: re.Match[str]) -> Expr | None:
    match tag.lastgroup:
        case "path" | "filter" | "call":
            return _value(tag)
        case "other":
            return None
        case "step":
            start, end = tag.span("step")
            step = None if tag["step"] in RESERVED else Path((Name(tag["step"], start, end),), start, end)
            return None if step is None else _call(body, tag, "site", (step,), end)
        case _:
            start, end = tag.span("words")
            words = tuple(Literal(word[1], *word.span()) for word in _WORD.finditer(body, start, end))
            return _call(body, tag, "choice", words, end)


def _call(body: str, tag: re.Match[str], group: str, args: tuple[Expr, ...], end: int) -> Apply:
    name = Name(tag[group], *tag.span(group))
    return Apply(name, args, name.start, body.index(")", end) + 1)


def _value(tag: re.Match[str]) -> Expr | None:
    start, end = tag.span("path")
    names, at = [], start
    for word in tag["path"].split("."):
        names.append(Name(word, at, at + len(word)))
        at += len(word) + 1
    if names[0].text in RESERVED:
        return None
    path = Path(tuple(names), start, end)
    if tag["filter"] is None:
        return path
    name = Name(tag["filter"], *tag.span("filter"))
    if tag["call"] is None:
        return Filtered(path, name, (), start, name.end)
    argument = Literal(tag["argument"][1:-1], *tag.span("argument"))
    return Filtered(path, name, (argument,), start, tag.end("call"))
