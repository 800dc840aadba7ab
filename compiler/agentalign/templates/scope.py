"""What a template may see, and what checking it found out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agentalign.dataclasses import dataclass
from agentalign.templates.nodes import SITES, Apply, Expr, Filtered, For, If, Issue, Literal, Node, Output, Parsed, Text
from agentalign.types import Type


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a template may use.

    `values` with their types; `steps` may stand in `tool(step)` and `details(step)`; `functions` are those that may be
    called at this place.
    """

    values: Mapping[str, Type]
    steps: frozenset[str] = frozenset()
    functions: frozenset[str] = SITES


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition around a mention or choice, desugared, and whether it has to hold or to fail; see `decide`."""

    condition: Expr
    holds: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A value that is printed.

    `path` is the value as written, with a loop variable replaced by its list and `*` (`("pages", "*", "title")`);
    `prints` goes on to what is really printed (the face of a record, the listed field). `type` is the type at `path`.
    `voices` tells whether a reader can tell the value from what is printed; `certain` whether `prints` is voiced on every
    way through the ifs, where a value is needed: under `{% if value %}` its absence needs no wording, and in a loop what is
    said of each item counts for all.
    """

    path: tuple[str, ...]
    prints: tuple[str, ...]
    type: Type
    filters: tuple[str, ...]
    start: int
    end: int
    guards: tuple[Guard, ...]
    voices: bool
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """A value that a condition asks about, and so what the text says depends on it."""

    path: tuple[str, ...]
    type: Type
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StepUse:
    """`tool(step)` or `details(step)`; `certain` as for mentions."""

    step: str
    start: int
    end: int
    guards: tuple[Guard, ...]
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`one_of(...)`, numbered in the order of the template; it counts only where its guards hold."""

    site: int
    values: tuple[str, ...]
    start: int
    end: int
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A template with its types resolved.

    `issues` includes those of parsing. `nodes` is the desugared tree (see `desugar`). `names` are the values used, in
    order of appearance.
    """

    parsed: Parsed
    issues: tuple[Issue, ...]
    nodes: tuple[Node, ...]
    mentions: tuple[Mention, ...] = ()
    tools: tuple[StepUse, ...] = ()
    details: tuple[StepUse, ...] = ()
    choices: tuple[Choice, ...] = ()
    tested: tuple[Tested, ...] = ()
    names: tuple[str, ...] = ()
    errors: bool = False

    @property
    def static_text(self) -> str:
        """All literal text with each of the words of a choice, outputs left out."""
        return "".join(_static(self.parsed.nodes))


def _static(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Text(text=text):
                yield text
            case Output(expr=expr):
                while isinstance(expr, Filtered):
                    expr = expr.value
                if isinstance(expr, Apply) and expr.function.text == "one_of":
                    yield " ".join(str(arg.value) for arg in expr.args if isinstance(arg, Literal))
            case If():
                for branch in node.branches:
                    yield from _static(branch.body)
                    yield " "
                yield from _static(node.otherwise)
            case For():
                yield from _static(node.body)
