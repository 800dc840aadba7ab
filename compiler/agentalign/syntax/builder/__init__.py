"""From reductions to nodes: one method per rule of the grammar, run while parsing."""

from agentalign.syntax.builder.chains import Builder
from agentalign.syntax.builder.declarations import in_order

__all__ = ["Builder", "in_order"]
