"""Words for tokens and for what may stand at a place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agentalign.syntax.errors.failure import Failure
from agentalign.syntax.machine import Token
from agentalign.syntax.tables import tables

KINDS: Final = {
    "$NAME": "a name",
    "$STRING": "a string",
    "$RSTRING": 'a pattern r"..."',
    "$TEMPLATE": 'a template """..."""',
    "$INT": "a whole number",
    "$DECIMAL": "a decimal number",
    "$PERCENT": "a percentage",
    "$DOC": "a doc comment",
    "$END": "the end of the file",
}
# What the items of a block are called where they are more than its clauses.
ITEMS: Final = {
    "": "a declaration",
    "account": "a field",
    "block": "a statement or `return`",
    "capability": "an operation",
    "category": "a subcategory",
    "function": "a rule",
    "model": "a setting",
    "platform": "an attribute",
    "record": "a field",
    "simulate": "a rule",
    "taxonomy": "a category",
    "tool": "a parameter or clause of the tool",
    "with": "a field",
}
BLOCKS: Final = {
    "": "the top level",
    "account": "the account",
    "block": "a rule's action",
    "simulate": "a `simulate` block",
    "step_block": "a step",
    "with": "a lexicon's `with`",
}
_OPERATORS: Final = frozenset(
    ["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "in", "not", "and", "or", ".", "[", "(", "{"]
)
_BEGINNINGS: Final = (
    ("inner", "a value"),
    ("expr", "a value"),
    ("sum", "a value"),
    ("entry", "a value"),
    ("postfix", "a value"),
    ("type", "a type"),
)
_SHOWN: Final = 7


def block_name(block: str) -> str:
    """A block with its article: `a reading`."""
    return BLOCKS.get(block, f"a {block}")


def found(failure: Failure) -> str:
    """What stands where something else should."""
    token = failure.token
    match token.kind:
        case "END":
            return "the end of the file" if failure.is_last else "the next declaration"
        case "DOC":
            return "a doc comment"
        case "TEMPLATE":
            return "a template"
        case "STRING" | "RSTRING":
            return f"the string {_short(token)}"
        case _:
            return f"`{_short(token)}`"


def expected(failure: Failure) -> str:
    """What could stand there: `a name, `:` or `}``; empty where too much could."""
    keys = set(failure.accepted)
    phrases = []
    block = failure.block
    if block is not None and failure.is_between_items:
        phrases.append(ITEMS.get(block, f"a clause of the {block}"))
        keys -= tables().first["item"] | {"edition"} if block == "" else tables().blocks[block]
        # A parameter or field may be called like a clause of a tool.
        keys -= tables().first["tool_item"] if "$STRING" in tables().blocks.get(block, ()) else set()
    documented = tables().first["item"] - {"$DOC", "use"}
    if documented <= keys:
        phrases.append("a declaration")
        keys -= documented
    for name, phrase in _BEGINNINGS:
        if tables().first[name] <= keys:
            phrases.append(phrase)
            keys -= tables().first[name]
    if "and" in keys or (keys - {".", "$END"} and "." in keys):
        keys -= _OPERATORS if keys - _OPERATORS or phrases else set()
    keys -= {"$DOC"} if keys - {"$DOC"} or phrases else set()
    keys -= {"$END"} if failure.token.kind != "BAD" and (keys - {"$END"} or phrases) else set()
    phrases += _phrases(keys)
    return _either(phrases) if len(phrases) <= _SHOWN else ""


def _phrases(keys: Iterable[str]) -> list[str]:
    """Kinds first, then keywords, then signs, each in a fixed order."""
    kinds = [phrase for key, phrase in KINDS.items() if key in keys]
    words = sorted(f"`{key}`" for key in keys if key.isidentifier())
    signs = sorted(f"`{key}`" for key in keys if not key.isidentifier() and key not in KINDS)
    return kinds + words + signs


def _either(phrases: list[str]) -> str:
    return " or ".join([", ".join(phrases[:-1]), phrases[-1]]) if len(phrases) > 1 else "".join(phrases)


def _short(token: Token) -> str:
    text = token.text
    return text if len(text) <= 40 else f"{text[:30]}...{text[-1:] if token.kind.endswith('STRING') else ''}"
