"""Identifiers that look otherwise on each platform: a tool makes only those its own platform has."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.check.context import Context
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import brands


def check_shapes(ctx: Context, tool: n.ToolDecl) -> None:
    """Report a result whose identifiers have no shape on the tool's platform: nothing could make them.

    A parameter without a shape is no mistake: the space just never gives the tool such an identifier.
    """
    keys = platform_keys(ctx, tool)
    where = tool.returns or tool.name
    for branded in dict.fromkeys(brands(ctx.tables.tools[tool].returns)):
        key = keys.get(branded.kind)
        if key is None or not branded.variants or key in dict(branded.variants):
            continue
        known = ", ".join(f"`{name}`" for name, _ in branded.variants)
        ctx.report(
            "E0313",
            where,
            f"`{branded.name}` has no shape for the {branded.kind} `{key}`, where `{tool.name.text}` makes one",
            notes=(f"it has one for {known}",),
            help=f"add `{key} => ...` to the type",
        )


def platform_keys(ctx: Context, tool: n.ToolDecl) -> Mapping[str, str]:
    """The brand keys a tool has from its platform, by kind."""
    if tool.platform is None:
        return {}
    found = ctx.peek(Kind.PLATFORM, tool.platform.text)
    return found.keys if isinstance(found, n.PlatformDecl) else {}
