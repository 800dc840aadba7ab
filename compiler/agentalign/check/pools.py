"""The values that a reading lists for its parameters: in place, or in a lexicon that may stand in another module."""

from __future__ import annotations

from agentalign.check.context import Context
from agentalign.check.targets import LexiconRef
from agentalign.syntax import nodes as n


def listed(ctx: Context, vary: n.Vary) -> tuple[Context, tuple[n.Entry, ...]]:
    """The entries, and the module they stand in; none if their type generates the values, or the lexicon is unknown."""
    match vary.pool:
        case n.InlinePool(entries=entries):
            return ctx, entries
        case n.LexiconPool(lexicon=path) if isinstance(target := ctx.tables.refs.get(path), LexiconRef):
            return ctx.within(target.lexicon), target.lexicon.entries
        case _:
            return ctx, ()
