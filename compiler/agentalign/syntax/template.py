"""The text of a template node."""

from __future__ import annotations

from agentalign.syntax.dedent import Text, dedent
from agentalign.syntax.nodes import TemplateLit


def template_text(template: TemplateLit) -> Text:
    """What a template says, each character with its place in the source."""
    return dedent(template.body, template.span.start + 3)
