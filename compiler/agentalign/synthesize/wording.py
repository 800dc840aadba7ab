"""Requests that models write: five cases of a reading at a time, each text checked against its case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.synthesize.asking import ROUNDS, Asks, Trail, ask, note, parsed
from agentalign.synthesize.binding import Binding
from agentalign.synthesize.scopes import Draft, Scopes, asked
from agentalign.templates import blemishes, unsupported, voiced
from agentalign.unique import key

BATCH: Final = 5
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Worded:
    """What became of a request: its text, or why there is none."""

    text: str | None
    trail: Trail
    problem: str = ""


def problem(text: str, draft: Draft) -> str:
    """Say why a text is no request of its case; empty if it is one."""
    if len(text) > _LONGEST:
        return "it is too long"
    for told in draft.values:
        if not voiced(told.value, told.type, text, draft.scene.today):
            return f"it does not say `{told.text}`"
    for tool in draft.tools:
        if tool.casefold() not in text.casefold():
            return f"it does not name {tool}"
    said = [told.text for told in draft.values]
    if slips := blemishes(text, said):
        return f"it has {slips[0]}"
    known = "\n".join((draft.example, draft.scene.today, *said, *draft.tools))
    if made_up := unsupported(text, known):
        return f"it states `{made_up[0].text}`, which the case does not have"
    return ""


def batches(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, ...]]:
    """Cases in groups that share a prompt: of one reading, and where possible of the same tools."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.case.reading, []).append(draft)
    for group in groups.values():
        group.sort(key=lambda draft: tuple(draft.case.tools.values()))  # stable: the order of selection otherwise
        yield from (tuple(group[at : at + BATCH]) for at in range(0, len(group), BATCH))


async def write(engine: Asks, scopes: Scopes, binding: Binding, drafts: Sequence[Draft]) -> dict[str, Worded]:
    """The requests of a batch, by the case's id. What fails is asked for again, on its own."""
    done: dict[str, Worded] = {}
    seen = {key(draft.example) for draft in drafts}
    left, problems = list(drafts), dict[str, str]()
    for replicate in range(ROUNDS):
        request = asked(binding, binding.models[0], scopes.writing(left), replicate)
        reply = await ask(engine, request)
        value = parsed(reply, binding.prompt.result)
        texts = value.get("requests") if isinstance(value, dict) else None
        if not isinstance(texts, list) or len(texts) != len(left):
            problems |= dict.fromkeys(
                (draft.case.id for draft in left), "the reply does not hold as many as were asked for"
            )
            continue
        for draft, text in zip(tuple(left), map(_tidy, texts), strict=True):
            wrong = problem(text, draft) or ("it repeats another one" if key(text) in seen else "")
            if wrong:
                problems[draft.case.id] = wrong
                continue
            seen.add(key(text))
            trail: Trail = {}
            note(trail, request, reply)
            done[draft.case.id] = Worded(text, trail)
            left.remove(draft)
        if not left:
            break
    return done | {draft.case.id: Worded(None, {}, problems[draft.case.id]) for draft in left}


async def reword(engine: Asks, scopes: Scopes, binding: Binding, draft: Draft, request: str) -> Worded:
    """A paraphrase of a request that says all that it said."""
    wrong = ""
    for replicate in range(ROUNDS):
        asking = asked(binding, binding.models[0], scopes.rewording(draft, request, 1), replicate)
        reply = await ask(engine, asking)
        value = parsed(reply, binding.prompt.result)
        texts = value.get("paraphrases") if isinstance(value, dict) else None
        if not isinstance(texts, list) or not texts:
            wrong = "the reply holds none"
            continue
        for text in map(_tidy, texts):
            wrong = problem(text, draft) or ("it is no other text" if text == request else "")
            if not wrong:
                trail: Trail = {}
                note(trail, asking, reply)
                return Worded(text, trail)
    return Worded(None, {}, wrong)


def _tidy(text: object) -> str:
    return text.strip() if isinstance(text, str) else ""


def stage_of(label: str) -> str:
    """The stage that writes the requests of a label."""
    return f"{label}_requests"


def merged(*trails: Mapping[str, object]) -> Trail:
    """One trail of several."""
    return {stage: found for trail in trails for stage, found in trail.items()}  # type: ignore[misc]
