"""The built-in functions of expressions: what they take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.types import (
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    ListType,
    PoisonType,
    StringType,
    TextType,
    Type,
    domains,
    field,
    strip,
)

Takes: TypeAlias = Literal["list", "text", "number", "int", "any", "field", "identifier"]
"""What a parameter takes; `field` is a string literal that names a numeric field of the list before it."""

SHOWN: Final[Mapping[Takes, str]] = MappingProxyType(
    {
        "list": "a list",
        "text": "a string",
        "number": "a number",
        "int": "a whole number",
        "any": "a value",
        "field": "the name of a field",
        "identifier": "a value",
    }
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A positional parameter; it may also be given by name."""

    name: str
    takes: Takes
    optional: bool = False


Result: TypeAlias = Callable[[tuple[Type, ...]], Type]


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function; `result` gets the types of its arguments."""

    name: str
    doc: str
    params: tuple[Parameter, ...]
    result: Result

    @property
    def signature(self) -> str:
        """The function as it is written: `round(number, places?)`."""
        return f"{self.name}({', '.join(f'{p.name}?' if p.optional else p.name for p in self.params)})"


def _always(t: Type) -> Result:
    return lambda _: t


def _cut(arguments: tuple[Type, ...]) -> Type:
    """`take` and `sample`: no more than there were, and no more than asked for."""
    rows, limit = strip(arguments[0]), strip(arguments[1])
    if not isinstance(rows, ListType) or not isinstance(limit, IntType):
        return rows
    most = [bound for bound in (rows.max, limit.max) if bound is not None]
    return ListType(rows.item, min(rows.min, max(limit.min or 0, 0)), min(most) if most else None)


def _summed(arguments: tuple[Type, ...]) -> Type:
    return IntType() if len(arguments) > 1 and isinstance(arguments[1], IntType) else DecimalType()


def _rounded(arguments: tuple[Type, ...]) -> Type:
    places = arguments[1] if len(arguments) > 1 else IntType(0, 0)
    if isinstance(places, IntType) and places.min == places.max and places.max is not None:
        return IntType() if places.max <= 0 else DecimalType(places=places.max)
    return DecimalType()


def _extreme(arguments: tuple[Type, ...]) -> Type:
    cores = [strip(argument) for argument in arguments]
    if any(isinstance(core, PoisonType) for core in cores):
        return PoisonType()
    return IntType() if all(isinstance(core, IntType) for core in cores) else DecimalType()


def _domain(key: str, shown: str) -> Result:
    return lambda _: DomainType(shown, key) if key in domains else StringType()


_LIST = Parameter("list", "list")
_ROWS = (_LIST, Parameter("n", "int"))
_TEXT = Parameter("text", "text")
_NUMBERS = (Parameter("a", "number"), Parameter("b", "number"))

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function("take", "The first `n` items.", _ROWS, _cut),
            Function(
                "sample",
                "At most `n` items in random order; planted rows are always among them, what another search made up is not.",
                _ROWS,
                _cut,
            ),
            Function("count", "How many items.", (_LIST,), _always(IntType(0))),
            Function("lower", "Lower case.", (_TEXT,), _always(StringType())),
            Function("upper", "Upper case.", (_TEXT,), _always(StringType())),
            Function(
                "contains",
                "Whether one string is part of another.",
                (_TEXT, Parameter("part", "text")),
                _always(BoolType()),
            ),
            Function(
                "starts_with",
                "Whether a string begins with another.",
                (_TEXT, Parameter("part", "text")),
                _always(BoolType()),
            ),
            Function(
                "contains_any",
                "Whether any of some strings is part of another.",
                (_TEXT, Parameter("parts", "list")),
                _always(BoolType()),
            ),
            Function(
                "starts_with_any",
                "Whether a string begins with any of some others.",
                (_TEXT, Parameter("parts", "list")),
                _always(BoolType()),
            ),
            Function(
                "join",
                "The items with a separator between them.",
                (_LIST, Parameter("separator", "text")),
                _always(StringType()),
            ),
            Function(
                "round",
                "A number with so many decimals; none if left out.",
                (Parameter("number", "number"), Parameter("places", "int", optional=True)),
                _rounded,
            ),
            Function("min", "The smaller of two numbers.", _NUMBERS, _extreme),
            Function("max", "The larger of two numbers.", _NUMBERS, _extreme),
            Function("length", "How many characters.", (_TEXT,), _always(IntType(0))),
            Function(
                "slug",
                "Lower case, with hyphens for all but ASCII letters and digits.",
                (_TEXT,),
                _always(StringType(1)),
            ),
            Function(
                "reference",
                "An identifier as plain text, free of its brand.",
                (Parameter("value", "identifier"),),
                _always(StringType()),
            ),
            Function(
                "sum",
                "The sum of a list of numbers, or of one field of a list of records.",
                (_LIST, Parameter("field", "field", optional=True)),
                _summed,
            ),
            Function("text", "A value as text.", (Parameter("value", "any"),), _always(StringType())),
            Function("host", "The host of a URL or address.", (Parameter("url", "text"),), _domain("host", "Host")),
            Function("file_name", "The last part of a path.", (Parameter("path", "text"),), _always(StringType(1))),
            Function(
                "folder",
                "A path without its last part.",
                (Parameter("path", "text"),),
                _domain("folder_path", "FolderPath"),
            ),
        )
    }
)
"""By name."""

NEW: Final[Mapping[str, tuple[Parameter, ...]]] = MappingProxyType(
    {
        "id": (Parameter("prefix", "text", optional=True),),
        "int": (Parameter("low", "int"), Parameter("high", "int")),
        "decimal": (Parameter("low", "number"), Parameter("high", "number")),
        "pick": (Parameter("lexicon", "any"),),
    }
)
"""What `new` can make."""

CLOCK: Final[Mapping[str, Type]] = MappingProxyType(
    {"now": DomainType("PastDateTime", "past_date_time"), "today": DomainType("PastDate", "past_date")}
)
"""What the clock says: nothing that it has shown is still to come."""


def moment(minutes: Type) -> Type:
    """The type of `clock.after(minutes)`: over, where the minutes are known to be none or fewer."""
    core = strip(minutes)
    over = isinstance(core, IntType | DecimalType) and core.max is not None and core.max <= 0
    return CLOCK["now"] if over else DomainType("DateTime", "date_time")


def takes(wanted: Takes, given: Type) -> bool:
    """Whether an argument of type `given` (not nullable) may be passed."""
    core = strip(given)
    if isinstance(core, PoisonType) or wanted in {"any", "identifier"}:
        return True
    match wanted:
        case "list":
            return isinstance(core, ListType)
        case "text" | "field":
            return not isinstance(core, ListType | IntType | DecimalType | BoolType) and is_text(core)
        case "int":
            return isinstance(core, IntType)
        case _:
            return isinstance(core, IntType | DecimalType)


def is_text(core: Type) -> bool:
    """Whether a bare type's values are strings."""
    return isinstance(core, StringType | TextType | DomainType | EnumType | BrandedType)


def summed_field(rows: Type, name: str) -> Type | None:
    """The numeric type of a field of a list's items, for `sum`."""
    core = strip(rows)
    member = field(core.item, name) if isinstance(core, ListType) else None
    number = None if member is None else strip(member.type)
    return number if isinstance(number, IntType | DecimalType | PoisonType) else None
