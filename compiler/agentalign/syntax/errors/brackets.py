"""Brackets that do not pair."""

from __future__ import annotations

from collections.abc import Sequence

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic, Label
from agentalign.syntax.errors.failure import CLOSERS, OPENERS, Failure, clauses
from agentalign.syntax.machine import Token


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Brackets still open, and the innermost brace whose partner stands at another indentation."""

    open: tuple[Token, ...]
    suspect: Token | None


def brackets(failure: Failure) -> Diagnostic | None:
    """Blame a bracket, if one is why the parser could not go on."""
    token = failure.token
    pairs = _pairs(failure)
    if token.kind == "END":
        return _unclosed(failure, pairs) if pairs.open else None
    if pairs.open and _is_clause_outside(failure):
        label = Label(failure.place(token.span), "it should be closed before this clause")
        return _never_closed(failure, pairs.open[-1], "", [label])
    if token.text == "->" and pairs.open and pairs.open[-1].text == "(":
        label = Label(failure.place(token.span), "it should be closed before the result")
        return _never_closed(failure, pairs.open[-1], "", [label])
    if token.kind != "SIGN" or token.text not in CLOSERS:
        return None
    if not pairs.open:
        return failure.error("E0007", token, f"this `{token.text}` closes nothing")
    opener = pairs.open[-1]
    if OPENERS[opener.text] == token.text:
        return None
    label = Label(failure.place(token.span), f"`{OPENERS[opener.text]}` should come first")
    return _never_closed(failure, opener, "it is still open", [label])


def _unclosed(failure: Failure, pairs: _Pairs) -> Diagnostic:
    secondary = []
    if pairs.suspect is not None:
        secondary.append(Label(failure.place(pairs.suspect.span), "or this one, judging by the indentation"))
    return _never_closed(failure, pairs.open[-1], "it is still open at the end", secondary)


def _never_closed(failure: Failure, opener: Token, label: str, secondary: Sequence[Label]) -> Diagnostic:
    return failure.error("E0007", opener, f"this `{opener.text}` is never closed", label, secondary=secondary)


def _is_clause_outside(failure: Failure) -> bool:
    """Whether the parser stands in a list, at a line that begins like a clause of the block around it."""
    token = failure.token
    if failure.block is not None or token.kind != "WORD" or not failure.is_first(token):
        return False
    around = next(block for block in failure.blocks if block is not None)
    return token.text in clauses(around) and failure.source.text[token.end : token.end + 1] != ":"


def _pairs(failure: Failure) -> _Pairs:
    text = failure.source.text
    stack: list[Token] = []
    suspect = None
    end = 0
    for token in failure.before:
        is_first, end = "\n" in text[end : token.start], token.end
        if token.kind != "SIGN":
            continue
        if token.text in OPENERS:
            stack.append(token)
        elif token.text in CLOSERS and stack:
            opener = stack.pop()
            if suspect is None and is_first and _indent(text, token) != _indent(text, opener):
                suspect = opener
    return _Pairs(tuple(stack), suspect)


def innermost(failure: Failure) -> Token | None:
    """The bracket that is still open."""
    still = _pairs(failure).open
    return still[-1] if still else None


def _indent(text: str, token: Token) -> int:
    line = text[text.rfind("\n", 0, token.start) + 1 : token.start]
    return len(line) - len(line.lstrip())
