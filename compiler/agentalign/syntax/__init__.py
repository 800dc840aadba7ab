"""Source text to syntax tree, and back."""

from agentalign.syntax import nodes
from agentalign.syntax.walk import walk

__all__ = ["nodes", "walk"]
