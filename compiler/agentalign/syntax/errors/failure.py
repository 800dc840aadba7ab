"""What is known about the place where a parse failed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any, Final

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic, Fix
from agentalign.source import Location, Source, Span
from agentalign.syntax.machine import Stuck, Token, accepted, tokens
from agentalign.syntax.tables import tables

OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
CLOSERS: Final = frozenset(OPENERS.values())
# Keywords that may stand between the one that opens a block and its brace.
_CONNECTING: Final = frozenset({"implements", "on", "of", "for", "in", "max"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a source that does not parse: the tokens before the one that has no place, and what could stand there.

    `accepted` has the keys of terminals (see `Tables`). `blocks` are the keys of open blocks, innermost first: None for
    other brackets, empty for the top level. `is_last` says that the part reaches to the end of the file.
    """

    source: Source
    stuck: Stuck
    before: tuple[Token, ...]
    accepted: frozenset[str]
    blocks: tuple[str | None, ...]
    is_last: bool

    @classmethod
    def of(cls, source: Source, stuck: Stuck, start: int, end: int) -> Failure:
        """Gather what can be known about a failure to parse `source.text[start:end]`."""
        before = tuple(takewhile(lambda token: token.start < stuck.token.start, tokens(source.text, start, end)))
        keys = frozenset(accepted(stuck.stack, tables().rows[stuck.stack.states[-1]]))
        return cls(source, stuck, before, keys, _blocks(stuck.stack.values), end == len(source.text))

    @property
    def block(self) -> str | None:
        """The innermost open block."""
        return self.blocks[0]

    @property
    def token(self) -> Token:
        """The token that has no place."""
        return self.stuck.token

    @property
    def previous(self) -> Token | None:
        """The token before it."""
        return self.before[-1] if self.before else None

    def is_first(self, token: Token) -> bool:
        """Whether nothing stands before a token on its line."""
        text = self.source.text
        return not text[text.rfind("\n", 0, token.start) + 1 : token.start].strip()

    @property
    def is_between_items(self) -> bool:
        """Whether a block's next item could begin here."""
        return starts_item(self.block, self.accepted)

    def place(self, span: Span) -> Location:
        """A location in this source."""
        return self.source.at(span.start, span.end)

    def error(self, code: str, token: Token, message: str, label: str = "", **more: Any) -> Diagnostic:
        """Report something about a token."""
        return Diagnostic.at(code, self.place(token.span), message, label, **more)

    def fix(self, token: Token, replacement: str, title: str) -> tuple[Fix, ...]:
        """Replace a token."""
        return (Fix(self.place(token.span), replacement, title),)

    def insertion(self, offset: int, text: str, title: str) -> tuple[Fix, ...]:
        """Put something in."""
        return (Fix(self.source.at(offset, offset), text, title),)


def clauses(block: str | None) -> frozenset[str]:
    """The keywords that may begin an item of a block."""
    keys = tables().first["item"] if block == "" else tables().blocks.get(block or "", frozenset())
    return frozenset(key for key in keys if key.isidentifier())


def starts_item(block: str | None, keys: Iterable[str]) -> bool:
    """Whether these keys are those of a place where an item of the block may begin."""
    if block is None:
        return False
    wanted = tables().first["item"] if block == "" else tables().blocks[block]
    return wanted <= frozenset(keys)


def _blocks(values: list[Any]) -> tuple[str | None, ...]:
    """The keys of open blocks, innermost first: the braces on the stack say where, the keywords before them which.

    Brackets that are no block's are None; the last is the top level.
    """
    found: list[str | None] = []
    closed = 0
    for index in range(len(values) - 1, -1, -1):
        if not isinstance(values[index], str):
            continue
        if values[index] in CLOSERS:
            closed += 1
        elif values[index] in OPENERS:
            closed -= 1
            if closed < 0:
                closed = 0
                found.append(_opened_by(values[:index]) if values[index] == "{" else None)
    return (*found, "")


def _opened_by(values: list[Any]) -> str | None:
    for value in reversed([value for value in values if isinstance(value, str)]):
        if value in tables().blocks:
            return value
        if value == "=>":
            return "block"
        if value == "step":
            return "step_block"
        if value in {":", "{"} or (value in tables().keywords and value not in _CONNECTING):
            return None
    return None
