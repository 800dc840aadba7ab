"""The values that a reading lists for its parameters: in place, or in a lexicon that may stand in another module."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.check.context import Context
from agentalign.check.targets import LexiconRef
from agentalign.syntax import nodes as n
from agentalign.types import Json


def listed(ctx: Context, vary: n.Vary) -> tuple[Context, tuple[n.Entry, ...]]:
    """The entries, and the module they stand in; none if their type generates the values, or the lexicon is unknown."""
    match vary.pool:
        case n.InlinePool(entries=entries):
            return ctx, entries
        case n.LexiconPool(lexicon=path) if isinstance(target := ctx.tables.refs.get(path), LexiconRef):
            return ctx.within(target.lexicon), target.lexicon.entries
        case _:
            return ctx, ()


def single_values(ctx: Context, reading: n.ReadingDecl) -> Iterator[tuple[str, Json]]:
    """The parameters for which a reading has one value only: bound, or the only one listed."""
    for item in reading.items:
        if isinstance(item, n.Bind):
            yield item.name.text, ctx.tables.values.get(item)
        elif isinstance(item, n.Vary):
            _, entries = listed(ctx, item)
            value = ctx.tables.values.get(entries[0]) if len(entries) == 1 else None
            if value is not None and len(item.names) == 1:
                yield item.names[0].text, value
            elif isinstance(value, dict):
                yield from ((name.text, value.get(name.text)) for name in item.names)
