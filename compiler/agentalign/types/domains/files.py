"""Files and folders, as found on a small Unix machine."""

from __future__ import annotations

from agentalign.types.domain import choose, domain
from agentalign.types.domains.words import EXTENSIONS, FOLDERS, QUALIFIERS, TOPICS, USERS
from agentalign.types.model import DomainType, StringType

_SEGMENT = r"[^\s/\\:*?\x22<>|`$;&()\x27,]*[^\s/\\:*?\x22<>|`$;&()\x27,.]"
_HOME = tuple(f"/home/{user}/{folder}" for user in USERS for folder in FOLDERS[:16])
"""256 folders."""


def _file_name(index: int) -> str:
    topic, qualifier, ending, joint = choose(index, TOPICS, QUALIFIERS, EXTENSIONS, ("_", "-", "_team_", "_draft_"))
    return f"{topic}{joint}{qualifier}.{ending}"


def _file_path(index: int) -> str:
    folder, topic, tail = choose(index, _HOME, TOPICS, ("2027.csv", "final.pdf", "notes.md", "v2.docx"))
    return f"{folder}/{topic}_{tail}"


def _folder_path(index: int) -> str:
    home, topic, tail = choose(index, _HOME, TOPICS, ("", "/2026", "/2027", "/old"))
    return f"{home}/{topic}{tail}"


def _name(value: str) -> str:
    return value.rstrip("/").rpartition("/")[2]


def _extension(value: str) -> str:
    return _name(value).rpartition(".")[2] if "." in _name(value) else ""


def _folder(value: str) -> str:
    return value.rstrip("/").rpartition("/")[0] or "/"


_FOLDER = DomainType("FolderPath", "folder_path")

FILE_NAME = domain(
    "file_name",
    "file name",
    pattern=rf"{_SEGMENT}\.[A-Za-z0-9]{{1,8}}",
    generate=_file_name,
    search=rf"(?<![\w@/.+-]){_SEGMENT}\.[A-Za-z0-9]{{1,8}}(?![\w/])",
    parts={
        "extension": (StringType(1, 8), _extension),
        "stem": (StringType(1), lambda value: value.rpartition(".")[0]),
    },
    max_length=255,
)

FILE_PATH = domain(
    "file_path",
    "file path",
    pattern=rf"(?:~|\.{{1,2}}|[A-Za-z]:)?(?:/{_SEGMENT})+|{_SEGMENT}(?:/{_SEGMENT})+",
    generate=_file_path,
    search=rf"(?<![\w@/.:+-])(?:(?:~|\.{{1,2}})?(?:/{_SEGMENT})+|{_SEGMENT}(?:/{_SEGMENT})+)(?![\w/])",
    forms=lambda value: (_name(value),),
    parts={"name": (StringType(1), _name), "folder": (_FOLDER, _folder), "extension": (StringType(0), _extension)},
    max_length=1024,
)

FOLDER_PATH = domain(
    "folder_path",
    "folder path",
    pattern=rf"(?:~|\.{{1,2}}|[A-Za-z]:)?(?:/{_SEGMENT})+/?|{_SEGMENT}(?:/{_SEGMENT})*/?|/|~/?|\.{{1,2}}/?",
    generate=_folder_path,
    search=rf"(?<![\w@/.:+-])(?:~|\.{{1,2}})?(?:/{_SEGMENT})+/?|(?<![\w@/.:+-]){_SEGMENT}(?:/{_SEGMENT})+/?",
    forms=lambda value: (value.removesuffix("/"),) if value.endswith("/") else (f"{value}/",),
    parts={"name": (StringType(0), _name)},
    max_length=1024,
)

DOMAINS = (FILE_NAME, FILE_PATH, FOLDER_PATH)
