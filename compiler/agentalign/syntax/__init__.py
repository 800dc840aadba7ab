"""From source text to the syntax tree and back."""

from agentalign.syntax import nodes
from agentalign.syntax.dedent import Text
from agentalign.syntax.nodes import same, walk
from agentalign.syntax.parse import Parsed, parse

__all__ = ["Parsed", "Text", "nodes", "parse", "same", "walk"]
