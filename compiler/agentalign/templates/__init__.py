"""Templates: text with values in it, read, type-checked, desugared and rendered; and how values read in prose.

Templates are a subset of Jinja; Jinja itself only splits them into tokens.
"""

from typing import TYPE_CHECKING

from agentalign.late import late
from agentalign.templates.blemishes import blemishes, underscored
from agentalign.templates.check import check_template
from agentalign.templates.claims import Claim, claims, states, unsupported
from agentalign.templates.desugar import desugar
from agentalign.templates.filters import FILTERS, Example, Filter, Param
from agentalign.templates.nodes import For, If, Issue, IssueKind, Node, Output, Parsed, Path, Text
from agentalign.templates.parse import parse_template
from agentalign.templates.says import Says, says
from agentalign.templates.scope import Checked, Choice, Guard, Mention, Scope, StepUse, Tested

if TYPE_CHECKING:
    from agentalign.templates.reread import fixed, pieces, unchosen
    from agentalign.templates.run import Compiled, RenderError, compile_template, decide
    from agentalign.templates.voice import forms, voiced

__all__ = [
    "FILTERS",
    "Checked",
    "Choice",
    "Claim",
    "Compiled",
    "Example",
    "Filter",
    "For",
    "Guard",
    "If",
    "Issue",
    "IssueKind",
    "Mention",
    "Node",
    "Output",
    "Param",
    "Parsed",
    "Path",
    "RenderError",
    "Says",
    "Scope",
    "StepUse",
    "Tested",
    "Text",
    "blemishes",
    "check_template",
    "claims",
    "compile_template",
    "decide",
    "desugar",
    "fixed",
    "forms",
    "parse_template",
    "pieces",
    "says",
    "states",
    "unchosen",
    "underscored",
    "unsupported",
    "voiced",
]

__getattr__ = late(
    __name__,
    {
        "reread": ("fixed", "pieces", "unchosen"),
        "run": ("Compiled", "RenderError", "compile_template", "decide"),
        "voice": ("forms", "voiced"),
    },
)
