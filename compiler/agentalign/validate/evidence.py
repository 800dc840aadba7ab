"""What an agent may rely on at some point of a conversation, and whether a value is found in it."""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import Final

import orjson

from agentalign.templates import states, unsupported, voiced
from agentalign.types import Type
from agentalign.validate.derived import Constants

_TERM: Final = re.compile(r"[a-z]{1,12}\d{1,3}[a-z]{0,6}").fullmatch
_SAYABLE: Final = 1e15  # beyond, nobody writes a number in words, and decimals run out of digits
_TODAY: Final = re.compile(r"^Today's date: (\d{4}-\d\d-\d\d)$", re.MULTILINE)
_JOINTS: Final = frozenset(".+-@/\\")  # no comma: JSON puts one between the numbers of a list
_WORD: Final = re.compile(r"[^\W_]+")
_NESTED: Final[frozenset[type]] = frozenset({dict, list})
_APART: Final = frozenset(["", *' \n"()[]{}!;,:'])  # no letter or digit, and no joint: most that stands beside a value


class Evidence:
    """Everything said so far: system message, request, results, and what the spec declares as constant.

    Results are kept as the JSON text the agent sees, so that a value is found by looking for its characters; only where
    that fails are the ways tried in which a person would write it in the request.
    """

    __slots__ = ("_known", "_lists", "_more", "_system", "constants", "declared", "prose")

    def __init__(self, system: str, request: str, constants: Constants) -> None:
        self.prose = f"{system}\n{request}"
        self._more: list[str] = []
        self.constants = constants.values
        self.declared = constants.text
        self._known = self.prose
        self._lists: set[int] = set()
        self._system = system

    @property
    def today(self) -> str | None:
        """The day of the conversation, where the system message gives it."""
        found = _TODAY.search(self._system)
        return found[1] if found else None

    def add(self, content: str) -> None:
        """Note what a call said or gave; what stands in a line or column of its own there counts as it stands."""
        self._more.append(content)
        if "\\n" in content or "\\t" in content:
            self._more.append(content.replace("\\n", "\n").replace("\\t", "\t"))

    @property
    def _text(self) -> str:
        if self._more:
            self._known = "\n".join((self._known, *self._more))
            self._more.clear()
        return self._known

    def done(self, calls: Sized) -> None:
        """Note how many calls there are, at most: an answer may tell how often something was done."""
        self._lists.update(range(len(calls) + 1))

    def count(self, value: object) -> None:
        """Note how long the lists of a result are: an answer may tell how many it found."""
        add_lengths(value, self._lists)

    def says(self, value: str) -> bool:
        """Tell whether a string stands in the evidence as a whole, as it is or as JSON writes it."""
        if value in self.constants or stands(value, self._text):
            return True
        escaped = orjson.dumps(value).decode()[1:-1]
        return escaped != value and stands(escaped, self._text)

    def counted(self, value: float) -> bool:
        """Tell whether a number stands in the evidence, or is a declared constant."""
        return value in self.constants or any(stands(form, self._text) for form in _spellings(value))

    def voices(self, value: object, t: Type) -> bool:
        """Tell whether the request or the system message says a value in words."""
        if isinstance(value, int | float) and not abs(value) < _SAYABLE:
            return False
        return voiced(value, t, self.prose, self.today)

    def spells(self, value: str) -> bool:
        """Tell whether every word of a computed string stands somewhere, whatever its case."""
        known = f"{self._text}\n{self.declared}".casefold()
        return all(word.casefold() in known for word in _WORD.findall(value))

    def claims(self, text: str) -> tuple[str, ...]:
        """The numbers, identifiers and names that `text` states and nothing supports."""
        if not states(text) or text in self._text:
            return ()
        # What is short comes first: it is found there before a long text is searched.
        counts = " ".join(map(str, sorted(self._lists)))
        found = unsupported(text, f"{counts}\n{self.declared}\n{self._text}")
        return tuple([claim.text for claim in found]) if found else ()

    def written(self, text: str) -> tuple[str, ...]:
        """The claims of a text that a call passes on; in scripts and lists there are words with digits, like `mp3`."""
        found = self.claims(text)
        return tuple([claim for claim in found if not _TERM(claim)]) if found else ()


def add_lengths(value: object, lengths: set[int]) -> None:
    """Add the lengths of all lists in a JSON value."""
    if isinstance(value, dict):
        for item in value.values():
            if type(item) in _NESTED:
                add_lengths(item, lengths)
    elif isinstance(value, list):
        lengths.add(len(value))
        if value and type(value[0]) in _NESTED:
            for item in value:
                add_lengths(item, lengths)


def stands(value: str, text: str) -> bool:
    """Tell whether `value` stands in `text` and is not part of a longer word, number, address or path there."""
    at = text.find(value)
    size = len(value)
    while at >= 0:
        end = at + size
        before, after = text[at - 1 : at] if at else "", text[end : end + 1]
        if before in _APART and after in _APART:
            return True
        if (not before or _parts(before, text[at - 2 : at - 1], value[0])) and (
            not after or _parts(after, text[end + 1 : end + 2], value[-1])
        ):
            return True
        at = text.find(value, at + 1)
    return False


def _parts(neighbour: str, beyond: str, edge: str) -> bool:
    """Tell whether a value may end at `edge` beside `neighbour`, behind which stands `beyond`."""
    if neighbour.isalnum() or neighbour == "_":
        return not edge.isalnum()
    return not (neighbour in _JOINTS and beyond.isalnum())


def _spellings(value: float) -> tuple[str, ...]:
    if isinstance(value, int) or not value.is_integer():
        return (orjson.dumps(value).decode(),)
    return (orjson.dumps(value).decode(), str(int(value)))
