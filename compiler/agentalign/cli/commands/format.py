"""`agentalign format`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agentalign.cli.main import CLEAN, FINDINGS, USAGE
from agentalign.cli.show import all_exist, findings, note, out
from agentalign.diagnostics import Diagnostic, from_failure
from agentalign.source import SUFFIX, Source, decode
from agentalign.syntax import Formatted, format_source


def run(options: argparse.Namespace) -> int:
    """Format files in place, or stdin to stdout."""
    if [str(path) for path in options.paths] == ["-"]:
        return _stdin(check=options.check)
    if not all_exist(options.paths):
        return USAGE
    changed = unusable = 0
    broken: list[Diagnostic] = []
    files = list(_files(options.paths))
    for path in files:
        try:
            text = _formatted(path)
            if isinstance(text, str) and not options.check:
                _replace(path, text)
        except OSError as error:  # this file cannot be read or written; the others may
            note(f"agentalign: {path}: {error.strerror or error}")
            unusable += 1
            continue
        if isinstance(text, tuple):
            broken.extend(text)
        elif text is not None:
            changed += 1
            note(f"{'would format' if options.check else 'formatted'} {path}")
    if broken:
        findings(broken)
    note(
        f"{len(files)} file{'s' if len(files) != 1 else ''}, {changed} {'to format' if options.check else 'formatted'}"
    )
    if unusable:
        return USAGE
    return FINDINGS if broken or (options.check and changed) else CLEAN


def _stdin(*, check: bool) -> int:
    source = decode(sys.stdin.buffer.read(), "<stdin>")
    result = format_source(source) if isinstance(source, Source) else (from_failure(source),)
    if not isinstance(result, Formatted):
        findings(result)
        return FINDINGS
    if check:
        return CLEAN if isinstance(source, Source) and result.text == source.text else FINDINGS
    out(result.text)
    return CLEAN


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else (path,)


def _formatted(path: Path) -> str | tuple[Diagnostic, ...] | None:
    """The new text; None if nothing changes; what is wrong with the file, if it does not parse."""
    raw = path.read_bytes()
    source = decode(raw, str(path))
    if not isinstance(source, Source):
        return (from_failure(source),)
    result = format_source(source)
    if not isinstance(result, Formatted):
        return result
    return None if result.text.encode() == raw else result.text


def _replace(path: Path, text: str) -> None:
    """Atomically, and with the file's own permissions: a formatter must never lose a spec."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
