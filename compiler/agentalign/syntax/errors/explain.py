"""One error for a part of a text that does not parse: the first explanation that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agentalign.diagnostics import Diagnostic, suggest
from agentalign.source import Source, Span
from agentalign.syntax.errors.brackets import brackets
from agentalign.syntax.errors.clauses import clause, misplaced_doc
from agentalign.syntax.errors.failure import Failure
from agentalign.syntax.errors.hints import HINTS
from agentalign.syntax.errors.lexical import glued, lexical, swallowed
from agentalign.syntax.errors.words import expected, found
from agentalign.syntax.limits import too_deep
from agentalign.syntax.machine import MAX_TOKENS, Stuck, dry_run

_EXPLANATIONS: Final[tuple[Callable[[Failure], Diagnostic | None], ...]] = (
    lexical,
    glued,
    swallowed,
    brackets,
    misplaced_doc,
    clause,
    *HINTS,
)


def explain(source: Source, stuck: Stuck, start: int, end: int) -> Diagnostic:
    """Say why `source.text[start:end]` does not parse."""
    place = source.at(stuck.token.start, stuck.token.end)
    if stuck.why == "depth":
        return too_deep(place)
    if stuck.why == "length":
        message = f"a module may have {MAX_TOKENS:,} words and signs; this one has more"
        return Diagnostic.at("E0003", place, message, help="split it into several modules")
    failure = Failure.of(source, dry_run(source.text, start, end) or stuck, start, end)
    return next((said for why in _EXPLANATIONS if (said := why(failure))), None) or _plain(failure)


def _plain(failure: Failure) -> Diagnostic:
    token, previous = failure.token, failure.previous
    wanted = expected(failure)
    message = f"expected {wanted}, found {found(failure)}" if wanted else f"unexpected {found(failure)}"
    words = [key for key in failure.accepted if key.isidentifier()]
    close = suggest(token.text, words) if token.kind == "WORD" else None
    if close is not None:
        fixes = failure.fix(token, close, f"write `{close}`")
        return failure.error("E0005", token, message, help=f"did you mean `{close}`?", fixes=fixes)
    ends_line = previous is not None and "\n" in failure.source.text[previous.end : token.start]
    if previous is not None and (ends_line or token.kind == "END") and not failure.is_between_items:
        after = failure.place(Span(previous.end, previous.end))
        return Diagnostic.at("E0005", after, message, "here")
    return failure.error("E0005", token, message)
