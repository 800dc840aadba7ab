"""Strategies for texts of the language, drawn from its grammar, with blanks and comments between any two tokens."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from agentalign.resources import grammar_text

DECLARATIONS = (
    "type_decl",
    "record_decl",
    "lexicon_decl",
    "taxonomy_decl",
    "capability_decl",
    "platform_decl",
    "table_decl",
    "account_decl",
    "function_decl",
    "tool_decl",
    "chain_decl",
    "reading_decl",
    "dataset_decl",
)
_NAMES = ["who", "town", "page", "a_rather_long_name_for_a_value_that_takes_room", "B", "x1"]
_TEMPLATES = [
    '"""Hello."""',
    '"""{{ who }}, {{ one_of("a", "b") }} "quoted" """',
    '"""\n      Dear {{ who }},\n\n        indented \n      """',
    '"""on the first line\n  and the second\n  """',
    '"""as\n it   \n\tis"""',
    '""""""',
]
_FREE = {
    "NAME": st.sampled_from(_NAMES),
    "STRING": st.sampled_from(['""', '"plain"', r'"a \"b\" \\ \n \t \u{41} \u{2028} \u{22}"', '"tab\there"', '"é ß"']),
    "RSTRING": st.sampled_from(['r"[A-Z]{2}"', r'r"\d+\\"', 'r""']),
    "TEMPLATE": st.sampled_from(_TEMPLATES),
    "INT": st.sampled_from(["0", "7", "007", "1234567", "1_2_3_4"]),
    "DECIMAL": st.sampled_from(["0.5", "12345.6780", "1_0.0_1"]),
    "PERCENT": st.sampled_from(["40%", "12.50%", "1000%"]),
    "DOC": st.sampled_from(["/// Words.\n", "///\n", "///   spaced   \n", "///words // and more\n"]),
    "WS": st.sampled_from([" ", "\n", "\n\n", "\n\n\n  ", "\t"]),
    "COMMENT": st.integers(0, 999).flatmap(lambda n: st.sampled_from([f"// c{n}\n", f"//c{n}  \n", f"\n//// c{n}\n"])),
}


@cache
def lark() -> Lark:
    """The grammar as lark sees it."""
    return Lark(
        grammar_text(), parser="lalr", lexer="contextual", maybe_placeholders=True, start=["start", *DECLARATIONS]
    )


@cache
def declaration(rule: str) -> st.SearchStrategy[str]:
    """Texts of one kind of declaration. A blank follows each word, so that none run together, and each slash.

    A slash right before a plain comment would make a doc comment of it.
    """
    texts = {terminal.name: st.just(terminal.pattern.value) for terminal in lark().terminals} | _FREE
    return from_lark(lark(), start=rule, explicit={name: texts[name].map(_apart) for name in _terminals(rule)})


def _apart(text: str) -> str:
    return text + " " if re.search(r"[\w\"%/]$", text) else text


def _terminals(start: str) -> set[str]:
    """The terminals a rule can lead to, and those that may stand anywhere."""
    found, queue = set(), [start]
    for name in queue:
        for rule in lark().rules:
            if rule.origin.name == name:
                found |= {symbol.name for symbol in rule.expansion if symbol.is_term}
                queue += [s.name for s in rule.expansion if not s.is_term and s.name not in queue]
    return found | set(lark().ignore_tokens)


def module() -> st.SearchStrategy[str]:
    """Texts of whole files: any declarations, no imports."""
    kinds = st.sampled_from(DECLARATIONS).flatmap(declaration)
    return st.lists(kinds, max_size=4).map(lambda parts: "edition 1\n" + "\n".join(parts))
