"""From module names to a program: files loaded, imports followed, and every name's meaning known."""

from agentalign.resolve.collect import BUILTIN_TYPES, kind_of
from agentalign.resolve.model import Declared, Import, Kind, ModuleInfo, Names
from agentalign.resolve.resolve import SHIPPED_PROMPTS, resolve

__all__ = [
    "BUILTIN_TYPES",
    "SHIPPED_PROMPTS",
    "Declared",
    "Import",
    "Kind",
    "ModuleInfo",
    "Names",
    "kind_of",
    "resolve",
]
