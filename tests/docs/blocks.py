"""Fenced blocks of the documents, and how the `chain` ones of the language reference become whole programs.

A comment before a block says what it goes on from:

    <!-- chain: NAME after A B in FRAME wrong E0105 -->

`NAME` lets later blocks go on from this one, `after` puts other blocks (with all they go on from) before it, `in` puts it
where the hidden comment `<!-- frame: FRAME after A ... -->` says `// HERE`, `wrong` is the one code it is expected to give.
All parts may be left out; the comment may be, too, if the block is a whole program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "grammar" / "README.md"
README = ROOT / "README.md"

_FENCE = re.compile(
    r"^(?:<!-- (?P<note>[^\n]*) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_FRAME = re.compile(
    r"^<!-- frame: (?P<name>\w+)(?: after (?P<after>[\w ]+))?\n(?P<body>.*?)^-->$", re.MULTILINE | re.DOTALL
)
_NOTE = re.compile(
    r"chain:(?: (?!after |in |wrong )(?P<name>\w+))?(?: after (?P<after>[\w ]+?))?(?: in (?P<frame>\w+))?"
    r"(?: wrong (?P<code>[EW]\d{4}))?"
)


@dataclass(frozen=True)
class Block:
    """A fenced block; `note` is the comment before it, `line` where its text begins."""

    language: str
    body: str
    note: str
    line: int


@dataclass(frozen=True)
class Sample:
    """A `chain` block of the reference, read with its note."""

    line: int
    body: str
    name: str
    after: tuple[str, ...]
    frame: str
    code: str


@dataclass(frozen=True)
class Frame:
    """What a fragment is put into."""

    body: str
    after: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """All fenced blocks of a document."""
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        yield Block(found["language"], found["body"], found["note"] or "", line)


def samples(text: str) -> Iterator[Sample]:
    """The `chain` blocks; raises ValueError for a note that is none."""
    for block in blocks(text):
        if block.language != "chain":
            continue
        note = _NOTE.fullmatch(block.note or "chain:")
        if note is None:
            raise ValueError(f"line {block.line}: what does `{block.note}` mean?")
        after = tuple((note["after"] or "").split())
        yield Sample(block.line, block.body, note["name"] or "", after, note["frame"] or "", note["code"] or "")


def frames(text: str) -> Mapping[str, Frame]:
    """The hidden frames, by name."""
    return {f["name"]: Frame(f["body"], tuple((f["after"] or "").split())) for f in _FRAME.finditer(text)}


def program(sample: Sample, named: Mapping[str, Sample], around: Mapping[str, Frame]) -> str:
    """The whole program that a block stands for."""
    frame = around[sample.frame] if sample.frame else Frame("// HERE\n", sample.after)
    parts: dict[str, str] = {}
    for name in frame.after:
        _collect(name, named, parts)
    body = re.sub(r"^ *// HERE$", lambda _: sample.body.rstrip("\n"), frame.body, count=1, flags=re.MULTILINE)
    return "\n".join([*parts.values(), body])


def _collect(name: str, named: Mapping[str, Sample], parts: dict[str, str]) -> None:
    for earlier in named[name].after:
        _collect(earlier, named, parts)
    parts.setdefault(name, named[name].body)
