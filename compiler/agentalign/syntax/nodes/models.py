"""Nodes of models, prompts, and what binds them to the stages of a dataset."""

from __future__ import annotations

from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.syntax.nodes.base import Name, Node
from agentalign.syntax.nodes.expressions import (
    BoolLit,
    ListLit,
    NullLit,
    NumberLit,
    RecordBody,
    StringLit,
    TemplateLit,
    TypeExpr,
)


@dataclass(frozen=True, slots=True, eq=False)
class Env(Node):
    """`env "WRITER_KEY"`: what a variable of the environment says when the model is called."""

    variable: StringLit


SettingValue: TypeAlias = Env | StringLit | NumberLit | BoolLit | NullLit | ListLit | RecordBody


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Node):
    """`temperature 0.9`, `key env "WRITER_KEY"`, `price { input: 0.15, output: 0.60 }`."""

    name: Name
    value: SettingValue


@dataclass(frozen=True, slots=True, eq=False)
class ModelDecl(Node):
    """A language model: where it is called, with what parameters, and how fast."""

    doc: str | None
    name: Name
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PromptDecl(Node):
    """What a model is told at a kind of stage, and the record that its reply must hold."""

    doc: str | None
    name: Name
    kind: Name
    result: TypeExpr | None
    system: TemplateLit | None
    user: TemplateLit | None


@dataclass(frozen=True, slots=True, eq=False)
class Stage(Node):
    """`stage refusal_judgements by judge, second_judge using strict`."""

    name: Name
    models: tuple[Name, ...]
    prompt: Name | None
