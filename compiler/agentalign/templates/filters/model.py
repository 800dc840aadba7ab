"""What a filter is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from agentalign.dataclasses import dataclass
from agentalign.types import StringType, Type


@dataclass(frozen=True, slots=True)
class Param:
    """One argument of a filter.

    `kind` is what may be given: `text` a string literal, `int` a whole number literal, `choice` one of the string
    literals in `choices`, `field` the name of a field of the listed records as a string literal, `value`
    a value in scope whose type `accepts` allows, or a literal that `literal` allows;
    `voices` tells whether what is printed tells a reader that value too.
    """

    name: str
    kind: Literal["text", "int", "choice", "field", "value"]
    required: bool = False
    choices: tuple[str, ...] = ()
    accepts: Callable[[Type], bool] = lambda _: True
    literal: Callable[[object], bool] = lambda _: True
    takes: str = ""
    voices: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """`value | call` prints `shown`; executed by a test and listed in the language reference."""

    value: object
    type: Type
    call: str
    shown: str


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """One filter of the language.

    `takes` says what it `accepts`; `gives` is the type of its result; `voices` tells for a type whether a reader can
    tell the value from what is printed, so that the filter voices it. `run` gets the JSON value and the arguments and
    raises `TypeError` or `ValueError` for values of another type than accepted.
    """

    name: str
    doc: str
    takes: str
    accepts: Callable[[Type], bool]
    run: Callable[..., object]
    examples: tuple[Example, ...]
    params: tuple[Param, ...] = ()
    gives: Callable[[Type], Type] = lambda _: StringType()
    voices: Callable[[Type], bool] = lambda _: True

    @property
    def signature(self) -> str:
        """Return the filter as it is written: `count("one", "many"?)`."""
        if not self.params:
            return self.name
        listed = ", ".join(f"{param.name}{'' if param.required else '?'}" for param in self.params)
        return f"{self.name}({listed})"


def registry(*groups: tuple[Filter, ...]) -> Mapping[str, Filter]:
    """Return the filters by name, in the order given."""
    return {known.name: known for group in groups for known in group}
