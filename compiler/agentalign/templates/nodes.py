"""What a template is made of: a small closed tree with character offsets into the template's body."""

from __future__ import annotations

from typing import Literal as Kind
from typing import TypeAlias

from agentalign.dataclasses import dataclass

IssueKind: TypeAlias = Kind[
    "syntax",
    "construct",
    "name",
    "field",
    "filter",
    "type",
    "unprintable",
    "absent",
    "choice",
    "loop",
    "size",
    "whitespace",
]
"""What a template can have wrong.

`syntax` malformed; `construct` Jinja that templates may not use; `name`, `field`, `filter` unknown; `type` a filter,
argument or comparison that does not fit; `unprintable` a value without a wording; `absent` a value that may be absent;
`choice` misuse of `one_of`; `loop` a loop over something else than a list; `size` too long or too deep; `whitespace`
blanks the rendered text would double or end in (the only kind that is a warning).
"""

Op: TypeAlias = Kind["==", "!=", "<", "<=", ">", ">=", "in"]

SITES: frozenset[str] = frozenset({"one_of", "tool", "details"})
"""The functions templates may call."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One mistake at `body[start:end]`; `suggestion` is what should probably stand there instead."""

    kind: IssueKind
    message: str
    start: int
    end: int
    help: str | None = None
    suggestion: str | None = None


# ------------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a path, where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Path:
    """`page.contact`: a value in scope and its members."""

    names: tuple[Name, ...]
    start: int
    end: int

    @property
    def path(self) -> tuple[str, ...]:
        """Return the bare names."""
        return tuple(name.text for name in self.names)


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean, or none."""

    value: str | int | float | bool | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """`("low", "high")`: what may stand to the right of `in`."""

    items: tuple[Expr, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """`value | name(args)`; `at` is where the filter's name stands."""

    value: Expr
    name: Name
    args: tuple[Expr, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Apply:
    """`one_of("Find", "Look up")`, `tool(sent)`, `details(sent)`."""

    function: Name
    args: tuple[Expr, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`."""

    op: Op
    left: Expr
    right: Expr
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or` over two operands, `not` over one."""

    op: Kind["and", "or", "not"]
    operands: tuple[Expr, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands where something already reported could not be read."""

    start: int
    end: int


Expr: TypeAlias = Path | Literal | Group | Filtered | Apply | Compare | Logic | Broken

# ------------------------------------------------------------------------------------------------------------- nodes


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text, with what whitespace control (`{{-`) takes away already gone."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ expr }}`, tags included."""

    expr: Expr
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition and what is printed if it is the first to hold."""

    condition: Expr
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`{% if %}` with its `elif`s as further branches."""

    branches: tuple[Branch, ...]
    otherwise: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class For:
    """`{% for name in source %}`."""

    name: Name
    source: Expr
    body: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = Text | Output | If | For


@dataclass(frozen=True, slots=True)
class Parsed:
    """A template that was read, as far as it could be; any issue means that it must not be used."""

    body: str
    nodes: tuple[Node, ...]
    issues: tuple[Issue, ...]
