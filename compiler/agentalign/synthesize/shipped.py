"""The shipped prompts (`specs/std/prompts.chain`), for stages that are bound without naming one."""

from __future__ import annotations

from functools import cache

from agentalign.check import check
from agentalign.ir import KINDS, PromptSpec
from agentalign.lower import shipped_prompts
from agentalign.resolve import SHIPPED_PROMPTS, resolve
from agentalign.resources import specs_root
from agentalign.source import Bundle


@cache
def shipped() -> tuple[PromptSpec, ...]:
    """All of them, as a plan has them."""
    names = resolve(Bundle((specs_root(),)), (SHIPPED_PROMPTS,))
    return tuple(shipped_prompts(check(names)))


def shipped_prompt(kind: str) -> PromptSpec:
    """The one of a kind. Agents are told the same whether they are to refuse or not."""
    wanted = KINDS[kind]
    return next(
        prompt for prompt in shipped() if prompt.kind == kind or (wanted.system_only and KINDS[prompt.kind].system_only)
    )
