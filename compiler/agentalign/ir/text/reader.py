"""Reading plans back: a recursive descent that knows from each class what its fields hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs; the fastest reader of a string
from typing import TypeAlias, assert_never

from agentalign.ir.plan import (
    Plan,
)
from agentalign.ir.text.shapes import Exact, Fixed, Many, Member, Native, Node, Numbers, Scalar, Shape, members
from agentalign.types import RecordType

_TOKEN = re.compile(r'@?"(?:[^"\\\n]|\\.)*"|[\w@.+/-]+|\S')
_WORDS = {"null": None, "true": True, "false": False}
_Parse: TypeAlias = Callable[[], object]


class PlanTextError(ValueError):
    """A text that is no plan; `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        """Remember what is wrong where."""
        super().__init__(f"{line}:{column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column


class _Mistake(Exception):  # noqa: N818 - becomes a PlanTextError once the place is known
    """Something is wrong at token number `at`."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


def read_plan(text: str) -> Plan:
    """Return the plan that `print_plan` wrote as `text`; raises `PlanTextError` for anything else."""
    tokens = _TOKEN.findall(text)
    try:
        return _Reader(tokens).plan()
    except _Mistake as mistake:
        raise PlanTextError(mistake.reason, *_place(text, mistake.at)) from None
    except RecursionError:
        raise PlanTextError("nested too deeply", 1, 1) from None


def _place(text: str, token: int) -> tuple[int, int]:
    """Return line and column of a token."""
    offset = next((m.start() for at, m in enumerate(_TOKEN.finditer(text)) if at == token), len(text.rstrip()))
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Reader:
    """Reading of one text; `_at` is the token to look at next."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, "", ""]
        self._at = 0
        self._records: dict[str, RecordType] = {}
        self._nodes: dict[type, _Parse] = {}

    def plan(self) -> Plan:
        """Read the whole text as a plan."""
        plan = self._node(Node((Plan,)))()
        if self._tokens[self._at] or not isinstance(plan, Plan):
            raise self._unexpected("the end of the text")
        return plan

    def _parser(self, shape: Shape) -> _Parse:
        match shape:
            case Scalar():
                return self._scalar
            case Native():
                return self._native
            case Exact(kind=kind):
                return lambda: self._exact(kind)
            case Numbers():
                return lambda: frozenset(self._items(self._whole, "{", "}"))
            case Many(item=item):
                parse = self._parser(item)
                return lambda: tuple(self._items(parse, "[", "]"))
            case Fixed(items=items):
                return self._fixed([self._parser(item) for item in items])
            case Node():
                return self._node(shape)
            case _:
                assert_never(shape)

    # ------------------------------------------------------------------------------------------------------ records

    def _node(self, shape: Node) -> _Parse:
        classes = {cls.__name__: cls for cls in shape.classes}

        def parse() -> object:
            word = self._tokens[self._at]
            cls = classes.get(word)
            if cls is None:
                return self._other(word, classes)
            self._at += 1
            found = self._nodes.get(cls)
            if found is None:
                found = self._nodes[cls] = self._record(cls)
            return found()

        return parse

    def _other(self, word: str, classes: dict[str, type]) -> object:
        if word == "null":
            self._at += 1
            return None
        if word[:1] == "@" and "RecordType" in classes:
            name = scanstring(word, 2)[0] if word[1:2] == '"' else word[1:]
            if name not in self._records:
                raise _Mistake(f"no record type `{name}` is written out before this", self._at)
            self._at += 1
            return self._records[name]
        raise self._unexpected(" or ".join(sorted(classes)) if len(classes) < 4 else f"one of {', '.join(classes)}")

    def _record(self, cls: type) -> _Parse:
        known = members(cls)
        parsers = {member.name: (place, self._parser(member.shape)) for place, member in enumerate(known)}
        unset = [_MISSING if member.required else member.default for member in known]
        tokens = self._tokens

        def parse() -> object:
            start, values = self._at - 1, unset.copy()
            if tokens[self._at] == "{":
                self._at += 1
                while tokens[self._at] != "}":
                    found = parsers.get(tokens[self._at])
                    if found is None or tokens[self._at + 1] != ":":
                        raise self._unexpected(f"a field of {cls.__name__}")
                    self._at += 2
                    values[found[0]] = found[1]()
                    self._comma("}")
                self._at += 1
            if _MISSING in values:
                raise _Mistake(f"{cls.__name__} lacks {_missing(known, values)}", start)
            return self._built(cls(*values))

        return parse

    def _built(self, value: object) -> object:
        if isinstance(value, RecordType):
            self._records.setdefault(value.name, value)
        return value

    # -------------------------------------------------------------------------------------------------------- tuples

    def _items(self, parse: Callable[[], object], start: str, end: str) -> list[object]:
        tokens, found = self._tokens, []
        self._expect(start)
        while tokens[self._at] != end:
            found.append(parse())
            self._comma(end)
        self._at += 1
        return found

    def _fixed(self, parsers: list[_Parse]) -> _Parse:
        def parse() -> object:
            self._expect("[")
            found = []
            for each in parsers:
                found.append(each())
                self._comma("]")
            self._expect("]")
            return tuple(found)

        return parse

    def _expect(self, sign: str) -> None:
        if self._tokens[self._at] != sign:
            raise self._unexpected(f"`{sign}`")
        self._at += 1

    def _comma(self, end: str) -> None:
        word = self._tokens[self._at]
        if word == ",":
            self._at += 1
        elif word != end:
            raise self._unexpected(f"`,` or `{end}`")

    # ------------------------------------------------------------------------------------------------------- scalars

    def _scalar(self) -> object:
        word = self._tokens[self._at]
        self._at += 1
        if word[:1] == '"' and len(word) > 1:
            return word[1:-1] if "\\" not in word else self._string(word)
        if word in _WORDS:
            return _WORDS[word]
        try:
            return int(word)
        except ValueError:
            return self._float(word)

    def _string(self, word: str) -> str:
        try:
            return str(scanstring(word, 1)[0])
        except ValueError:
            raise _Mistake(f"{word} is no string", self._at - 1) from None

    def _float(self, word: str) -> float:
        try:
            return float(word)
        except ValueError:
            self._at -= 1
            raise self._unexpected("a string, a number, true, false or null") from None

    def _whole(self) -> int:
        found = self._scalar()
        if not isinstance(found, int) or isinstance(found, bool):
            raise _Mistake("a whole number belongs here", self._at - 1)
        return found

    def _exact(self, kind: type[Fraction] | type[Decimal]) -> Fraction | Decimal | None:
        word = self._tokens[self._at]
        self._at += 1
        if word == "null":
            return None
        try:
            return Fraction(word) if kind is Fraction else Decimal(word.removesuffix("d"))
        except (ValueError, InvalidOperation, ZeroDivisionError):
            self._at -= 1
            raise self._unexpected("a fraction" if kind is Fraction else "a decimal") from None

    def _native(self) -> object:
        match self._tokens[self._at]:
            case "[":
                return self._items(self._native, "[", "]")
            case "{":
                return dict(self._items(self._pair, "{", "}"))  # type: ignore[arg-type]  # pairs, all of them
            case _:
                return self._scalar()

    def _pair(self) -> tuple[object, object]:
        key = self._scalar()
        if not isinstance(key, str) or self._tokens[self._at] != ":":
            raise self._unexpected("a string and `:`")
        self._at += 1
        return key, self._native()

    def _unexpected(self, wanted: str) -> _Mistake:
        word = self._tokens[self._at]
        return _Mistake(f"{wanted} belongs here, not {f'`{word[:40]}`' if word else 'the end of the text'}", self._at)


class _Missing:
    """Stands for a field the text does not have."""


_MISSING = _Missing()


def _missing(known: tuple[Member, ...], values: list[object]) -> str:
    return ", ".join(f"`{m.name}`" for m, value in zip(known, values, strict=True) if value is _MISSING)
