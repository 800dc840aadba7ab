"""From source text to the syntax tree and back.

`parse` reads a file and never fails: mistakes are diagnostics, and the module holds the declarations that are sound.
`format_source` lays a file out. The nodes are in `nodes`; `walk` visits a tree, `same` compares two by what they say.
"""

from agentalign.syntax import nodes
from agentalign.syntax.dedent import Text
from agentalign.syntax.format import Formatted, format_source
from agentalign.syntax.nodes import same, walk
from agentalign.syntax.parse import Parsed, parse
from agentalign.syntax.template import template_text

__all__ = ["Formatted", "Parsed", "Text", "format_source", "nodes", "parse", "same", "template_text", "walk"]
