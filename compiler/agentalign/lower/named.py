"""Requests that leave a step's tool unsaid: it must follow from the tools they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from agentalign.check import ChainInfo, holds_request, register
from agentalign.ir import Reading, ToolOptions
from agentalign.ir.space import Space
from agentalign.lower.context import Lowering
from agentalign.syntax import nodes as n


def check_named(
    low: Lowering, info: ChainInfo, node: n.ReadingDecl, reading: Reading, space: Callable[[], Space]
) -> None:
    """Report a wording under which two choices of tools, both possible, come out as the same request."""
    options = [choice.options for choice in reading.choices if isinstance(choice.options, ToolOptions)]
    open_ = frozenset(option.step for option in options if len(option.tools) > 1)
    if not open_:
        return

    @cache
    def lost(named: frozenset[str]) -> str | None:
        """The first step whose tool does not follow."""
        return next((step for step in sorted(open_ - named) if not _follows(space(), step, sorted(named))), None)

    for wording, owner, named in _wordings(low, info, node):
        step = lost(open_ & named)
        if step is None:
            continue
        known = low.checked.names.at(owner, wording)
        if not any(found.code == "E0807" and found.location == known for found in low.diagnostics):
            low.report(
                "E0807",
                owner,
                wording,
                f"the tool of `{step}` does not follow from those that this request names",
                help=f"name it: `{{{{ tool({step}) }}}}`",
            )


def _wordings(
    low: Lowering, info: ChainInfo, node: n.ReadingDecl
) -> Iterator[tuple[n.TemplateLit, n.Node, frozenset[str]]]:
    """Each wording of the request with its owner and the steps whose tools it names."""
    for ask in node.items:
        if not isinstance(ask, n.Ask):
            continue
        checked = low.checked.templates[ask.template]
        said = frozenset(use.step for use in checked.tools)
        if not holds_request(checked):
            yield ask.template, node, said
            continue
        for item in info.chain.items:
            if isinstance(item, n.Request) and register(item) == register(ask):
                inner = low.checked.templates[item.template]
                yield item.template, info.chain, said | {use.step for use in inner.tools}


def _follows(space: Space, step: str, named: list[str]) -> bool:
    """Whether the tool of a step is the same wherever those of the named steps are."""
    axes = (*(f"tool:{name}" for name in named), f"tool:{step}")
    rows = set(space.project(axes))
    return len({row[:-1] for row in rows}) == len(rows)
