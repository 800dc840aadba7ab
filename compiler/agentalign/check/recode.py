"""Calling mistakes by the code of the place they are found in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from agentalign.check.context import Context
from agentalign.dataclasses import replace
from agentalign.syntax import nodes as n


@contextmanager
def recoded(ctx: Context, old: Collection[str], new: str, whole: n.Node | None = None) -> Iterator[None]:
    """Give what is reported inside, with a code of `old`, the code `new`; with `whole`, only what marks that node."""
    found = ctx.tables.diagnostics
    before = len(found)
    yield
    for index in range(before, len(found)):
        diagnostic = found[index]
        marks = whole is None or (diagnostic.location is not None and diagnostic.location.span == whole.span)
        if diagnostic.code in old and marks:
            found[index] = replace(diagnostic, code=new)
