"""From concrete trees to documents.

Most of the grammar needs no rule of its own here. Brackets hold either a list (parts parted by commas, which breaks one
part per line) or a block (items parted by layout, one per line); all else is tokens with or without a blank between them.
So a new clause is laid out well without a change, and needs an entry in `_WRAPPED` at most, if it may grow long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agentalign.dataclasses import dataclass
from agentalign.syntax.format import words
from agentalign.syntax.format.doc import (
    NOTHING,
    SPACE,
    Doc,
    Group,
    Hard,
    IfBroken,
    Lead,
    Line,
    Nest,
    Suffix,
    Text,
    Wrap,
    concat,
)
from agentalign.syntax.format.tree import Branch, Comment, Leaf, Tree, first_leaf, last_leaf
from agentalign.syntax.tables import tables

_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
_TIGHT_BEFORE: Final = frozenset([",", ")", "]", ":", "?", ".", ".."])
_TIGHT_AFTER: Final = frozenset([".", ".."])
# Rules whose parentheses or brackets follow a name at once, and rules that begin with such.
_CALLS: Final = frozenset(["call", "chain_decl", "function_decl", "step", "index", "list_type", "update", "delete"])
_ARGUMENTS: Final = frozenset(["size", "signature"])
_SIGNED: Final = frozenset(["unary", "negative", "number"])
# Where a line that is too long may go on in the next: before these rules and words, and after the commas of bare lists.
_WRAPPED: Final = frozenset(
    [
        "where",
        "voiced",
        "repeat",
        "fails",
        "param_from",
        "param_ask",
        "default",
        "field_from",
        "details",
        "hold",
        "in_pool",
        "targets",
        "using",
    ]
)
_WRAPPED_WORDS: Final = frozenset(["on", "of", "by", "key", "per"])
# Blocks that stay on their line if they have a single item.
_SHORT: Final = frozenset(["platform_decl", "lexicon_with"])


def layout(tree: Tree) -> Doc:
    """The document of a tree, comments included."""
    if isinstance(tree, Leaf):
        return _leaf(tree)
    # Lists, not generators, here and below: each frame on the way down counts against Python's limit.
    match tree.rule:
        case "docs":
            return concat([part for leaf in tree.children for part in (layout(leaf), Hard())])
        case "expr_atom":
            return _parentheses(tree)
        case "binary":
            return _binary(tree)
        case "conditional":
            return _conditional(tree)
        case "use_names":
            raise AssertionError("the names of an import are laid out with their braces")
        case _:
            return concat(_row(tree, tree.children))


def comment_lines(comments: Sequence[Comment], *, blank: bool) -> Iterator[Doc]:
    """Comments before an item of a block or list, each with the line break after it; `blank` is the item's own."""
    for number, comment in enumerate(comments):
        yield Text(comment.text)
        yield Hard(comments[number + 1].blank if number + 1 < len(comments) else blank)


# -------------------------------------------------------------------------------------------------------------- tokens


def _leaf(leaf: Leaf) -> Doc:
    parts: list[Doc] = []
    if leaf.lead:
        parts.append(Lead(tuple(comment.text for comment in leaf.lead)))
    parts.append(_token(leaf))
    if leaf.trail:
        parts.append(Suffix(leaf.trail))
    return concat(parts)


def _token(leaf: Leaf) -> Doc:
    match leaf.kind:
        case "INT" | "DECIMAL" | "PERCENT":
            return Text(words.number(leaf.text))
        case "STRING":
            return Text(words.string(leaf.text))
        case "DOC":
            return Text(words.doc_comment(leaf.text))
        case "TEMPLATE":
            return words.template(leaf.text)
        case _:
            return Text(leaf.text)


# ---------------------------------------------------------------------------------------------------------------- rows


def _row(branch: Branch, children: Sequence[Tree]) -> list[Doc]:
    """Trees side by side, with what is in brackets laid out as the brackets ask."""
    docs: list[Doc] = []
    previous: Tree | None = None
    index = 0
    while index < len(children):
        child = children[index]
        doc, last = _bracket(branch, children, index)
        between = NOTHING if previous is None else _between(branch, previous, child)
        docs += [Wrap(doc)] if between is None else [between, doc]
        previous, index = children[last], last + 1
    return docs


def _between(branch: Branch, left: Tree, right: Tree) -> Doc | None:
    """What stands between two neighbours; None where the line may wrap."""
    before, after = last_leaf(left).text, first_leaf(right).text
    rule = right.rule if isinstance(right, Branch) else ""
    if isinstance(left, Branch) and left.rule == "docs":
        return NOTHING
    if after in _TIGHT_BEFORE or before in _TIGHT_AFTER or (before == "-" and branch.rule in _SIGNED):
        return NOTHING
    if (after in {"(", "["} and branch.rule in _CALLS) or rule in _ARGUMENTS:
        return NOTHING
    if before == "=>" and branch.rule == "rule":
        return None
    if (
        rule in _WRAPPED
        or (rule == "" and after in _WRAPPED_WORDS)
        or (before == "," and branch.rule in tables().lists)
    ):
        return None
    return SPACE


def _parentheses(tree: Tree) -> Doc:
    """An expression in parentheses; in a loop, because the parser does not bound how often they are doubled."""
    pairs = []
    while isinstance(tree, Branch) and tree.rule == "expr_atom":
        opener, tree, closer = tree.children
        pairs.append((opener, closer))
    doc = layout(tree)
    for opener, closer in reversed(pairs):
        inner = Nest(concat([Line(spaced=False), doc]))
        doc = Group(concat([layout(opener), inner, Line(spaced=False), layout(closer)]))
    return doc


def _binary(branch: Branch) -> Doc:
    """Operands of one operator in one group, each on its line if they do not fit on one."""
    operator = _operator(branch)
    rest: list[Doc] = []
    left: Tree = branch
    while isinstance(left, Branch) and left.rule == "binary" and _operator(left) == operator:
        left, sign, right = left.children
        rest.append(concat([Line(), layout(sign), SPACE, layout(right)]))
    return Group(concat([layout(left), Nest(concat(rest[::-1]))]))


def _operator(branch: Branch) -> str:
    return first_leaf(branch.children[1]).text


def _conditional(branch: Branch) -> Doc:
    """A chain of conditions in one group, an `else` per line if they do not fit on one."""
    parts: list[Doc] = []
    rest: Tree = branch
    while isinstance(rest, Branch) and rest.rule == "conditional":
        if_, test, then, yes, else_, rest = rest.children
        parts.append(concat((layout(if_), SPACE, layout(test), Wrap(concat([layout(then), SPACE, layout(yes)])))))
        parts.append(concat([Line(), layout(else_), SPACE]))
    return Group(concat((parts[0], Nest(concat([*parts[1:], layout(rest)])))))


# ------------------------------------------------------------------------------------------------------------ brackets


@dataclass(slots=True)
class _Part:
    """A part of a list or an item of a block: comments above it, whether an empty line stands before those."""

    tree: Tree
    comments: list[Comment]
    blank: bool
    trail: str = ""

    @classmethod
    def of(cls, tree: Tree) -> _Part:
        """Take the comments above a tree off it."""
        leaf = first_leaf(tree)
        comments, leaf.lead = leaf.lead, []
        return cls(tree, comments, comments[0].blank if comments else leaf.blank)

    def doc(self, comma: Doc = NOTHING) -> Doc:
        """The tree with its comments, and a comma before the one at its end."""
        above = comment_lines(self.comments, blank=first_leaf(self.tree).blank)
        return concat([*above, layout(self.tree), comma, Suffix(self.trail) if self.trail else NOTHING])


def _bracket(branch: Branch, children: Sequence[Tree], index: int) -> tuple[Doc, int]:
    """The document of a child or, if it is an opening bracket, of all up to the closing one, and where that is."""
    child = children[index]
    closer = _OPENERS.get(child.text) if isinstance(child, Leaf) and child.kind == "SIGN" else None
    if closer is None or not isinstance(child, Leaf):
        return layout(child), index
    last = next(i for i in range(index, len(children)) if _is_sign(children[i], closer))
    end = children[last]
    assert isinstance(end, Leaf)  # for the type checker: signs are leaves
    content = children[index + 1 : last]
    inner = content[0] if len(content) == 1 else None
    lists = tables().lists
    if not content:
        return _list(child, [], end, fill=False), last
    if isinstance(inner, Branch) and inner.rule in lists and not _is_bracketed(inner):
        parts = _parts(inner.children, end)
        if inner.rule == "use_names":
            return _list(child, sorted(parts, key=_import_key), end, fill=True), last
        tall = inner.rule == "entries" and branch.rule == "lexicon_decl"
        return _list(child, parts, end, fill=_are_words(parts), tall=tall), last
    if branch.rule in lists:
        parts = _parts(content, end)
        return _list(child, parts, end, fill=_are_words(parts)), last
    if child.text == "{":
        return _block(child, [_Part.of(item) for item in content], end, short=branch.rule in _SHORT), last
    return _around(branch, child, content, end), last


def _is_bracketed(branch: Branch) -> bool:
    """Whether a rule has brackets of its own."""
    return any(_is_sign(child, sign) for child in branch.children for sign in _OPENERS)


def _is_sign(tree: Tree, sign: str) -> bool:
    return isinstance(tree, Leaf) and tree.kind == "SIGN" and tree.text == sign


def _parts(children: Sequence[Tree], end: Leaf) -> list[_Part]:
    """The parts of a list; comments around a comma go to the part before it, or else to the one after."""
    parts: list[_Part] = []
    pending: list[Comment] = []
    for child in children:
        if not _is_sign(child, ","):
            part = _Part.of(child)
            part.comments[:0] = pending
            last = last_leaf(child)
            part.trail, last.trail = last.trail, ""
            parts.append(part)
            pending = []
            continue
        comma = first_leaf(child)
        pending = list(comma.lead)
        if comma.trail and (pending or parts[-1].trail):
            pending.append(Comment(comma.trail, blank=False))
        else:
            parts[-1].trail = parts[-1].trail or comma.trail
    end.lead[:0] = pending
    return parts


def _import_key(part: _Part) -> tuple[str, str]:
    part.blank = False
    return (first_leaf(part.tree).text, last_leaf(part.tree).text)


def _list(opener: Leaf, parts: Sequence[_Part], closer: Leaf, *, fill: bool, tall: bool = False) -> Doc:
    """On one line, or broken: one part per line, or with `fill` as many as fit, with a comma after each.

    A `tall` list is always broken.
    """
    spaced = opener.text == "{" and bool(parts)
    ends: Doc = Hard() if tall else Line(spaced)
    inner: list[Doc] = []
    for number, part in enumerate(parts):
        # A comment at the end of the last part breaks the list, so that its comma is certain.
        certain = number + 1 < len(parts) or tall or part.trail
        piece = part.doc(Text(",") if certain else NOTHING)
        apart = part.blank or part.comments or (number and parts[number - 1].trail)
        if number == 0:
            inner += (ends, piece)
        elif fill and not apart:
            inner.append(Group(concat([Line(), piece])))
        else:
            inner += (Hard(part.blank) if tall else Line(blank=part.blank), piece)
        inner += () if certain else (IfBroken(","),)
    inner += _closing(closer, after_item=bool(parts))
    return Group(concat([layout(opener), Nest(concat(inner)), ends, layout(closer)]))


def _are_words(parts: Sequence[_Part]) -> bool:
    """Whether all parts are single words or literals, so that several may share a line."""
    return all(
        first_leaf(part.tree) is last_leaf(part.tree) and "\n" not in first_leaf(part.tree).text for part in parts
    )


def _block(opener: Leaf, parts: Sequence[_Part], closer: Leaf, *, short: bool) -> Doc:
    """One item per line; a short block with one item may stay on its line."""
    line = Line() if short and len(parts) == 1 else Hard()
    inner: list[Doc] = []
    for number, part in enumerate(parts):
        inner += (Hard(blank=True) if part.blank and number else line, part.doc())
    inner += _closing(closer, after_item=True)
    return Group(concat([layout(opener), Nest(concat(inner)), line, layout(closer)]))


def _closing(closer: Leaf, *, after_item: bool) -> Iterator[Doc]:
    """Comments before a closing bracket, indented like what is inside."""
    comments, closer.lead = closer.lead, []
    for number, comment in enumerate(comments):
        yield Hard(comment.blank and (after_item or number > 0))
        yield Text(comment.text)


def _around(branch: Branch, opener: Leaf, content: Sequence[Tree], closer: Leaf) -> Doc:
    """Brackets around something that is no list: a size, a key, the item type of a list."""
    return concat([layout(opener), *_row(branch, content), layout(closer)])
