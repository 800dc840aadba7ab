"""Clauses in the wrong block, clauses that do not exist, doc comments with nothing to document."""

from __future__ import annotations

from agentalign.dataclasses import replace
from agentalign.diagnostics import Diagnostic, suggest
from agentalign.syntax.errors.failure import Failure, clauses, starts_item
from agentalign.syntax.errors.words import block_name, expected
from agentalign.syntax.machine import Stack, Token, accepted, dry_run
from agentalign.syntax.tables import tables


def misplaced_doc(failure: Failure) -> Diagnostic | None:
    """A doc comment that nothing follows which could carry it."""
    doc = failure.token
    if doc.kind != "DOC":
        last = failure.previous
        if last is None or last.kind != "DOC" or "$DOC" not in failure.accepted:
            return None
        doc = last
    help_ = "doc comments stand above what they document; for a plain comment write `//`"
    return failure.error("E0013", doc, "there is nothing here that this doc comment could document", help=help_)


def clause(failure: Failure) -> Diagnostic | None:
    """A word where a clause should begin that begins none in this block."""
    token = failure.token
    if token.kind == "WORD" and failure.is_between_items:
        return _cut_short(failure) or _judge(failure, token)
    # Where a clause may also be a parameter or field, it is its second token that has no place.
    word = failure.previous
    if word is None or word.kind != "WORD" or not clauses(failure.block) or token.text in {":", "?", "(", "{"}:
        return None
    if token.kind == "END" or not _began_item(failure):
        return None
    return _judge(failure, word)


def _cut_short(failure: Failure) -> Diagnostic | None:
    """A clause without its end, so that the keyword of the next one was read as the name that it lacks."""
    word = failure.previous
    if word is None or word.text not in clauses(failure.block) or not failure.is_first(word):
        return None
    stuck = dry_run(failure.source.text, failure.before[0].start, word.start)
    if stuck is None or len(failure.before) < 2:
        return None
    shorter = Failure.of(failure.source, replace(stuck, token=word), failure.before[0].start, word.end)
    wanted = expected(shorter)
    after = failure.before[-2].end
    return Diagnostic.at("E0005", failure.source.at(after, after), f"expected {wanted}, found `{word.text}`", "here")


def _began_item(failure: Failure) -> bool:
    """Whether the token before the one without a place stands where an item may begin: look at the stack without it."""
    stack = failure.stuck.stack
    if failure.block is None or not stack.values:
        return False
    shorter = Stack(stack.states[:-1], stack.values[:-1], stack.starts[:-1])
    keys = accepted(shorter, tables().rows[shorter.states[-1]])
    return starts_item(failure.block, keys) and stack.starts[-1] == failure.before[-1].start


def _judge(failure: Failure, word: Token) -> Diagnostic | None:
    here = clauses(failure.block)
    homes = [block for block in ("", *tables().blocks) if word.text in clauses(block)]
    if homes and word.text not in here:
        return _belongs(failure, word, homes)
    close = suggest(word.text, here)
    if close is None:
        return None
    message = f"there is no clause `{word.text}` in {block_name(failure.block or '')}"
    if not failure.block:
        message = f"no declaration begins with `{word.text}`"
    help_ = f"did you mean `{close}`?"
    return failure.error("E0005", word, message, help=help_, fixes=failure.fix(word, close, f"write `{close}`"))


def _belongs(failure: Failure, word: Token, homes: list[str]) -> Diagnostic:
    if homes == [""]:
        message = f"`{word.text}` begins a declaration, which stands at the top level"
        return failure.error("E0016", word, message, f"this is inside {block_name(failure.block or '')}")
    named = [block_name(home) for home in homes if home]
    where = " or ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
    here = f"not in {block_name(failure.block)}" if failure.block else "not at the top level"
    outer = any(word.text in clauses(block) for block in failure.blocks[1:])
    help_ = f"or the `}}` is missing that should end {block_name(failure.block or '')} above" if outer else None
    return failure.error("E0016", word, f"`{word.text}` belongs in {where}", here, help=help_)
