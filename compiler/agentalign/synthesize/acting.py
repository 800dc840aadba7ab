"""An agent in the simulated world: turns, calls checked before they are carried out, limits, loops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import orjson

from agentalign.dataclasses import dataclass
from agentalign.ir import Case, Json
from agentalign.llm import Reply, Request, ToolCall
from agentalign.render import call_ids
from agentalign.simulate import Episode
from agentalign.synthesize.asking import Asks, Trail, ask
from agentalign.synthesize.binding import Binding, Limits
from agentalign.synthesize.scopes import Draft, Scopes
from agentalign.templates import compile_template

Message: TypeAlias = dict[str, Any]
End: TypeAlias = Literal["answered", "cut_off", "empty", "loop", "turns", "calls", "tokens"]
Fate: TypeAlias = Literal["executed", "failed", "invalid_arguments", "unknown_tool", "not_json", "one_at_a_time"]

_TOLD = ("role", "tool_call_id", "content")
_STRANGE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST = 64
_SHOWN = 500  # characters of arguments that an error repeats

_LOOP = 3
"""The same call so many times is a loop."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call as the agent made it; `fate` tells whether it was executed (`failed`: with an error the tool declares)."""

    tool: str
    arguments: str
    fate: Fate

    @property
    def executed(self) -> bool:
        """Whether the call reached the world."""
        return self.fate in {"executed", "failed"}

    def as_json(self) -> dict[str, Json]:
        """The form in which a record keeps it."""
        return {"tool": self.tool, "arguments": self.arguments, "outcome": self.fate}


@dataclass(frozen=True, slots=True)
class Rollout:
    """What an agent did: the messages after the request, of executed calls only; every attempt; how it ended.

    `steps_left` are the steps of the chain that were not done.
    """

    messages: tuple[Message, ...]
    attempts: tuple[Attempt, ...]
    steps_left: tuple[str, ...]
    end: End

    @property
    def answer(self) -> str:
        """What the agent says in the end."""
        return str(self.messages[-1]["content"]) if self.end == "answered" else ""


async def act(
    engine: Asks,
    scopes: Scopes,
    binding: Binding,
    draft: Draft,
    opening: list[Message],
    replicate: int,
    trail: Trail,
    limits: Limits,
) -> Rollout:
    """Let a model answer a request in the world of its case; `opening` holds the system message and the request.

    The model is told what the prompt says to agents before what the record's own system message says.
    """
    system = compile_template(binding.prompt.system).render(scopes.acting(draft, opening[1]["content"])).strip()
    told = "\n\n".join(filter(None, (system, opening[0]["content"])))
    talk = _Talk(
        [{**opening[0], "content": told}, opening[1]], _World(scopes.simulator.episode(draft.case), draft.case)
    )
    tools = [scopes.renderer.schema(name) for name in draft.case.context.offered]
    used = 0
    for _ in range(limits.turns):
        request = Request(binding.stage, binding.models[0], tuple(talk.shown), tools, replicate=replicate)
        reply = await ask(engine, request, trail)
        used += reply.usage.read + reply.usage.written
        if (end := talk.hear(reply, limits, parallel=binding.parallel and limits.parallel)) is not None:
            return talk.rollout(end)
        if used > limits.tokens:
            return talk.rollout("tokens")
    return talk.rollout("turns")


class _World:
    """An episode that only offered tools can be called in."""

    def __init__(self, episode: Episode, case: Case) -> None:
        self.episode = episode
        self.case = case
        self._offered = frozenset(case.context.offered)

    def call(self, call: ToolCall) -> tuple[Fate, Json, Json]:
        """What becomes of a call, its arguments, its result."""
        if call.name not in self._offered:
            return "unknown_tool", None, _error("unknown_tool", f"There is no tool called {call.name[:64]}.")
        arguments = _object(call.arguments)
        if arguments is None:
            shown = f"The arguments are not a JSON object: {call.arguments[:_SHOWN]}"
            return "not_json", None, _error("invalid_arguments", shown)
        if (reason := self.episode.check(call.name, arguments)) is not None:
            return "invalid_arguments", None, _error("invalid_arguments", reason)
        answer = self.episode.answer(call.name, arguments)
        return ("failed" if answer.failed else "executed"), arguments, answer.result


class _Talk:
    """A conversation as the model sees it (`shown`, with what was not executed) and as the record keeps it."""

    def __init__(self, shown: list[Message], world: _World) -> None:
        self.shown = shown
        self._world = world
        self._ids: Iterator[str] = call_ids(world.case)
        self._kept: list[Message] = []
        self._attempts: list[Attempt] = []
        self._times: dict[tuple[str, str], int] = {}

    def hear(self, reply: Reply, limits: Limits, *, parallel: bool) -> End | None:
        """Take a reply in; how the conversation ends, if it does."""
        text = (reply.content or reply.refusal).strip()
        if not reply.complete:
            return "cut_off"
        if not reply.tool_calls:
            if not text:
                return "empty"
            self._kept.append({"role": "assistant", "content": text})
            return "answered"
        asked: list[Message] = []
        told: list[tuple[Message, bool]] = []
        for number, call in enumerate(reply.tool_calls):
            if len(self._attempts) >= limits.calls:
                return "calls"
            fate, arguments, result = self._world.call(call) if parallel or not number else _ONE
            ident = next(self._ids)
            given = call.arguments if arguments is None else _dumps(arguments)
            self._attempts.append(attempt := Attempt(call.name, given, fate))
            name, sent = _sendable(call.name), given if _object(given) is not None else "{}"
            asked.append({"id": ident, "type": "function", "function": {"name": name, "arguments": sent}})
            content = {"role": "tool", "tool_call_id": ident, "name": name, "content": _dumps(result)}
            told.append((content, attempt.executed))
            again = self._times[call.name, given] = self._times.get((call.name, given), 0) + 1
            if again >= _LOOP:
                return "loop"
        message = {"role": "assistant", "content": text, "tool_calls": asked}
        # an empty text, which some providers refuse and litellm fills with words of its own, is none
        self.shown.append({**message, "content": text or None})
        self.shown += [{key: content[key] for key in _TOLD} for content, _ in told]
        executed = [call for call, (_, done) in zip(asked, told, strict=True) if done]
        if executed:
            self._kept += [{**message, "tool_calls": executed}, *(content for content, done in told if done)]
        return None

    def rollout(self, end: End) -> Rollout:
        """What came of it."""
        return Rollout(tuple(self._kept), tuple(self._attempts), self._world.episode.steps_left, end)


def _object(arguments: str) -> dict[str, Json] | None:
    """Arguments as they were written; None for what is no JSON object."""
    try:
        value = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _sendable(name: str) -> str:
    """The name of a tool as providers take it back: they refuse a conversation with any other, and with it the case."""
    return _STRANGE.sub("_", name)[:_LONGEST] or "unnamed"


def _error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}}


_ONE: tuple[Fate, Json, Json] = (
    "one_at_a_time",
    None,
    _error("one_call_at_a_time", "Only one call is carried out at a time."),
)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
