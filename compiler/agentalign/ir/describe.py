"""Choices in words."""

from __future__ import annotations

from typing import assert_never

from agentalign.ir.choices import (
    AskOptions,
    Choice,
    DetailOptions,
    GeneratedOptions,
    LiteralOptions,
    PoolOptions,
    RegisterOptions,
    RequestOptions,
    ToolOptions,
)


def describe(choice: Choice) -> str:
    """What an axis chooses, for people."""
    match choice.options:
        case ToolOptions(step=step):
            return f"the tool of step `{step}`"
        case PoolOptions(names=names):
            return " and ".join(f"`{name}`" for name in names)
        case GeneratedOptions(name=name):
            return f"`{name}`"
        case DetailOptions(param=param, tool=tool):
            return f"the `{param}` of `{tool}`"
        case RegisterOptions(registers=registers):
            return f"the register: {', '.join(registers)}"
        case AskOptions():
            return "the wording of the request"
        case RequestOptions():
            return "the chain's wording of what is asked for"
        case LiteralOptions(values=values):
            return f"the words {' | '.join(values)}"
        case _:
            assert_never(choice.options)
