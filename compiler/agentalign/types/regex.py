r"""Patterns: a documented subset of regular expressions whose strings can be counted and listed.

The subset is what JSON Schema (ECMA 262), Python and Rust read alike: literals, escaped punctuation, `\d \w \s` (ASCII
only), classes with ranges, groups `( )` and `(?: )`, `|`, and the greedy repeats `? * + {m} {m,} {m,n}`. A pattern
always describes the whole string; `^` at its start and `$` at its end are therefore allowed and change nothing.

Counting goes through a deterministic automaton, so that a string two branches can make counts once. Unbounded repeats
are generated up to `REPEATS` times above their minimum, `\s` is generated as a space; matching knows no such limits.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from agentalign.dataclasses import dataclass

REPEATS = 8
"""How far above its minimum an unbounded repeat is generated."""

_DEPTH = 64
_REPEAT_LIMIT = 1_000
_CLASS_LIMIT = 4_096
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CLASSES = {"d": (_DIGITS, "0-9"), "w": (_DIGITS + _LETTERS + "_", "A-Za-z0-9_"), "s": (" ", r"\s")}
_SYNTAX = frozenset(r"\.*+?()[]{}|^$")
_IN_CLASS = frozenset(r"\[]^-")


class PatternError(ValueError):
    """A pattern outside the subset; `position` is the offset of the offending character in the pattern."""

    def __init__(self, reason: str, position: int) -> None:
        """Remember where `reason` applies."""
        super().__init__(f"{reason} (at offset {position})")
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of `chars` (sorted, no repeats); `text` is its portable spelling."""

    chars: str
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """All `parts`, one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of `options`."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`node`, `min` to `max` times; no `max` means without end."""

    node: Node
    min: int
    max: int | None


Node: TypeAlias = Chars | Sequence | Choice | Repeat
"""A parsed pattern."""


@lru_cache(maxsize=4096)
def parse_pattern(source: str) -> Node:
    """Parse `source`; raises `PatternError` at the first construct outside the subset."""
    parser = _Parser(source)
    node = parser.choice(0)
    if parser.at < len(parser.source):
        raise PatternError("this `)` closes nothing", parser.at)
    return node


def spell(node: Node) -> str:
    """Return the portable spelling of `node`, the same to ECMA 262, Python and Rust engines; not anchored."""
    match node:
        case Chars():
            return node.text
        case Sequence():
            return "".join(f"(?:{spell(p)})" if isinstance(p, Choice) else spell(p) for p in node.parts)
        case Choice():
            return "|".join(spell(option) for option in node.options)
        case Repeat():
            inner = spell(node.node) if isinstance(node.node, Chars) else f"(?:{spell(node.node)})"
            return inner + _quantifier(node.min, node.max)


def portable(source: str) -> str:
    """Return the portable spelling of a pattern, not anchored; raises `PatternError`."""
    return spell(parse_pattern(source))


def anchored(source: str) -> str:
    """Return the portable spelling anchored at both ends, as JSON Schema needs it; raises `PatternError`."""
    node = parse_pattern(source)
    return f"^(?:{spell(node)})$" if isinstance(node, Choice) else f"^{spell(node)}$"


def _quantifier(low: int, high: int | None) -> str:
    match low, high:
        case 0, 1:
            return "?"
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case _, None:
            return f"{{{low},}}"
        case _:
            return f"{{{low}}}" if low == high else f"{{{low},{high}}}"


class _Parser:
    """A recursive-descent parser with a depth limit, so that hostile nesting is an error and not a crash."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 1 if source.startswith("^") else 0

    def peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def choice(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise PatternError("groups are nested too deeply", self.at)
        options = [self.sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while (char := self.peek()) and char not in "|)":
            if char == "$" and self.at == len(self.source) - 1:
                self.at += 1
                break
            parts.append(self.repeat(self.atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def atom(self, depth: int) -> Node:
        start, char = self.at, self.peek()
        self.at += 1
        if char == "(":
            return self.group(start, depth)
        if char == "[":
            return self.klass(start)
        if char == "\\":
            return self.escape(start)
        if char == ".":
            raise PatternError(r"`.` is too wide: write `\.` for a full stop, or a class such as `[a-z ]`", start)
        if char in "*+?{":
            raise PatternError(f"nothing to repeat before `{char}`", start)
        if char in "^$":
            raise PatternError(f"a pattern describes the whole string, so `{char}` may only stand at its end", start)
        return _literal(char)

    def group(self, start: int, depth: int) -> Node:
        if self.peek() == "?":
            if not self.source.startswith("?:", self.at):
                raise PatternError("only plain groups `( )` and `(?: )` are supported", start)
            self.at += 2
        node = self.choice(depth + 1)
        if self.peek() != ")":
            raise PatternError("this `(` is never closed", start)
        self.at += 1
        return node

    def escape(self, start: int) -> Chars:
        char = self.peek()
        self.at += 1
        if char in _CLASSES and char:
            chars, text = _CLASSES[char]
            return Chars("".join(sorted(chars)), text if char == "s" else f"[{text}]")
        if not char or char.isalnum():
            raise PatternError(rf"`\{char}` is not supported: only \d \w \s and escaped punctuation are", start)
        return _literal(char)

    def klass(self, start: int) -> Chars:
        if self.peek() == "^":
            raise PatternError("negated classes are not supported: list what is allowed", start)
        chars: set[str] = set()
        text: list[str] = []
        while (char := self.peek()) != "]":
            if not char:
                raise PatternError("this `[` is never closed", start)
            at = self.at
            low, spelled = self.member()
            if len(low) == 1 and self.peek() == "-" and self.source[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                high, high_spelled = self.member()
                if len(high) != 1 or high < low:
                    raise PatternError("this range runs backwards", at)
                if ord(high) - ord(low) > _CLASS_LIMIT:
                    raise PatternError("this range is too wide", at)
                chars.update(map(chr, range(ord(low), ord(high) + 1)))
                text.append(f"{spelled}-{high_spelled}")
            else:
                chars.update(low)
                text.append(spelled)
        if not chars:
            raise PatternError("this class is empty", start)
        self.at += 1
        return Chars("".join(sorted(chars)), f"[{''.join(text)}]")

    def member(self) -> tuple[str, str]:
        start, char = self.at, self.peek()
        self.at += 1
        if char == "\\":
            char = self.peek()
            self.at += 1
            if char and char in _CLASSES:
                return _CLASSES[char]
            if not char or char.isalnum():
                raise PatternError(rf"`\{char}` is not supported: only \d \w \s and escaped punctuation are", start)
        return char, "\\" + char if char in _IN_CLASS else char

    def repeat(self, node: Node) -> Node:
        start, char = self.at, self.peek()
        if not char or char not in "?*+{":
            return node
        if char == "{":
            low, high = self.bounds(start)
        else:
            low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}[char]
            self.at += 1
        if self.peek() and self.peek() in "?*+{":
            raise PatternError("lazy, possessive and doubled repeats are not supported", self.at)
        if high is None and _endless(node):
            # Matching such patterns by backtracking can take exponential time.
            raise PatternError("an endless repeat inside an endless repeat; bound one of them, as in `{1,9}`", start)
        return Repeat(node, low, high)

    def bounds(self, start: int) -> tuple[int, int | None]:
        end = self.source.find("}", start)
        low, comma, high = self.source[start + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not _is_number(low) or (high and not _is_number(high)):
            raise PatternError(r"write a repeat as `{3}`, `{3,}` or `{3,5}`, and a brace itself as `\{`", start)
        self.at = end + 1
        least, most = int(low), (int(high) if high else None) if comma else int(low)
        if max(least, most or 0) > _REPEAT_LIMIT:
            raise PatternError(f"a repeat may go up to {_REPEAT_LIMIT}", start)
        if most is not None and most < least:
            raise PatternError("this repeat runs backwards", start)
        return least, most


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _literal(char: str) -> Chars:
    return Chars(char, "\\" + char if char in _SYNTAX else char)


def _endless(node: Node) -> bool:
    match node:
        case Chars():
            return False
        case Sequence():
            return any(map(_endless, node.parts))
        case Choice():
            return any(map(_endless, node.options))
        case Repeat():
            return node.max is None or _endless(node.node)
