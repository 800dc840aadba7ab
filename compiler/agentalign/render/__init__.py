"""Rendering: from cases and trajectories to records; every template is compiled once."""

from agentalign.render.messages import call_ids
from agentalign.render.renderer import Renderer
from agentalign.render.say import say
from agentalign.render.scope import Scopes

__all__ = ["Renderer", "Scopes", "call_ids", "say"]
