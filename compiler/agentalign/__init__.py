"""agentalign: a declarative, spec-driven compiler for agent-alignment data.

The functions of the command line, from Python:

- `check(path)`: the findings of a spec, as `Diagnostic`s
- `plan(path)`: the `Plan` it lowers to
- `preview(path, n=3, reading=None)`: a few records
- `compile(path, out, size=None, seed=None, jobs=1, dataset=None)`: a dataset folder; with `model=`, `stages=` and more,
  language models write and judge
- `verify(folder)`: whether a written dataset keeps its promises
- `format_source(text)`: a spec's text in the one layout

They are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentalign.session.api import (
        SpecError,
        SynthesisError,
        check,
        compile,  # noqa: A004
        format_source,
        plan,
        preview,
        verify,
    )

__version__ = "0.1.0"

__all__ = [
    "SpecError",
    "SynthesisError",
    "__version__",
    "check",
    "compile",
    "format_source",
    "plan",
    "preview",
    "verify",
]

_API = frozenset(__all__) - {"__version__"}


def __getattr__(name: str) -> object:
    """Load the public functions when they are first asked for (PEP 562)."""
    if name not in _API:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("agentalign.session.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """This package. A compiler pass shares its name with a function, whose place importing the pass would take."""


def _pass_or_function(name: str) -> property:
    return property(lambda _: __getattr__(name), lambda _, __: None)


setattr(_Package, "check", _pass_or_function("check"))  # noqa: B010 - type checkers know it as the function above
sys.modules[__name__].__class__ = _Package
