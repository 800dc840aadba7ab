"""The standard library's dataclasses, quick to declare and quick to make.

`@dataclass(frozen=True, slots=True)` means what it means there; only when the work is done differs. The standard library
compiles six methods per class while the module is imported, a third of a millisecond for each of the 370 classes that a
check of a spec loads. Here a method is compiled when it is first called, and most never are. And instances are made in a
third of the time: slots are filled through their descriptors instead of by name through `object.__setattr__`.

What comes out is a dataclass to `fields`, `is_dataclass` and type checkers. Anything but a frozen class with slots is left
to the standard library.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, asdict, field, fields, is_dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

__all__ = ["MISSING", "Field", "asdict", "dataclass", "field", "fields", "is_dataclass", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:

    def dataclass(*, frozen=False, slots=False, eq=True, order=False, repr=True):  # noqa: A002  # as the original has it
        """Make a class a dataclass."""
        options = {"eq": eq, "order": order, "repr": repr}
        if frozen and slots:
            return lambda cls: _declared(cls, options)
        return dataclasses.dataclass(frozen=frozen, slots=slots, **options)

    def replace(value, /, **changes):
        """Return a copy with other values of some fields."""
        cls = type(value)
        if cls not in _SHAPES:
            return dataclasses.replace(value, **changes)
        take = changes.pop
        return cls(*[take(name) if name in changes else getattr(value, name) for name in cls.__match_args__], **changes)


class _Shape(NamedTuple):
    """The fields of a class, the inherited ones first, and their defaults."""

    annotations: dict[str, Any]
    defaults: dict[str, Any]


_SHAPES: Final[dict[type, _Shape]] = {}


def _declared(cls: type, options: dict[str, bool]) -> type:
    """Return the class with slots, and with methods that make the real ones when they are first called."""
    annotations: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        if base in _SHAPES:
            annotations |= _SHAPES[base].annotations
            defaults |= _SHAPES[base].defaults
    own = [name for name in cls.__annotations__ if name not in annotations]
    annotations |= cls.__annotations__
    body = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
    defaults |= {name: body.pop(name) for name in cls.__annotations__ if name in body}
    given = (name for name in annotations if _is_given(defaults.get(name)))
    methods = {**_ALWAYS, **{name: stub for name, (option, stub) in _OPTIONAL.items() if options[option]}}
    made = type(cls)(
        cls.__name__, cls.__bases__, {**methods, **body, "__slots__": tuple(own), "__match_args__": tuple(given)}
    )
    made.__qualname__ = cls.__qualname__
    _SHAPES[made] = _Shape(annotations, defaults)
    return made


def _is_given(default: object) -> bool:
    """Tell whether the maker of an instance gives the field."""
    return not isinstance(default, Field) or default.init


# ----------------------------------------------------------------------------------------------- what is made on demand


def _standard(cls: type, option: str = "") -> Any:
    """Return a dataclass of the standard library with the same fields, and with the methods of one option only."""
    shape = _SHAPES[cls]
    body = {"__annotations__": shape.annotations, **shape.defaults, "__doc__": "Spares it from making one up."}
    plain = type(cls.__name__, (), body)
    options = {
        "init": False,
        "repr": option == "repr",
        "eq": option in {"eq", "order"},
        "unsafe_hash": option == "eq",
        "order": option == "order",
    }
    return dataclasses.dataclass(**options)(plain)


def _stub(name: str, option: str) -> Callable[..., Any]:
    """Return a method that puts the standard library's in its place when it is called."""

    def stub(self: Any, *args: Any) -> Any:
        for cls in type(self).__mro__:
            if vars(cls).get(name) is stub:
                setattr(cls, name, getattr(_standard(cls, option), name))
        return getattr(self, name)(*args)

    return stub


class _Fields:
    """What `dataclasses.fields` and `is_dataclass` look for; the standard library's take its place when it is read."""

    def __get__(self, _: object, owner: type) -> dict[str, Field[Any]]:
        for cls in owner.__mro__:
            if vars(cls).get("__dataclass_fields__") is self:
                cls.__dataclass_fields__ = _standard(cls).__dataclass_fields__  # type: ignore[attr-defined]
        found: dict[str, Field[Any]] = owner.__dataclass_fields__  # type: ignore[attr-defined]
        return found


def _init(self: Any, *args: Any, **named: Any) -> None:
    kind: Any = type(self)
    for cls in kind.__mro__:
        if vars(cls).get("__init__") is _init:
            cls.__init__ = _filling(cls)
    kind.__init__(self, *args, **named)


def _filling(cls: Any) -> FunctionType:
    """Return the method that fills the slots."""
    fields_ = [_SHAPES[cls].defaults.get(name, MISSING) for name in cls.__match_args__]
    fields_ = [default if isinstance(default, Field) else field(default=default) for default in fields_]
    names = {f"_set{at}": getattr(cls, name).__set__ for at, name in enumerate(cls.__match_args__)}
    made = [at for at, found in enumerate(fields_) if found.default_factory is not MISSING]
    names |= {f"_make{at}": fields_[at].default_factory for at in made}
    code = _code(len(fields_), tuple(made), hasattr(cls, "__post_init__"))
    code = code.replace(co_varnames=("self", *cls.__match_args__), co_qualname=f"{cls.__qualname__}.__init__")
    optional = [found for at, found in enumerate(fields_) if found.default is not MISSING or at in made]
    return FunctionType(code, {**names, "_missing": MISSING}, "__init__", tuple(found.default for found in optional))


@cache
def _code(count: int, made: tuple[int, ...], after: bool) -> CodeType:
    """Compile a method for any class with that many fields, of which `made` come from factories."""
    lines = [f"if _{at} is _missing: _{at} = _make{at}()" for at in made]
    lines += [f"_set{at}(self, _{at})" for at in range(count)]
    lines += ["self.__post_init__()"] if after else []
    parameters = ["self", *(f"_{at}" for at in range(count))]
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"])
    return next(part for part in compile(source, "<dataclass>", "exec").co_consts if isinstance(part, CodeType))


# ------------------------------------------------------------------------------------------------- what all classes share


def _setattr(_: object, name: str, __: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[object]:
    return [getattr(self, name) for name in _SHAPES[type(self)].annotations]


def _setstate(self: Any, state: list[object]) -> None:
    for name, value in zip(_SHAPES[type(self)].annotations, state, strict=True):
        object.__setattr__(self, name, value)


_ALWAYS: Final[dict[str, object]] = {
    "__dataclass_fields__": _Fields(),
    "__init__": _init,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
_OPTIONAL: Final[dict[str, tuple[str, object]]] = {
    name: (option, _stub(name, option))
    for option, methods in (
        ("repr", ("__repr__",)),
        ("eq", ("__eq__", "__hash__")),
        ("order", ("__lt__", "__le__", "__gt__", "__ge__")),
    )
    for name in methods
}
