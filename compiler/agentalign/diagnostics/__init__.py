"""Diagnostics: what the compiler has to say about a spec, as values; renderers turn them into text.

A diagnostic is built where the mistake is seen, travels as data, and meets text only in `render`.
"""

from agentalign.diagnostics.codes import CODES, Code
from agentalign.diagnostics.colour import Style, wants_colour
from agentalign.diagnostics.explain import explain
from agentalign.diagnostics.model import Diagnostic, Fix, Label, Severity, from_failure, has_errors, ordered, summary
from agentalign.diagnostics.page import Page, Snippet, page
from agentalign.diagnostics.render import FORMATS, Format, render
from agentalign.diagnostics.suggest import suggest

__all__ = [
    "CODES",
    "FORMATS",
    "Code",
    "Diagnostic",
    "Fix",
    "Format",
    "Label",
    "Page",
    "Severity",
    "Snippet",
    "Style",
    "explain",
    "from_failure",
    "has_errors",
    "ordered",
    "page",
    "render",
    "suggest",
    "summary",
    "wants_colour",
]
