r"""From the path a user gives to a root and module names.

A module's name is its path below a root, so the root decides what a file is called. It is found like this:

1. A folder `specs/mail` is a package: its root is the parent, its modules are `mail.*`. A file `demo.chain` stands
   alone: its root is the folder it lies in, its module is `demo`.
2. Files that import from their own package tell where that package starts. If `a/mail/tools/send.chain` says
   `use mail.types { ... }` and `a/mail/types.chain` exists, then `a` is the root, whether the user gave the file,
   `a/mail`, `a/mail/tools` or `a`. The outermost such root wins.

Only a folder that already encloses the file can become the root, at most eight levels up, so an import cannot point the
compiler at some other place on the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.source.bundle import module_name, printable, read_regular, spec_files
from agentalign.source.text import SUFFIX, Missing, Unreadable

_LEVELS: Final = 8
_USE: Final = re.compile(rb"^[ \t]*use[ \t]+(\w+(?:\.\w+)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """What a user asked to compile: modules below one root, sorted, and files whose path cannot be a module's name."""

    root: Path
    modules: tuple[str, ...]
    failures: tuple[Unreadable, ...] = ()


def locate(path: Path) -> Target | Missing | Unreadable:
    """Find the root and the modules that a spec path, a `.chain` file or a folder of them, stands for.

    Links are followed once, for `path` itself; see the module docstring for the rule.
    """
    shown = printable(path)
    try:
        real = path.resolve()
        is_file, is_folder = real.is_file(), real.is_dir()
    except (OSError, RuntimeError, ValueError):
        return Missing(shown)
    if not is_file and not is_folder:
        return Unreadable(shown, "not a regular file") if real.exists() else Missing(shown)
    if is_file and real.suffix != SUFFIX:
        return Unreadable(shown, f"the name of a spec file ends in {SUFFIX}")
    files = (real,) if is_file else tuple(spec_files(real))
    if not files:
        return Unreadable(shown, f"no {SUFFIX} file in this folder")
    home = real.parent if is_file else real
    root = _declared_root(files, home) or real.parent
    return _named(root, files)


def _named(root: Path, files: tuple[Path, ...]) -> Target:
    names, failures = [], []
    for file in files:
        name = module_name(file, root)
        if name is None:
            reason = "a module's path may only have letters, digits, _ and - between its slashes"
            failures.append(Unreadable(printable(file.relative_to(root)), reason))
        else:
            names.append(name)
    return Target(root, tuple(sorted(names)), tuple(failures))


def _declared_root(files: tuple[Path, ...], home: Path) -> Path | None:
    """The outermost root that the files' own imports name, if it holds all of them."""
    roots = {root for file in files for root in _roots_named_by(file)}
    enclosing = [root for root in roots if home.is_relative_to(root)]
    return min(enclosing, key=lambda root: len(root.parts), default=None)


def _roots_named_by(file: Path) -> Iterator[Path]:
    try:
        data = read_regular(file)
    except OSError:
        return
    if not isinstance(data, bytes):
        return
    for name in {match[1].decode("ascii", "replace") for match in _USE.finditer(data)}:
        first = name.partition(".")[0]
        for folder in file.parents[:_LEVELS]:
            if folder.name == first and (folder.parent / (name.replace(".", "/") + SUFFIX)).is_file():
                yield folder.parent
