"""From the lark grammar to parsing tables: run `python -m agentalign.syntax.generate` after changing the grammar.

Lark reads the grammar and computes the LALR(1) automaton; what is kept of it is the plain data that the parser's loop
(`machine`) needs. Building the automaton takes a third of a second and reading the data a few milliseconds, hence the
file `tables.json` beside this module. A grammar newer than the file still works: `tables` then calls `generate` itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, Final, TypeAlias

from lark import Lark
from lark.grammar import NonTerminal, Rule, Symbol
from lark.lexer import TerminalDef
from lark.parsers.lalr_analysis import Shift

from agentalign.resources import grammar_text
from agentalign.syntax.tables import FILE, digest

# Nonterminals that messages have words for.
NAMED: Final = ("item", "type", "expr", "inner", "sum", "postfix", "entry", "tool_item")

Data: TypeAlias = dict[str, Any]
Rows: TypeAlias = Mapping[int, Mapping[str, tuple[object, Any]]]


def generate(grammar: str) -> Data:
    """The tables of a grammar, as JSON values; the same for every run. Raises lark's errors for a bad grammar.

    Keys of a state's row are a keyword or sign as written, `$KIND` for other terminals, `@name` for nonterminals.
    Values are the next state, or the complement of the index of the rule to reduce by.
    """
    lark = Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=True)
    table = lark.parser.parser._parse_table  # noqa: SLF001  # lark offers no public way to its automaton
    terminals = {terminal.name: terminal for terminal in lark.terminals}
    keys = {name: _key(terminal) for name, terminal in terminals.items()} | {"$END": "$END"}
    rules = sorted(lark.rules, key=lambda rule: (rule.origin.name, rule.order, str(rule)))
    number = {rule: index for index, rule in enumerate(rules)}
    states = _breadth_first(table.states, table.start_states["start"])
    rows = [
        dict(sorted(_cell(name, cell, keys, states, number) for name, cell in table.states[state].items()))
        for state in states
    ]
    first = _first_sets(rules, keys)
    return {
        "grammar": digest(grammar),
        "pattern": _pattern(lark.terminals, lark.ignore_tokens),
        "keywords": sorted(t.pattern.value for t in lark.terminals if _is_word(t)),
        "first": {name: sorted(first[name]) for name in NAMED},
        "blocks": _blocks(rules, first, keys),
        "lists": sorted(
            {_owner(rule) for rule in rules if "," in {keys.get(symbol.name) for symbol in rule.expansion}}
        ),
        "rules": [_rule(rule) for rule in rules],
        "rows": rows,
    }


def dump(data: Data) -> str:
    """The text of the tables' file: one line per rule and state, so that changes can be read."""
    parts = []
    for key, value in data.items():
        if key in {"rules", "rows"}:
            lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in value)
            parts.append(f'"{key}":[\n{lines}\n]')
        else:
            parts.append(f'"{key}":{json.dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _breadth_first(states: Rows, start: int) -> dict[int, int]:
    """New numbers for lark's states, which are numbered differently in every process."""
    order = {start: 0}
    queue = [start]
    fresh = count(1)
    for state in queue:
        for _, (action, target) in sorted(states[state].items()):
            if action is Shift and target not in order:
                order[target] = next(fresh)
                queue.append(target)
    return order


def _cell(
    name: str, cell: tuple[object, Any], keys: Mapping[str, str], states: Mapping[int, int], rules: Mapping[Rule, int]
) -> tuple[str, int]:
    action, target = cell
    return keys.get(name, "@" + name), states[target] if action is Shift else ~rules[target]


def _is_word(terminal: TerminalDef) -> bool:
    return terminal.pattern.type == "str" and terminal.pattern.value.isidentifier()


def _key(terminal: TerminalDef) -> str:
    return terminal.pattern.value if terminal.pattern.type == "str" else "$" + terminal.name


def _pattern(terminals: Iterable[TerminalDef], ignored: Iterable[str]) -> str:
    """One regular expression for all tokens: a group per kind, with what may be ignored before it.

    Kinds come in lark's order of preference. Words are one kind, whether keywords or not; so are signs, longest first.
    `END` matches nothing, at the end only; `BAD` is any character nothing else fits.
    """
    by_name = {terminal.name: terminal for terminal in terminals}
    skip = "|".join(by_name.pop(name).pattern.to_regexp() for name in ignored)
    free = [terminal for terminal in by_name.values() if terminal.pattern.type == "re" and terminal.name != "NAME"]
    free.sort(key=lambda terminal: (-terminal.priority, terminal.name))
    signs = sorted(
        (t.pattern for t in by_name.values() if t.pattern.type == "str" and not _is_word(t)),
        key=lambda pattern: (-len(pattern.value), pattern.value),
    )
    groups = [f"(?P<{terminal.name}>{terminal.pattern.to_regexp()})" for terminal in free]
    groups.append(f"(?P<WORD>{by_name['NAME'].pattern.to_regexp()})")
    groups.append(f"(?P<SIGN>{'|'.join(pattern.to_regexp() for pattern in signs)})")
    return f"(?:{skip})*+(?:{'|'.join(groups)}|(?P<END>\\Z)|(?P<BAD>[\\s\\S]))"


def _first_sets(rules: Iterable[Rule], keys: Mapping[str, str]) -> dict[str, set[str]]:
    """The keys of terminals that each nonterminal may begin with; no rule but the start rule is empty.

    That a slot may be called by a keyword is left out: there the keyword is but a name.
    """
    first: dict[str, set[str]] = {rule.origin.name: set() for rule in rules}
    size = -1
    while size != (size := sum(map(len, first.values()))):
        for rule in rules:
            for symbol in rule.expansion[:1]:
                first[rule.origin.name] |= {keys[symbol.name]} if symbol.is_term else first[symbol.name]
        for slot in ("slot", "setting_name"):
            first[slot] -= {key for key in first[slot] if key.isidentifier()}
    return first


def _blocks(rules: Iterable[Rule], first: Mapping[str, set[str]], keys: Mapping[str, str]) -> dict[str, list[str]]:
    """What items may begin with in each block `{ x* }`, by the keyword that opens it, or the rule's name without one."""
    blocks = {}
    for rule in rules:
        terminals = [keys[symbol.name] if symbol.is_term else "" for symbol in rule.expansion]
        for place, symbol in enumerate(rule.expansion):
            if symbol.name.startswith("__") and terminals[place - 1] == "{" and "," not in terminals:
                opener = next(filter(str.isidentifier, terminals[:place]), rule.origin.name)
                after = rule.expansion[place + 1]
                last = set() if after.is_term else first[after.name]
                blocks[opener] = sorted(first[symbol.name] | last)
    return dict(sorted(blocks.items()))


def _owner(rule: Rule) -> str:
    """The rule that a rule belongs to: lark calls the helper for a repetition in `names` `__names_star_1`."""
    return re.sub(r"^__(.+)_(?:star|plus)_\d+$", r"\1", rule.origin.name)


def _rule(rule: Rule) -> list[object]:
    """Origin, name, symbols, what a node's builder gets (an index, -1 for None, [index] to splice), whether it inlines.

    The same choices as lark's own tree builder makes: filtered signs, placeholders, inlined helpers.
    """
    return [
        rule.origin.name,
        rule.alias or rule.origin.name,
        len(rule.expansion),
        _picks(rule),
        bool(rule.options.expand1 and not rule.alias),
        bool(rule.expansion and rule.expansion[0].name == "docs"),
    ]


def _picks(rule: Rule) -> list[object]:
    gaps = _gaps(rule)
    picks: list[object] = [-1] * gaps[0]
    for index, symbol in enumerate(rule.expansion):
        if rule.options.keep_all_tokens or not _is_filtered(symbol):
            spliced = isinstance(symbol, NonTerminal) and symbol.name.startswith("_")
            picks.append([index] if spliced else index)
        picks += [-1] * gaps[index + 1]
    return picks


def _gaps(rule: Rule) -> list[int]:
    """How many placeholders stand before each symbol, and after the last."""
    if not rule.options.empty_indices:
        return [0] * (len(rule.expansion) + 1)
    marks = "".join("1" if empty else "0" for empty in rule.options.empty_indices)
    return [len(ones) for ones in marks.split("0")]


def _is_filtered(symbol: Symbol) -> bool:
    return bool(getattr(symbol, "filter_out", False))


def main() -> None:
    """Write the tables of the shipped grammar."""
    FILE.write_text(dump(generate(grammar_text())), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
