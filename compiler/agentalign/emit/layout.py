"""The files of a dataset folder and how their JSON is written."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

FORMAT: Final = 1
"""The version of the folder's layout."""

PARTIAL: Final = ".partial"
"""The folder in which an unfinished output grows."""

INDEX: Final = "index.txt"
"""One line per row, in the order of selection: split, id, digest of the row's line."""

DROPPED: Final = "dropped.jsonl"
PLAN: Final = "plan.txt"
MANIFEST: Final = "manifest.json"
CARD: Final = "README.md"
STATE: Final = "state.json"
LOCK: Final = "lock"
REPLACED: Final = "replaced.json"
DATA: Final = "data"

REPLIES: Final = "replies.sqlite"
"""Where the replies of models are kept, unless told otherwise; no part of the dataset."""

_DATA_FILE: Final = re.compile(rf"{DATA}/([A-Za-z0-9_]+)\.jsonl").fullmatch
_FIXED: Final = frozenset({INDEX, DROPPED, PLAN, CARD})


def data_file(split: str) -> str:
    """The path of a split's rows within the folder."""
    return f"{DATA}/{split}.jsonl"


def split_of(name: str) -> str | None:
    """The split whose rows a file holds; None for any other file."""
    match = _DATA_FILE(name)
    return match[1] if match else None


def is_known(name: str) -> bool:
    """Tell whether a path is one that a dataset folder can have; others in a manifest are never touched."""
    return name in _FIXED or _DATA_FILE(name) is not None


def is_store(name: str) -> bool:
    """Tell whether a path is that of the store of replies, or of what SQLite keeps beside it."""
    return name in {REPLIES, f"{REPLIES}-wal", f"{REPLIES}-shm", f"{REPLIES}-journal"}


def row_digest(line: bytes) -> str:
    """Return the first 16 hex digits of the SHA-256 of a row's line, without its line feed."""
    return sha256(line).hexdigest()[:16]


def pretty(value: object) -> bytes:
    """JSON for people: indented, keys sorted, a line feed at the end."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def shown(path: Path) -> str:
    """A path as messages name it."""
    return path.as_posix()
