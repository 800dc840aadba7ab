"""What a name in the source can refer to: the closed union behind `Checked.refs`."""

from __future__ import annotations

from typing import TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.syntax import nodes as n
from agentalign.types import Field


@dataclass(frozen=True, slots=True)
class ChainParam:
    """A parameter of a chain."""

    decl: n.PortDecl


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of a step; a list of results where the step repeats."""

    step: n.Step


@dataclass(frozen=True, slots=True)
class LoopItem:
    """The item of `for item in ...`."""

    repeat: n.Repeat


@dataclass(frozen=True, slots=True)
class LetRef:
    """A `let` of a chain or of a simulation block."""

    let: n.Let | n.LetValue


@dataclass(frozen=True, slots=True)
class ToolParam:
    """A parameter of a tool, in its simulation, requirements and result mapping; or of a function, in its rules."""

    decl: n.ParamDecl


@dataclass(frozen=True, slots=True)
class ServiceResult:
    """`it`: the tool's own result, in `result`."""

    tool: n.ToolDecl


@dataclass(frozen=True, slots=True)
class RowField:
    """A bare word in a `where` clause (or a `forbid` over metadata): a field of the row at hand."""

    field: Field


@dataclass(frozen=True, slots=True)
class MetaField:
    """Metadata of a lexicon's entries: a bare word in `vary … where`, or `town.country` in a `forbid`."""

    lexicon: n.LexiconDecl
    field: n.FieldDecl


@dataclass(frozen=True, slots=True)
class TableRef:
    """`world.orders`."""

    table: n.TableDecl


@dataclass(frozen=True, slots=True)
class AccountRef:
    """`account.email`."""

    field: n.FieldDecl


@dataclass(frozen=True, slots=True)
class LexiconRef:
    """A lexicon as such: in `new.pick`, `vary`, `system`, `field from`."""

    lexicon: n.LexiconDecl


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A declared function, where it is called."""

    function: n.FunctionDecl


@dataclass(frozen=True, slots=True)
class ToolRef:
    """A tool as such: in `forbid tool(step) == NAME`, `tools step in {...}`, `hold`."""

    tool: n.ToolDecl


@dataclass(frozen=True, slots=True)
class PlatformRef:
    """A platform as such: `on gmail`, a brand key, `hold`."""

    platform: n.PlatformDecl


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A language model as such: `stage ... by writer`."""

    model: n.ModelDecl


@dataclass(frozen=True, slots=True)
class PromptRef:
    """A prompt as such: `using ask_for_it`."""

    prompt: n.PromptDecl


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A declared type or record."""

    decl: n.TypeDecl | n.RecordDecl


@dataclass(frozen=True, slots=True)
class OperationRef:
    """What a step calls or a tool implements."""

    capability: n.CapabilityDecl
    operation: n.OperationDecl


@dataclass(frozen=True, slots=True)
class ChainRef:
    """A chain as such."""

    chain: n.ChainDecl


@dataclass(frozen=True, slots=True)
class StepRef:
    """A step as such: in `upset`, `tools`, `compose`, `narrate`, `given … on`, `tool(step)`."""

    step: n.Step


@dataclass(frozen=True, slots=True)
class SubcategoryRef:
    """A harm category with its subcategory."""

    category: n.CategoryDecl
    subcategory: n.SubcategoryDecl


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word that is a constant: a register name, a brand key."""

    text: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """Something the language provides: `world`, `clock`, `clock.now`, `account`, `new`, `new.id`, `count`, `request`."""

    name: str


Target: TypeAlias = (
    ChainParam
    | StepResult
    | LoopItem
    | LetRef
    | ToolParam
    | ServiceResult
    | RowField
    | MetaField
    | TableRef
    | AccountRef
    | LexiconRef
    | ModelRef
    | PromptRef
    | FunctionRef
    | ToolRef
    | PlatformRef
    | TypeRef
    | OperationRef
    | ChainRef
    | StepRef
    | SubcategoryRef
    | Word
    | Builtin
)
"""Everything a name can refer to."""
