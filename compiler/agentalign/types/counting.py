"""Counting and listing the strings of a pattern, exactly and without repeats.

The pattern becomes a non-deterministic automaton (Thompson 1968), made deterministic by subset construction; because
repeats are bounded the result has no cycles, so the number of strings from each state is a sum over its successors and
the i-th string is found by walking down (ranking and unranking, Goldberg and Sipser 1985).
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import product
from math import prod
from typing import assert_never

from agentalign.dataclasses import dataclass
from agentalign.types.regex import (
    REPEATS,
    Chars,
    Choice,
    Node,
    PatternError,
    Repeat,
    Sequence,
    parse_pattern,
)

_STATE_LIMIT = 20_000
_WORK_LIMIT = 1_000_000
_TABLE = 1_500  # strings: two letters or digits, or three decimal digits, at a time

_Key = tuple[frozenset[int], int]


@dataclass(frozen=True, slots=True)
class _Edge:
    chars: str
    target: int
    count: int  # strings that go through this edge
    each: int  # strings that go through it with one of its characters


@dataclass(frozen=True, slots=True)
class Language:
    """The finite set of strings a pattern generates, in a fixed order.

    `states[i]` holds whether a string may end there and where it may go on; the last state is the start. `straight` are, of a
    language in which there is but one way to go, the edges from start to end, a few at a time: their strings, and how many
    strings of the language go through each.
    """

    states: tuple[tuple[bool, tuple[_Edge, ...]], ...]
    count: int
    straight: tuple[tuple[tuple[str, ...], int], ...] | None

    def string(self, index: int) -> str:
        """Return string number `index`; raises `ValueError` outside `[0, count)`."""
        if not 0 <= index < self.count:
            raise ValueError(f"index {index} is outside 0..{self.count - 1}")
        out: list[str] = []
        if self.straight is not None:
            for strings, each in self.straight:
                out.append(strings[index // each])
                index %= each
            return "".join(out)
        state = len(self.states) - 1
        while True:
            final, edges = self.states[state]
            if final:
                if not index:
                    return "".join(out)
                index -= 1
            for edge in edges:
                if index < edge.count:
                    which, index = divmod(index, edge.each)
                    out.append(edge.chars[which])
                    state = edge.target
                    break
                index -= edge.count


@lru_cache(maxsize=4096)
def language(pattern: str, low: int = 0, high: int | None = None) -> Language:
    """Return the strings of `pattern` of `low` to `high` characters; raises `PatternError`."""
    return _number(_Automaton(parse_pattern(pattern)), low, high)


class _Automaton:
    """A non-deterministic automaton: state 0 accepts, `start` starts."""

    def __init__(self, node: Node) -> None:
        self.moves: list[tuple[str, int] | None] = [None]
        self.skips: list[list[int]] = [[]]
        self.work = 0
        self.start = self.build(node, 0)

    def state(self, move: tuple[str, int] | None, skips: list[int]) -> int:
        if len(self.moves) >= _STATE_LIMIT:
            raise PatternError("this pattern is too large to count", 0)
        self.moves.append(move)
        self.skips.append(skips)
        return len(self.moves) - 1

    def build(self, node: Node, then: int) -> int:
        """Add states that read `node` and go on at `then`; return the first of them."""
        match node:
            case Chars():
                return self.state((node.chars, then), [])
            case Sequence():
                for part in reversed(node.parts):
                    then = self.build(part, then)
                return then
            case Choice():
                return self.state(None, [self.build(option, then) for option in node.options])
            case Repeat():
                most = node.min + REPEATS if node.max is None else node.max
                end = then
                for _ in range(most - node.min):
                    then = self.state(None, [self.build(node.node, then), end])
                for _ in range(node.min):
                    first = self.build(node.node, then)
                    if first == then:  # an empty body: repeating it changes nothing
                        break
                    then = first
                return then
            case _:
                assert_never(node)

    def closure(self, states: set[int]) -> frozenset[int]:
        """Return all states that `states` reach without reading, leaving out those that only pass on."""
        seen, todo = set(states), list(states)
        while todo:
            self.work += 1
            for state in self.skips[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(s for s in seen if not s or self.moves[s])

    def follow(self, states: frozenset[int]) -> list[tuple[str, frozenset[int]]]:
        """Return the successors of a set of states, each with the characters that lead there."""
        by_char: dict[str, set[int]] = defaultdict(set)
        for state in states:
            chars, target = self.moves[state] or ("", 0)
            self.work += len(chars)
            if self.work > _WORK_LIMIT:
                raise PatternError("this pattern is too large to count", 0)
            for char in chars:
                by_char[char].add(target)
        groups: dict[frozenset[int], list[str]] = defaultdict(list)
        for char in sorted(by_char):
            groups[frozenset(by_char[char])].append(char)
        return [("".join(chars), self.closure(set(targets))) for targets, chars in groups.items()]


def _number(automaton: _Automaton, low: int, high: int | None) -> Language:
    """Make `automaton` deterministic and number its states so that successors come first."""
    bounded = low > 0 or high is not None
    ids: dict[_Key, int] = {}
    counts: list[int] = []
    states: list[tuple[bool, tuple[_Edge, ...]]] = []
    moves: dict[_Key, list[tuple[str, _Key]]] = {}
    todo: list[_Key] = [(automaton.closure({automaton.start}), 0)]
    while todo:
        key = todo[-1]
        if key in ids:
            todo.pop()
            continue
        subset, length = key
        if key not in moves:
            if len(moves) >= _STATE_LIMIT:
                raise PatternError("this pattern is too large to count", 0)
            longer = length + 1 if bounded else 0
            over = high is not None and longer > high
            moves[key] = [] if over else [(chars, (target, longer)) for chars, target in automaton.follow(subset)]
            todo.extend(target for _, target in moves[key] if target not in ids)
            continue
        todo.pop()
        final = 0 in subset and (length >= low or not bounded)
        edges = tuple(
            _Edge(chars, ids[target], len(chars) * counts[ids[target]], counts[ids[target]])
            for chars, target in moves[key]
            if counts[ids[target]]
        )
        ids[key] = len(states)
        states.append((final, edges))
        counts.append(int(final) + sum(edge.count for edge in edges))
    return Language(tuple(states), counts[-1], _straight(states))


def _straight(states: list[tuple[bool, tuple[_Edge, ...]]]) -> tuple[tuple[tuple[str, ...], int], ...] | None:
    path: list[tuple[list[str], int]] = []  # the characters of some edges, and of what is behind the last
    final, edges = states[-1]
    while len(edges) == 1 and not final:
        edge = edges[0]
        if path and prod(map(len, path[-1][0])) * len(edge.chars) <= _TABLE:
            path[-1] = [*path[-1][0], edge.chars], edge.each
        else:
            path.append(([edge.chars], edge.each))
        final, edges = states[edge.target]
    return None if edges or not final else tuple((_table(*chars), each) for chars, each in path)


@lru_cache(maxsize=256)
def _table(*chars: str) -> tuple[str, ...]:
    return tuple(map("".join, product(*chars)))
