"""Wordings of the agent: templates whose own choices of words are drawn from the case."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.templates import compile_template
from agentalign.types import Stream


def say(template: str, names: Mapping[str, object], case: str, place: str) -> str:
    """Render a desugared template; each of its `one_of` takes a word that only the case's id and the place decide.

    `place` tells the texts of one case apart (`answer`, `narrate sent`). Raises RenderError for a name without value.
    """
    compiled = compile_template(template)
    if not compiled.sites:
        return compiled.render(names)
    stream = Stream(f"{case}/say/{place}")
    return compiled.render(names, [stream.below(len(words)) for words in compiled.sites])
