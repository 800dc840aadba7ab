"""The literal words of templates and strings, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.rules.declared_types import inside
from agentalign.check.templating import place
from agentalign.dataclasses import dataclass
from agentalign.source import Span
from agentalign.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of words. `open_left` and `open_right` tell whether a printed value is joined to it there.

    `span` gives the place of a part of `text`; where escapes make the two differ, that of the whole.
    """

    text: str
    source: n.Node
    start: int
    open_left: bool = False
    open_right: bool = False

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands."""
        if isinstance(self.source, n.TemplateLit):
            return place(self.source, self.start + start, self.start + end)
        whole = inside(self.source) if isinstance(self.source, n.StringLit) else self.source.span
        if whole.end - whole.start != len(self.text):
            return whole
        return Span(whole.start + start, whole.start + end)


def passages(ctx: Context, template: n.TemplateLit) -> Iterator[Passage]:
    """The literal words of a checked template, those of its `one_of`s included."""
    checked = ctx.tables.templates.get(template)
    if checked is None or checked.errors:
        return
    yield from _texts(checked.parsed.nodes, template)
    for choice in checked.choices:
        at = choice.start + checked.parsed.body[choice.start : choice.end].find("(") + 1
        for value in choice.values:
            at = max(checked.parsed.body.find(value, at, choice.end), at)
            yield Passage(value, template, at)


def _texts(nodes: Iterable[templates.Node], template: n.TemplateLit) -> Iterator[Passage]:
    row = list(nodes)
    for at, node in enumerate(row):
        match node:
            case templates.Text(text=text, start=start):
                before, after = at > 0, at + 1 < len(row)
                yield Passage(text, template, start, before, after)
            case templates.If(branches=branches, otherwise=otherwise):
                for branch in branches:
                    yield from _texts(branch.body, template)
                yield from _texts(otherwise, template)
            case templates.For(body=body):
                yield from _texts(body, template)
            case templates.Output():
                pass


def strings(node: n.Node) -> Iterator[Passage]:
    """The string literals in a tree."""
    for part in n.walk(node):
        if isinstance(part, n.StringLit):
            yield Passage(part.value, part, 0)
