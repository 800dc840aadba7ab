"""What templates of a case can name: parameter values, results, how the tools are called, what was asked of them."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.ir import Case, FromRequest, Index, Scene
from agentalign.templates import Compiled, compile_template


class Scopes:
    """Builds template scopes; titles and phrases are looked up once per tool."""

    def __init__(self, index: Index) -> None:
        self._titles = {tool.name: tool.title for tool in index.plan.tools}
        self._phrases: Mapping[tuple[str, str], Compiled] = {
            (tool.name, feed.param): compile_template(feed.source.phrase)
            for tool in index.plan.tools
            for implementation in tool.implements
            for feed in implementation.feeds
            if isinstance(feed.source, FromRequest)
        }

    def scope(self, case: Case) -> dict[str, object]:
        """The names of a case before its first call; `@tool` and `@details` are what the functions of templates look up."""
        titles = {step: self._titles[tool] for step, tool in case.tools.items()}
        details = dict.fromkeys(case.tools, "")
        for (step, param), value in case.details.items():
            phrase = self._phrases[case.tools[step], param].render({param: value})
            details[step] = f"{details[step]} and {phrase}" if details[step] else phrase
        return {**case.values, "@tool": titles, "@details": details}


def surroundings(scene: Scene) -> dict[str, object]:
    """What system prompts and the agent's wordings can name besides values: the user's account and the clock."""
    return {"account": scene.account, "clock": {"now": scene.now, "today": scene.today}}
