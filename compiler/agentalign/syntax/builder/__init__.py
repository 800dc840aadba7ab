"""From reductions to nodes: one method per rule of the grammar, run while parsing."""

from agentalign.syntax.builder.chains import Builder

__all__ = ["Builder"]
