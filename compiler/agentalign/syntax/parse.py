"""From source text to a module, with all that is wrong with the text.

The text is parsed as a whole. Where that fails, what was read before the faulty declaration is kept, the declaration is
parsed by itself to see what is wrong with it, and parsing goes on at the next one (`cuts`). So each faulty declaration
gives one error and costs only itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from agentalign.dataclasses import dataclass, field, replace
from agentalign.diagnostics import Diagnostic, Fix, ordered
from agentalign.garbage import uncollected
from agentalign.source import Source, Span
from agentalign.syntax import nodes as n
from agentalign.syntax.builder import Builder
from agentalign.syntax.limits import deepest
from agentalign.syntax.machine import Reduction, Stuck, accepted, reductions, run, tokens

EDITION: Final = 1
MAX_ERRORS: Final = 50
_EDITION: Final = re.compile(r"^[ \t]*edition\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's declarations, those that are sound, and what is wrong with the others."""

    module: n.Module
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Parse a file. Never raises; takes time linear in the length of the text."""
    with uncollected():
        reader = _Reader(source)
        reader.read()
    return reader.result()


@cache
def _rules() -> tuple[Reduction, ...]:
    return reductions(lambda rule: getattr(Builder, rule.name))


@dataclass(slots=True)
class _Reader:
    """One run over one file."""

    source: Source
    editions: list[n.NumberLit] = field(default_factory=list)
    uses: list[n.Use] = field(default_factory=list)
    declarations: list[n.Declaration] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)

    def read(self) -> None:
        text = self.source.text
        at = 0
        starts: Iterator[int] = iter(())
        while at < len(text) or not at:
            found = self._run(at, len(text))
            if found is None:
                return
            from agentalign.syntax.cuts import cuts  # noqa: PLC0415  # most files have no errors
            from agentalign.syntax.errors import explain  # noqa: PLC0415

            if not self.errors:
                starts = cuts(text)
            if found.why == "length":
                self.errors.append(explain(self.source, found, at, len(text)))
                return
            begin = self._keep(found)
            end = next((cut for cut in starts if cut > begin), len(text))
            if end > found.token.start and accepted(found.stack, ("$END",)):
                self._run(begin, found.token.start)
                begin = found.token.start
            again = found if found.token.end <= end else self._run(begin, end)
            if again is not None:
                self.errors.append(explain(self.source, again, begin, end))
            at = end
            if len(self.errors) >= MAX_ERRORS:
                note = f"after {MAX_ERRORS} errors the rest of the file was not looked at"
                self.errors[-1] = replace(self.errors[-1], notes=(note,))
                return

    def _run(self, start: int, end: int) -> Stuck | None:
        """Parse a part; take what it holds if it is sound, and in any case what is wrong inside its tokens."""
        builder = Builder(self.source)
        result = run(_rules(), builder, self.source.text, start, end)
        self.problems += builder.problems
        if isinstance(result, Stuck):
            return result
        self._take((result.edition, *result.uses, *result.declarations))
        return None

    def _keep(self, stuck: Stuck) -> int:
        """Take what was finished before the parser got stuck; where the unfinished rest begins."""
        for value, place in zip(stuck.stack.values, stuck.stack.starts, strict=True):
            items = value if isinstance(value, list) else [value]
            if not all(isinstance(item, n.Node) for item in items):
                return place
            self._take(items)
        return stuck.token.start

    def _take(self, items: Iterable[n.Node | None]) -> None:
        for item in items:
            match item:
                case n.NumberLit():
                    self._take_edition(item)
                case n.Use():
                    self.uses.append(item)
                case n.Node():
                    self.declarations.append(item)  # type: ignore[arg-type]

    def _take_edition(self, edition: n.NumberLit) -> None:
        if self.editions or self.uses or self.declarations:
            place = self.source.at(edition.span.start, edition.span.end)
            message = "the edition stands once, before everything else in the file"
            self.errors.append(Diagnostic.at("E0016", place, message))
        self.editions.append(edition)

    def result(self) -> Parsed:
        sound = []
        for declaration in self.declarations:
            problem = deepest(self.source, declaration)
            if problem is None:
                sound.append(declaration)
            else:
                self.errors.append(problem)
        edition = self.editions[0] if self.editions else None
        module = n.Module(Span(0, len(self.source.text)), edition, tuple(self.uses), tuple(sound))
        return Parsed(module, ordered((*self._edition(edition), *self.problems, *self.errors)))

    def _is_lost(self) -> bool:
        """Whether there is an error where the edition should stand, or because of one that stands elsewhere."""
        if not self.errors:
            return False
        first = next(tokens(self.source.text, 0, len(self.source.text))).start
        starts = (error.location.span.start for error in self.errors if error.location)
        return first in starts or _EDITION.search(self.source.text) is not None

    def _edition(self, edition: n.NumberLit | None) -> Iterator[Diagnostic]:
        source = self.source
        if edition is None:
            start = source.at(0, 0)
            fix = Fix(start, f"edition {EDITION}\n", "say so in the first line")
            if not self._is_lost():
                yield Diagnostic.at("E0009", start, "the file does not begin with its edition", fixes=(fix,))
        elif edition.value != EDITION:
            place = source.at(edition.span.start, edition.span.end)
            fix = Fix(place, str(EDITION), f"use edition {EDITION}")
            message = f"this compiler knows edition {EDITION}, not {edition.value}"
            yield Diagnostic.at("E0010", place, message, fixes=(fix,))
