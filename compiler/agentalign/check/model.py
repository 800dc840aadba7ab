"""What `check` hands on: the syntax tree of `resolve`, and tables that say what each node means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from agentalign import templates
from agentalign.check.scope import Scope
from agentalign.check.targets import OperationRef, Target
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic
from agentalign.resolve import Names
from agentalign.syntax import nodes as n
from agentalign.types import Json, Type

Pick: TypeAlias = Literal["first", "last", "min", "max", "all"]


@dataclass(frozen=True, slots=True)
class Choosing:
    """How a selector works: by position, or by the least or greatest value of a field."""

    pick: Pick
    field: str | None = None


@dataclass(frozen=True, slots=True)
class FromPort:
    """The parameter gets what the step gives to a port."""

    port: n.PortDecl


@dataclass(frozen=True, slots=True)
class FromAccount:
    """The parameter gets a fact about the user."""

    field: n.FieldDecl


@dataclass(frozen=True, slots=True)
class FromOperation:
    """The parameter gets the operation's name."""

    value: str


@dataclass(frozen=True, slots=True)
class FromAsk:
    """The request says it: an axis of the tool. `unsaid` is whether leaving it out is one of the choices."""

    unsaid: bool


@dataclass(frozen=True, slots=True)
class FromDefault:
    """The tool's own default is passed."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The parameter is not passed."""


ParamSource: TypeAlias = FromPort | FromAccount | FromOperation | FromAsk | FromDefault | LeftOut


@dataclass(frozen=True, slots=True, eq=False)
class Implementation:
    """A tool as one operation uses it: where each parameter gets its value (missing: already reported)."""

    tool: n.ToolDecl
    target: OperationRef
    sources: Mapping[n.ParamDecl, ParamSource]


@dataclass(frozen=True, slots=True, eq=False)
class ToolInfo:
    """What is known of a tool.

    `returns` is the service's own result, `reads` the tables its simulation reads from, `least` how many items a
    successful list result has at the least (0 for other results), `codes` the errors it can give by its rules.
    """

    implementations: tuple[Implementation, ...]
    returns: Type
    reads: tuple[n.TableDecl, ...] = ()
    least: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a function comes to where it is called, the functions it calls put in: its nodes, and how deep they nest."""

    nodes: int = 0
    levels: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StepInfo:
    """A step: what it calls, which tools can do it, and the value each port gets (absent: the port's default).

    `scope` is what its arguments see; `result` the type of its result (a list where it repeats).
    """

    step: n.Step
    target: OperationRef
    tools: tuple[n.ToolDecl, ...]
    arguments: Mapping[n.PortDecl, n.Expr]
    result: Type
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class ChainInfo:
    """A chain: `params` is the scope at its start, `end` the scope after its last item; `requests` go by register."""

    chain: n.ChainDecl
    params: Scope
    end: Scope
    steps: Mapping[n.Step, StepInfo]
    readings: tuple[n.ReadingDecl, ...]
    requests: Mapping[str, tuple[n.Request, ...]]

    def step(self, name: str) -> StepInfo | None:
        """The step of that name."""
        return next((info for step, info in self.steps.items() if step.name.text == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A checked program: facts about nodes, by node identity.

    - `types`: the type each declaration or type expression declares (TypeDecl, RecordDecl, FieldDecl, PortDecl,
      OperationDecl and FunctionDecl: its result, ParamDecl, LexiconDecl: of its values, TableDecl: of its rows, every
      TypeExpr);
    - `of`: the type of each expression (`where` clauses and conditions included);
    - `refs`: what a Reference, Member, Index, Call, Name, Path or Place refers to;
    - `choices`: how each Selection works;
    - `values`: the JSON value of each constant (lexicon entries, their metadata, defaults, bound constants);
    - `templates`: each template as checked where it stands (names resolved, mentions, choices);
    - `tools`, `chains`, `implementers`: see `ToolInfo`, `ChainInfo`; implementers of an operation, in program order.
    """

    names: Names
    types: Mapping[n.Node, Type]
    of: Mapping[n.Node, Type]
    refs: Mapping[n.Node, Target]
    choices: Mapping[n.Selection, Choosing]
    values: Mapping[n.Node, Json]
    templates: Mapping[n.TemplateLit, templates.Checked]
    tools: Mapping[n.ToolDecl, ToolInfo]
    chains: Mapping[n.ChainDecl, ChainInfo]
    implementers: Mapping[n.OperationDecl, tuple[n.ToolDecl, ...]]
    diagnostics: tuple[Diagnostic, ...]
