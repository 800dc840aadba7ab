"""Calls against the chain: the steps in their order, loops, and the one upset a case may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agentalign.dataclasses import dataclass
from agentalign.ir import Step
from agentalign.validate.calls import Executed
from agentalign.validate.facts import ChainFacts
from agentalign.validate.finding import Finding

_EMPTY = "empty"


class Script(NamedTuple):
    """What a case says should happen: the tool of each step, and the upset as (step, error, mode).

    `at` is where the case's reading is declared.
    """

    chain: ChainFacts
    at: str
    tools: dict[str, str]
    outcome: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class _Stray:
    """How far the calls agree with the chain, and what was expected there."""

    at: int
    message: str


def assign(script: Script, calls: Sequence[Executed]) -> tuple[Step, ...] | Finding:
    """Return the step each call belongs to, or where the calls leave the chain.

    Each step is one call of its tool, a repeated one up to its limit. Where the outcome says so, one call of its step fails
    first (for `empty`: finds nothing), and then the same tool is called again, or another one that does the same, or
    nothing at all any more. An alternative that nobody offers is a retry.
    """
    if _plain(script, calls):
        return script.chain.steps
    found = _walk(script, calls, 0, 0)
    if not isinstance(found, _Stray):
        return found
    if found.at < len(calls):
        call = calls[found.at]
        code = "E1015" if call.failed is not None else "E1018"
        path = call.exchange.result_at if call.failed is not None else f"/messages/{call.exchange.asked}"
        return Finding(code, found.message, script.at, path)
    return Finding("E1018", found.message, script.at, "/messages")


def followed(script: Script, calls: Sequence[Executed]) -> tuple[Step | None, ...] | Finding:
    """The same for an agent left to itself: every step is done, in order, by its tool; calls in between belong to no step.

    A repeated step takes every further call of its tool until the next step begins. The case's upset comes with the first
    call of its step; then that is tried again, or done by another tool, or nothing more needs to be done.
    """
    steps, found, tools = script.chain.steps, list[Step | None](), dict(script.tools)
    at, times, upset = 0, 0, script.outcome
    for call in calls:
        tool = call.exchange.tool
        if times and call.failed is None and tool != tools[steps[at].name]:
            at, times = at + 1, 0
        step = steps[at] if at < len(steps) else None
        if step is not None and upset is not None and (step.name, tools[step.name]) == (upset[0], tool):
            if not _upset(call, upset[1]):
                message = f"`{step.name}` should end in `{upset[1]}` first"
                return Finding("E1018", message, script.at, call.exchange.result_at)
            found.append(step)
            if upset[2] == "report":
                return (*found, *[None] * (len(calls) - len(found)))
            upset = None
        elif step is None or not _does(script, step, call, tools[step.name], first=upset is None and not times):
            found.append(None)
        else:
            found.append(step)
            tools[step.name] = tool
            times += 1
            if step.loop is None or times >= step.loop.limit:
                at, times = at + 1, 0
    at += bool(times)
    if at < len(steps):
        message = f"`{steps[at].name}` is not done: {_wanted(script, steps[at])} should succeed"
        return Finding("E1018", message, script.at, "/messages")
    return tuple(found)


def _does(script: Script, step: Step, call: Executed, tool: str, *, first: bool) -> bool:
    """Whether a call does a step that is due: by its tool, or where that is to be replaced, `first` by another that can."""
    if call.failed is not None:
        return False
    replaced = script.outcome is not None and script.outcome[::2] == (step.name, "alternative")
    if call.exchange.tool == tool:
        own = tool == script.tools[step.name]
        return not (replaced and own and script.outcome is not None and _upset(call, script.outcome[1]))
    return replaced and first and call.tool.implementation(step) is not None


def _plain(script: Script, calls: Sequence[Executed]) -> bool:
    """Tell whether every step is one call that went well, as in most cases; a cheap way past `_walk`."""
    return (
        script.outcome is None
        and not script.chain.repeats
        and len(calls) == len(script.chain.steps)
        and all(
            c.failed is None and c.exchange.tool == tool for c, tool in zip(calls, script.tools.values(), strict=True)
        )
    )


def _walk(script: Script, calls: Sequence[Executed], number: int, at: int) -> tuple[Step, ...] | _Stray:
    """Match the steps from `number` with the calls from `at`."""
    steps = script.chain.steps
    if number == len(steps):
        return () if at == len(calls) else _Stray(at, f"`{calls[at].exchange.tool}` is called after the last step")
    step = steps[number]
    upset = script.outcome if script.outcome is not None and script.outcome[0] == step.name else None
    first = _single(script, step, upset, calls, at)
    if step.loop is None:
        return _then(script, calls, number, at, first, step, upset)
    best: tuple[Step, ...] | _Stray = _Stray(at, f"`{step.name}` expects {_wanted(script, step)}")
    if upset is None:
        best = _walk(script, calls, number + 1, at)
    used: int | _Stray = first
    for _ in range(step.loop.limit):
        # The longest run of calls is tried last: what a later step cannot use belongs to the loop.
        found = _then(script, calls, number, at, used, step, upset)
        if not isinstance(found, _Stray):
            return found
        best = found if isinstance(best, _Stray) and found.at > best.at else best
        if isinstance(used, _Stray):
            break
        more = _single(script, step, None, calls, at + used)
        used = more if isinstance(more, _Stray) else used + more
    return best


def _then(  # the state of the walk
    script: Script,
    calls: Sequence[Executed],
    number: int,
    at: int,
    used: int | _Stray,
    step: Step,
    upset: tuple[str, str, str] | None,
) -> tuple[Step, ...] | _Stray:
    """Go on behind a step that used so many calls."""
    if isinstance(used, _Stray):
        return used
    if upset is not None and upset[2] == "report":
        rest = at + used
        return (
            (step,) * used
            if rest == len(calls)
            else _Stray(rest, f"`{step.name}` was given up, and yet there are calls")
        )
    found = _walk(script, calls, number + 1, at + used)
    return found if isinstance(found, _Stray) else (step,) * used + found


def _single(
    script: Script, step: Step, upset: tuple[str, str, str] | None, calls: Sequence[Executed], at: int
) -> int | _Stray:
    """How many calls one run of a step uses."""
    tool = script.tools[step.name]
    if at >= len(calls) or calls[at].exchange.tool != tool:
        return _Stray(at, f"`{step.name}` expects {_wanted(script, step)}, {_found(calls, at)}")
    if upset is None:
        return _clean(step, calls, at) or 1
    _, error, mode = upset
    if not _upset(calls[at], error):
        return _Stray(at, f"`{step.name}` should end in `{error}` first")
    if mode == "report":
        return 1
    if at + 1 >= len(calls):
        return _Stray(at + 1, f"`{step.name}` is not tried again, although the case says {mode}")
    again = calls[at + 1]
    if again.exchange.tool != tool and (mode == "retry" or again.tool.implementation(step) is None):
        return _Stray(
            at + 1, f"`{step.name}` should be tried again with a tool that can do it, {_found(calls, at + 1)}"
        )
    return _clean(step, calls, at + 1) or 2


def _clean(step: Step, calls: Sequence[Executed], at: int) -> _Stray | None:
    failed = calls[at].failed
    return None if failed is None else _Stray(at, f"`{step.name}` ends in `{failed}`, which the case does not declare")


def _upset(call: Executed, error: str) -> bool:
    if error != _EMPTY:
        return call.failed == error
    lists = call.result.values() if isinstance(call.result, dict) else (call.result,)
    return call.failed is None and [] in lists


def _wanted(script: Script, step: Step) -> str:
    return f"a call of `{script.tools[step.name]}`"


def _found(calls: Sequence[Executed], at: int) -> str:
    return f"found one of `{calls[at].exchange.tool}`" if at < len(calls) else "found the answer"
