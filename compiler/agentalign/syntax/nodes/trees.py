"""What can be asked of any tree of nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from agentalign.dataclasses import fields
from agentalign.syntax.nodes.base import Node
from agentalign.syntax.nodes.declarations import Use, UseName
from agentalign.syntax.nodes.expressions import TemplateLit

_PLAIN: Final = re.compile(r"(?:str|bool|int|Decimal|None| \| )+")


def children(node: Node) -> list[Node]:
    """The nodes directly below, in the order of the source."""
    found: list[Node] = []
    for name in _branches(type(node)):  # type: ignore[arg-type]  # a class is hashable, although mypy asks its instances
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found += [item for item in value if isinstance(item, Node)]
    return found


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before those below it, without recursion."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(children(node))


def same(left: object, right: object) -> bool:
    """Whether two trees say the same.

    Where their parts stand, how their templates are indented and in what order they import does not matter.
    """
    if isinstance(left, TemplateLit) and isinstance(right, TemplateLit):
        return left.text == right.text
    if isinstance(left, Node) and isinstance(right, Node):
        names = _names(type(left))  # type: ignore[arg-type]
        return type(left) is type(right) and all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, _sorted(left), _sorted(right)))
    return type(left) is type(right) and left == right


def _sorted(items: tuple[object, ...]) -> tuple[object, ...]:
    """Imports by name, anything else as it is."""
    if all(isinstance(item, Use | UseName) for item in items):
        return tuple(sorted(items, key=_import_key))
    return items


def _import_key(item: object) -> tuple[str, ...]:
    match item:
        case Use(module=module, names=names):
            return (module.text, *sorted(name.name.text for name in names))
        case UseName(name=name):
            return (name.text, item.local.text)
        case _:
            raise TypeError(item)


@cache
def _names(kind: type[Node]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "span")


@cache
def _branches(kind: type[Node]) -> tuple[str, ...]:
    """The names of the fields that may hold nodes."""
    kinds = {field.name: str(field.type) for field in fields(kind)}
    return tuple(name for name, text in kinds.items() if name != "span" and not _PLAIN.fullmatch(text))
