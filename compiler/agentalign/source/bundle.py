"""All file access of the compiler: modules by dotted name, never outside the given roots."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass, field
from agentalign.source.text import (
    MAX_BYTES,
    SUFFIX,
    Failure,
    Missing,
    Outside,
    Source,
    TooLarge,
    Unreadable,
    decode,
    from_text,
)

Loaded: TypeAlias = Source | Failure

# What may stand between the dots. The language allows less in an import; a hyphen or a leading digit is for files that
# are only ever named on the command line. Nothing here can climb (`..`), be absolute, or name a drive.
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A search path of folders: the module `std.people` is `std/people.chain` below the first root that has it.

    Put the user's root first: it wins over shipped specs. `base` is the folder that printed names are relative to
    (usually the working directory); files elsewhere are printed with their full path. The same module yields equal
    values however often it is loaded, as long as the file does not change; nothing is cached here.
    """

    roots: tuple[Path, ...]
    base: Path | None = None
    _memory: Mapping[str, str] = field(default_factory=lambda: _NONE, repr=False, hash=False)

    @classmethod
    def of(cls, modules: Mapping[str, str], roots: tuple[Path, ...] = ()) -> Bundle:
        """Hold modules in memory, by dotted name; they come before `roots`. Printed as `a/b.chain`."""
        return cls(roots, None, MappingProxyType(dict(modules)))

    def load(self, module: str) -> Loaded:
        """Read a module; every way to fail is a value."""
        if not _is_module(module):
            return Missing(module)
        relative = module.replace(".", "/") + SUFFIX
        if module in self._memory:
            return from_text(self._memory[module], relative, module)
        for root in self.roots:
            path = root / relative
            if os.path.lexists(path):
                return self._read(root, path, module)
        return Missing(module, tuple(self.display(root / relative) for root in self.roots))

    def modules(self, folder: str = "") -> tuple[str, ...]:
        """All modules below a dotted folder (`agentalign.tools`; empty: everything) of every root, sorted."""
        prefix = f"{folder}." if folder else ""
        found = {name for name in self._memory if name.startswith(prefix)}
        if not folder or _is_module(folder):
            for root in self.roots:
                found.update(prefix + name for name in module_names(root / folder.replace(".", "/")))
        return tuple(sorted(found))

    def display(self, path: Path) -> str:
        """How a path is printed."""
        shown = path
        if self.base is not None and path.is_relative_to(self.base):
            shown = path.relative_to(self.base)
        return printable(shown)

    def _read(self, root: Path, path: Path, module: str) -> Loaded:
        shown = self.display(path)
        try:
            real = path.resolve(strict=True)
            if not real.is_relative_to(root.resolve()):
                return Outside(module, shown)
            data = read_regular(real)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            return Unreadable(shown, getattr(error, "strerror", None) or "a loop of links")
        match data:
            case bytes():
                return decode(data, shown, module)
            case int() as size:
                return TooLarge(shown, size)
            case None:
                return Unreadable(shown, "not a regular file")


def printable(path: Path) -> str:
    """A POSIX path as clean text: bytes that are no UTF-8, and control characters, become U+FFFD."""
    text = os.fsencode(path.as_posix()).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def module_names(folder: Path) -> Iterator[str]:
    """Dotted names, relative to `folder`, of the spec files below it; files whose path cannot be a name are left out.

    Hidden folders are skipped and linked folders are not entered, so the walk ends and stays inside.
    """
    for path in spec_files(folder):
        name = module_name(path, folder)
        if name is not None:
            yield name


def spec_files(folder: Path) -> Iterator[Path]:
    """The `.chain` files below a folder, sorted."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield Path(parent, name)


def module_name(path: Path, root: Path) -> str | None:
    """The dotted name of a file below a root, or None where its path cannot be one."""
    relative = PurePosixPath(path.relative_to(root).as_posix())
    segments = (*relative.parts[:-1], relative.name.removesuffix(SUFFIX))
    return ".".join(segments) if all(map(_SEGMENT.fullmatch, segments)) else None


def read_regular(path: Path) -> bytes | int | None:
    """Bytes of a regular file; its size where that exceeds `MAX_BYTES`; None for devices, pipes and folders.

    Raises OSError. Opened without blocking, because a pipe nobody writes to would otherwise hang the compiler.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        # The file may grow between the two calls, so the limit also bounds the reading.
        data = file.read(MAX_BYTES + 1)
        return max(status.st_size, len(data)) if len(data) > MAX_BYTES else data


def _is_module(name: str) -> bool:
    return all(map(_SEGMENT.fullmatch, name.split(".")))
