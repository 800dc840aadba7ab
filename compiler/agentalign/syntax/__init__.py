"""From source text to the syntax tree and back.

`parse` reads a file and never fails: mistakes are diagnostics, and the module holds the declarations that are sound.
`format_source` lays a file out. The nodes are in `nodes`; `walk` visits a tree, `same` compares two by what they say.
"""

from typing import TYPE_CHECKING

from agentalign.late import late
from agentalign.syntax import nodes
from agentalign.syntax.dedent import Text
from agentalign.syntax.nodes import same, walk
from agentalign.syntax.parse import Parsed, parse
from agentalign.syntax.template import template_text

if TYPE_CHECKING:
    from agentalign.syntax.format import Formatted, format_source

__all__ = ["Formatted", "Parsed", "Text", "format_source", "nodes", "parse", "same", "template_text", "walk"]

__getattr__ = late(__name__, {"format": ("Formatted", "format_source")})
