"""The parsing tables that `generate` makes of the grammar, as the parser uses them."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.resources import grammar_text

FILE: Final = Path(__file__).with_name("tables.json")

Row: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the grammar.

    `picks` says what a node's builder gets: the index of a symbol, -1 for None, or an index in a list where the symbol is
    a repetition whose items are to be spliced in. `inlined` rules leave no node when only one value is picked;
    `documented` ones begin with a doc comment.
    """

    origin: str
    name: str
    size: int
    picks: tuple[Any, ...]
    inlined: bool
    documented: bool

    @property
    def repeats(self) -> bool:
        """Whether it is a helper that lark made for `x*` or `x+`."""
        return self.origin.startswith("_")


@dataclass(frozen=True, slots=True)
class Tables:
    """Lexer and automaton.

    `pattern` matches one token with what is ignored before it, in a group named after its kind; `kinds` are the groups'
    names by number. A row maps the keys of symbols (a keyword or sign as written, `$KIND`, `@nonterminal`) to the next
    state or to the complement of the number of the rule to reduce by; the start state is the first. `keys` are the keys
    of kinds that have one key only, by group number.

    For messages: `first` has the keys that an item, a type or an expression may begin with; `blocks` those that the items
    of a block may begin with, by the keyword that opens the block. For layout: `lists` are the rules whose parts are
    parted by commas.
    """

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    keys: tuple[str, ...]
    keywords: frozenset[str]
    first: Mapping[str, frozenset[str]]
    blocks: Mapping[str, frozenset[str]]
    lists: frozenset[str]
    rules: tuple[Rule, ...]
    rows: tuple[Row, ...]

    @property
    def word(self) -> int:
        """The group of words."""
        return self.kinds.index("WORD")


def digest(grammar: str) -> int:
    """What tells whether tables were made of this grammar."""
    return zlib.crc32(grammar.encode())


@cache
def tables() -> Tables:
    """The shipped tables, or new ones where the grammar was changed since they were made."""
    grammar = grammar_text()
    data = json.loads(FILE.read_bytes()) if FILE.is_file() else {}
    if data.get("grammar") != digest(grammar):
        from agentalign.syntax.generate import generate  # noqa: PLC0415  # lark is slow to import

        data = generate(grammar)
    pattern = re.compile(data["pattern"])
    kinds = ("", *sorted(pattern.groupindex, key=pattern.groupindex.__getitem__))
    return Tables(
        pattern,
        kinds,
        keys=tuple("" if kind in {"", "WORD", "SIGN"} else f"${kind}" for kind in kinds),
        keywords=frozenset(data["keywords"]),
        first={name: frozenset(keys) for name, keys in data["first"].items()},
        blocks={name: frozenset(keys) for name, keys in data["blocks"].items()},
        lists=frozenset(data["lists"]),
        rules=tuple(
            Rule(origin, name, size, tuple(picks), *flags) for origin, name, size, picks, *flags in data["rules"]
        ),
        rows=tuple(data["rows"]),
    )
