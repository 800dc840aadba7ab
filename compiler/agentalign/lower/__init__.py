"""Lowering: from a checked program to the plan, the typed IR of everything a spec means.

Names become unique, defaults explicit, templates desugared; brands and `forbid`s become forbidden combinations of axis values,
so that later stages count and select without ever rejecting.
"""

from agentalign.lower.lowering import EDITION, Lowered, lower
from agentalign.lower.models import shipped_prompts

__all__ = ["EDITION", "Lowered", "lower", "shipped_prompts"]
