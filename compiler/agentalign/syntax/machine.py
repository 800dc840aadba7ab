"""The parser's loop: a shift-reduce automaton over the tables, with the lexer built in.

Lark makes the tables (`generate`) and is not needed to run them. The loop builds what lark's would build, three times as
fast, and differs in two points: a keyword is always a whole word (lark reads `stepx` as `step x` where no name can
stand), and whether a word is a keyword is decided in each state anew, which leaves more words free to be names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.source import Span
from agentalign.syntax.tables import Rule, tables

# Reading this many takes less than a second. Prose in templates has few tokens, so that only generated files come near.
MAX_TOKENS: Final = 300_000
# Entries of the stack: a bracket or prefix operator takes one to six. `limits` sets the bound that people meet.
MAX_STACK: Final = 1_000
NAME: Final = "$NAME"

Children: TypeAlias = Sequence[Any]
Make: TypeAlias = Callable[[Any, Span, Children], Any]


class Token(NamedTuple):
    """One token. `kind` is a terminal's name, WORD (keyword or not), SIGN, END, or BAD for a stray character."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


class Mode(Enum):
    """What reducing by a rule makes of the values of its symbols."""

    UNIT = 0  # one symbol: its value stays
    PASS = 1  # one value among several symbols
    WRAP = 2  # a builder gets the value of the only symbol
    MAKE = 3  # a builder gets the picked values
    SPLICE = 4  # the same, where some values are lists whose items are passed on
    REPEAT = 5  # a list
    APPEND = 6  # a list that the first symbol began and the last one goes on
    ACCEPT = 7  # like SPLICE, and the end


# Bound once: the loop looks them up for every token.
_UNIT: Final = Mode.UNIT
_PASS: Final = Mode.PASS
_WRAP: Final = Mode.WRAP
_MAKE: Final = Mode.MAKE
_APPEND: Final = Mode.APPEND
_ACCEPT: Final = Mode.ACCEPT


class Reduction(NamedTuple):
    """A rule, ready to run."""

    size: int
    goto: str
    mode: Mode
    pick: Any  # an itemgetter for PASS and MAKE, else `Rule.picks`
    make: Make  # gets the caller's context, the span and the picked values
    skip: int  # leading symbols outside the node's span


class Stack(NamedTuple):
    """What the parser has read and not finished: states (one more than the rest), values, and where each starts."""

    states: list[int]
    values: list[Any]
    starts: list[int]


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a parse stopped: the token that has no place there, and the stack as it was.

    `why` is `token`, or `depth` or `length` where the token would fit, but a limit is reached.
    """

    why: Literal["token", "depth", "length"]
    token: Token
    stack: Stack


def reductions(maker: Callable[[Rule], Make]) -> tuple[Reduction, ...]:
    """Prepare the rules for `run`, with a builder for each."""
    return tuple(_reduction(rule, maker) for rule in tables().rules)


def concrete(maker: Callable[[Rule], Make]) -> tuple[Reduction, ...]:
    """The same for builders that get every symbol; only rules that pass on a single value leave no node."""
    found = []
    for rule in tables().rules:
        everything = tuple([index] if [index] in rule.picks else index for index in range(rule.size))
        mode = _mode(rule)
        if mode in {Mode.WRAP, Mode.MAKE, Mode.PASS}:
            mode = Mode.SPLICE
        elif mode is Mode.APPEND:
            mode = Mode.REPEAT
        found.append(Reduction(rule.size, "@" + rule.origin, mode, everything, maker(rule), 0))
    return tuple(found)


def _reduction(rule: Rule, maker: Callable[[Rule], Make]) -> Reduction:
    mode, pick = _mode(rule), rule.picks
    if mode in {Mode.UNIT, Mode.PASS, Mode.REPEAT, Mode.APPEND}:
        return Reduction(
            rule.size, "@" + rule.origin, mode, itemgetter(*pick) if mode is Mode.PASS else pick, _nothing, 0
        )
    get: Any = pick
    if mode is Mode.MAKE:
        # With a single index itemgetter gives the item itself; a slice keeps it in a list.
        get = itemgetter(slice(pick[0], pick[0] + 1)) if len(pick) == 1 else itemgetter(*pick)
    return Reduction(rule.size, "@" + rule.origin, mode, get, maker(rule), int(rule.documented))


def _mode(rule: Rule) -> Mode:
    if rule.origin == "start":
        return Mode.ACCEPT
    if rule.repeats:
        return Mode.APPEND if rule.picks == ([0], rule.size - 1) else Mode.REPEAT
    if rule.inlined and len(rule.picks) == 1:
        return Mode.UNIT if rule.size == 1 else Mode.PASS
    if any(isinstance(pick, list) for pick in rule.picks):
        return Mode.SPLICE
    return Mode.WRAP if rule.size == 1 and rule.picks == (0,) else Mode.MAKE


@cache
def _dry() -> tuple[Reduction, ...]:
    return reductions(lambda _: _nothing)


def dry_run(text: str, start: int, end: int) -> Stuck | None:
    """Parse without building: the values on the stack are texts of tokens, None for nodes, and lists."""
    result = run(_dry(), None, text, start, end)
    return result if isinstance(result, Stuck) else None


def _nothing(_context: object, _span: Span, _children: Children) -> None:
    return None


def run(rules: Sequence[Reduction], context: object, text: str, start: int, end: int) -> Any:
    """Parse `text[start:end]` in linear time: what the start rule's builder, given `context`, returns, or `Stuck`."""
    machine = tables()
    rows, keywords, keys, word, ways = machine.rows, machine.keywords, machine.keys, machine.word, _ways()
    states, values, starts = stack = Stack([0], [], [])
    row, to = rows[0], start
    for count, match in enumerate(machine.pattern.finditer(text, start, end), 1):
        group = match.lastindex or 0
        found = match[group]
        key = keys[group] or (NAME if group == word and found not in keywords else found)
        while True:
            action = row.get(key)
            if action is None and (group != word or (action := row.get(NAME)) is None):
                return Stuck("token", token(match), stack)
            if action >= 0:
                break
            rule = rules[~action]
            mode = rule.mode
            if mode is _UNIT:
                way = (states[-2], action, key)
                action = ways.get(way) or ways.setdefault(way, _way(rules, *way))
            else:
                if mode is _WRAP:
                    values[-1] = rule.make(context, Span(starts[-1], to), (values[-1],))
                elif mode is _ACCEPT:
                    return rule.make(context, Span(start, end), _spliced(rule.pick, [*values, None]))
                else:
                    _reduce(rule, context, stack, to)
                action = rows[states[-2]][rule.goto]
            states[-1] = action
            row = rows[action]
        states.append(action)
        values.append(found)
        starts.append(match.start(group))
        to = match.end()
        row = rows[action]
        if len(states) > MAX_STACK or count > MAX_TOKENS:
            return Stuck("depth" if count <= MAX_TOKENS else "length", token(match), stack)
    raise AssertionError("the last token is END")


@cache
def _ways() -> dict[tuple[int, int, str], int]:
    """What `_way` found out: a literal is reduced ten times to become an argument, and the same states recur."""
    return {}


def _way(rules: Sequence[Reduction], below: int, action: int, key: str) -> int:
    """The state in which reducing by rules of one symbol, the first of which `action` says, ends before a token."""
    machine = tables()
    while True:
        state = machine.rows[below][rules[~action].goto]
        row = machine.rows[state]
        following = row.get(key, row.get(NAME) if key in machine.keywords else None)
        if following is None or following >= 0 or rules[~following].mode is not _UNIT:
            return state
        action = following


def _reduce(rule: Reduction, context: object, stack: Stack, to: int) -> None:
    """Replace the values of a rule's symbols, the last of which ends at `to`, by the value of the rule."""
    size, _, mode, pick, make, skip = rule
    states, values, starts = stack
    children = values[-size:]
    if mode is _APPEND:  # nothing else holds the list
        del states[1 - size :], values[1 - size :], starts[1 - size :]
        values[-1].append(children[-1])
        return
    children.append(None)
    starts[-size] = starts[skip - size]
    if size > 1:
        del states[1 - size :], values[1 - size :], starts[1 - size :]
    if mode is _MAKE:
        values[-1] = make(context, Span(starts[-1], to), pick(children))
    elif mode is _PASS:
        values[-1] = pick(children)
    else:
        items = _spliced(pick, children)
        values[-1] = items if mode is Mode.REPEAT else make(context, Span(starts[-1], to), items)


def _spliced(picks: Sequence[Any], children: list[Any]) -> list[Any]:
    items: list[Any] = []
    for pick in picks:
        if not isinstance(pick, list):
            items.append(children[pick])
        elif items:
            items += children[pick[0]]
        else:
            # A repetition of n items reduces n times; taking over its list, which nothing else holds, keeps that linear.
            items = children[pick[0]]
    return items


def token(match: re.Match[str]) -> Token:
    """The token a match of the tables' pattern found."""
    group = match.lastindex or 0
    return Token(tables().kinds[group], match[group], *match.span(group))


def tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """All tokens of `text[start:end]`; the last is END."""
    for match in tables().pattern.finditer(text, start, end):
        found = token(match)
        yield found
        if found.kind == "END":
            return


def accepted(stack: Stack, keys: Iterable[str]) -> tuple[str, ...]:
    """Those keys of terminals that could come next."""
    return tuple(key for key in keys if not key.startswith("@") and _can_shift(stack.states, key))


def _can_shift(states: Sequence[int], key: str) -> bool:
    """Whether reductions lead to a state that takes the key; LALR rows also list keys of which this is not so."""
    machine = tables()
    trail = list(states)
    while (action := machine.rows[trail[-1]].get(key)) is not None:
        if action >= 0:
            return True
        rule = machine.rules[~action]
        if rule.origin == "start":
            return True
        del trail[len(trail) - rule.size :]
        trail.append(machine.rows[trail[-1]]["@" + rule.origin])
    return False
