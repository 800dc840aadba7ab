"""The concrete tree: every token, with the comments around it, in the shape the grammar gives them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.source import Span
from agentalign.syntax.machine import Children, Reduction, Token, concrete, run, tokens

_COMMENT: Final = re.compile(r"//[^\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A plain comment on a line of its own; `blank` if an empty line stands before it."""

    text: str
    blank: bool


@dataclass(slots=True)
class Leaf:
    """A token. The layout takes comments away from it as it places them.

    `lead` stands on lines of its own before it, `trail` after it on its line; `blank` if an empty line stands before it.
    """

    kind: str
    text: str
    lead: list[Comment] = field(default_factory=list)
    trail: str = ""
    blank: bool = False


@dataclass(slots=True)
class Branch:
    """A rule and what it consists of."""

    rule: str
    children: list[Tree]


Tree: TypeAlias = Leaf | Branch


def tree(text: str) -> Branch:
    """The concrete tree of a text that parses; its last child is the end of the file."""
    leaves = _leaves(text)
    root: Branch = run(_rules(), None, text, 0, len(text))
    _settle(root, leaves)
    root.children.append(leaves[-1])
    return root


@cache
def _rules() -> tuple[Reduction, ...]:
    def make(name: str) -> Any:
        return lambda _context, _span, children: _branch(name, _span, children)

    return concrete(lambda rule: make(rule.name))


def _branch(name: str, _: Span, children: Children) -> Branch:
    return Branch(name, list(children))


def _settle(root: Branch, leaves: list[Leaf]) -> None:
    """Put the leaves, which come in the order of the text, in the places of their texts."""
    remaining = iter(leaves)
    stack = [(root, 0)]
    while stack:
        branch, index = stack.pop()
        while index < len(branch.children):
            child = branch.children[index]
            index += 1
            if isinstance(child, Branch):
                stack.append((branch, index))
                branch, index = child, 0
            else:
                branch.children[index - 1] = next(remaining)


def _leaves(text: str) -> list[Leaf]:
    leaves: list[Leaf] = []
    end = 0
    for token in tokens(text, 0, len(text)):
        leaves.append(_leaf(token, text[end : token.start], leaves[-1] if leaves else None))
        end = token.end
    return leaves


def _leaf(token: Token, gap: str, previous: Leaf | None) -> Leaf:
    leaf = Leaf(token.kind, token.text)
    lines = gap.split("\n")
    first = _COMMENT.search(lines[0])
    if first and previous is not None:
        previous.trail = first[0].rstrip()
    blank = False
    for number, line in enumerate(lines):
        comment = _COMMENT.search(line)
        if comment is None:
            # The last piece stands before the token on its line, the first one after the previous token.
            blank = blank or 0 < number < len(lines) - 1
            continue
        if number or previous is None:
            leaf.lead.append(Comment(comment[0].rstrip(), blank))
        blank = False
    leaf.blank = blank
    return leaf


def first_leaf(tree: Tree) -> Leaf:
    """The leftmost token."""
    while isinstance(tree, Branch):
        tree = tree.children[0]
    return tree


def last_leaf(tree: Tree) -> Leaf:
    """The rightmost token."""
    while isinstance(tree, Branch):
        tree = tree.children[-1]
    return tree
