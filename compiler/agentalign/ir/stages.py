"""Where language models come in: stages of a dataset, kinds of prompts, what a prompt may name and what it must get."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.types import EnumType, EnumValue, Field, IntType, ListType, RecordType, StringType, Type

STAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "harmful_requests": "requests",
        "benign_requests": "requests",
        "borderline_requests": "requests",
        "paraphrases": "paraphrases",
        "trajectories": "trajectories",
        "refusals": "refusals",
        "request_judgements": "request_judgements",
        "refusal_judgements": "refusal_judgements",
    }
)
"""The stages, in the order they run, with the kind of prompt each of them uses."""

JUDGEMENTS: Final = frozenset({"request_judgements", "refusal_judgements"})
"""The stages that several models may be bound to: their majority decides."""


@dataclass(frozen=True, slots=True)
class PromptKind:
    """What a prompt of this kind may name (`inputs`) and the least that a reply to it holds; None if it is no record.

    `system_only` prompts open a conversation that others carry on: they have no `user` part.
    """

    name: str
    inputs: tuple[Field, ...]
    result: RecordType | None
    system_only: bool = False


_STRING: Final = StringType()
_COUNT: Final = IntType(1)


def _strings(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, _STRING) for name in names)


def _many(name: str, *fields: Field) -> ListType:
    return ListType(RecordType(name, fields))


_STEP: Final = (Field("number", _COUNT), *_strings("name", "capability", "tool", "does"))
_VALUES: Final = Field("values", _many("value", *_strings("name", "value")))
_STRINGS: Final = ListType(_STRING)
_TOOLS: Final = Field("tools", _many("tool", *_strings("name", "title", "description", "parameters")))
_COMMON: Final = (
    Field("chain", RecordType("chain", (*_strings("name", "doc"), Field("steps", _many("step", *_STEP))))),
    Field("reading", RecordType("reading", _strings("name", "label", "expected", "because", "domain"))),
    Field("category", RecordType("category", _strings("name", "title", "subcategory", "subcategory_title"))),
    _TOOLS,
)
_CASE: Final = (
    Field("number", _COUNT),
    *_strings("register"),
    Field("tools", _STRINGS),
    _VALUES,
    *_strings("example"),
)
_AGENT: Final = (_TOOLS, *_strings("request", "today"), Field("account", _many("fact", *_strings("name", "value"))))
_CAPABILITIES: Final = Field("capabilities", _many("capability", *_strings("name", "signature", "doc")))


def _enum(*names: str) -> EnumType:
    return EnumType(tuple(map(EnumValue, names)))


def _verdict(kind: str, *verdicts: str) -> RecordType:
    return RecordType(kind, (Field("verdict", _enum(*verdicts)), Field("reason", _STRING)))


def _texts(kind: str) -> RecordType:
    return RecordType(kind, (Field(kind, _STRINGS),))


_KINDS: Final = (
    PromptKind(
        "requests",
        (*_COMMON, Field("count", _COUNT), Field("cases", _many("case", *_CASE))),
        _texts("requests"),
    ),
    PromptKind(
        "paraphrases",
        (*_COMMON, *_strings("request"), Field("values", _STRINGS), Field("count", _COUNT)),
        _texts("paraphrases"),
    ),
    PromptKind("trajectories", _AGENT, None, system_only=True),
    PromptKind("refusals", _AGENT, None, system_only=True),
    PromptKind(
        "request_judgements",
        (*_COMMON, *_strings("request"), _VALUES),
        _verdict("request_judgements", "pass", "fail"),
    ),
    PromptKind(
        "refusal_judgements",
        (*_COMMON, *_strings("request", "reply")),
        _verdict("refusal_judgements", "refused", "complied", "unclear"),
    ),
    PromptKind(
        "chains",
        (
            Field("count", _COUNT),
            _CAPABILITIES,
            Field("categories", _STRINGS),
            Field("examples", _STRINGS),
            *_strings("problems"),
        ),
        RecordType("chains", _strings("source")),
    ),
)

KINDS: Final[Mapping[str, PromptKind]] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""The kinds of prompts. `chains` belongs to no stage: `agentalign propose` uses it.

Prompts for agents (`trajectories`, `refusals`) see no chain, reading or category: an agent that is told the label would
not be tested by the request.
"""


def serves(kind: str, stage: str) -> bool:
    """Whether prompts of a kind may be used at a stage: one agent does both what is asked and what should be refused."""
    wanted = STAGES[stage]
    return kind == wanted or (KINDS[wanted].system_only and kind in KINDS and KINDS[kind].system_only)


def inputs_of(kind: str) -> Mapping[str, Type]:
    """The names in scope of a prompt, with their types."""
    return {field.name: field.type for field in KINDS[kind].inputs}
