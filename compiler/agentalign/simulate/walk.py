"""Looking through expressions: which names, account fields and clock readings they use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from agentalign import ir

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELD = re.compile(r"\baccount\.([A-Za-z_][A-Za-z0-9_]*)")
_CLOCK = re.compile(r"\bclock\.(?:today|now)\b")


@dataclass(frozen=True, slots=True)
class Uses:
    """What is used of the scene: fields of the account, and whether the clock is read."""

    account: frozenset[str] = frozenset()
    clock: bool = False

    def __or__(self, other: Uses) -> Uses:
        """Return what either uses."""
        return Uses(self.account | other.account, self.clock or other.clock)


def nodes(root: object) -> Iterator[object]:
    """Yield an expression and everything inside it; tuples and slots are looked through, types are not."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif is_dataclass(node) and node.__class__.__module__ == ir.Const.__module__:
            yield node
            pending.extend(getattr(node, field.name) for field in fields(node))


def names(root: object) -> frozenset[str]:
    """Return the names an expression may refer to; every word of a template counts."""
    found: set[str] = set()
    for node in nodes(root):
        if isinstance(node, ir.Var):
            found.add(node.name)
        elif isinstance(node, ir.Text):
            found.update(_WORD.findall(node.template))
    return frozenset(found)


def uses(root: object) -> Uses:
    """Return what an expression uses of the scene."""
    found = list(nodes(root))
    texts = [node.template for node in found if isinstance(node, ir.Text)]
    account = frozenset(node.field for node in found if isinstance(node, ir.Account))
    return Uses(account, any(isinstance(node, ir.Clock) for node in found)) | text_uses(texts)


def text_uses(templates: Iterable[str]) -> Uses:
    """Return what desugared templates use of the scene."""
    joined = "\n".join(templates)
    return Uses(frozenset(_FIELD.findall(joined)), _CLOCK.search(joined) is not None)
