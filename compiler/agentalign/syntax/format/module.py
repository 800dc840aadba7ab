"""A whole file: its edition, its imports in order, its declarations."""

from __future__ import annotations

from collections.abc import Sequence

from agentalign.dataclasses import dataclass
from agentalign.syntax.format.doc import concat, pretty
from agentalign.syntax.format.layout import comment_lines, layout
from agentalign.syntax.format.tree import Branch, Comment, Leaf, Tree, first_leaf


@dataclass(slots=True)
class _Chunk:
    """A part of the top level, laid out; `blank` says that an empty line stands before it."""

    text: str
    blank: bool
    is_tall: bool = False


def module(root: Branch) -> str:
    """The text of a file, from its concrete tree."""
    *items, end = root.children
    assert isinstance(end, Leaf)  # for the type checker: the tree ends with the end of the file
    editions = [item for item in items if _rule(item) == "edition"]
    uses = [item for item in items if _rule(item) == "use"]
    others = [item for item in items if _rule(item) not in {"edition", "use"}]
    chunks = [_chunk(item) for item in editions]
    chunks += _imports(uses)
    for number, item in enumerate(others):
        chunk = _chunk(item)
        chunk.blank = chunk.blank or number == 0 or chunk.is_tall or chunks[-1].is_tall
        chunks.append(chunk)
    if end.lead:
        chunks.append(_Chunk(_comments(end.lead), end.lead[0].blank))
    return _joined(chunks)


def _rule(tree: Tree) -> str:
    return tree.rule if isinstance(tree, Branch) else ""


def _chunk(item: Tree) -> _Chunk:
    leaf = first_leaf(item)
    comments, leaf.lead = leaf.lead, []
    blank = comments[0].blank if comments else leaf.blank
    text = pretty(layout(item))
    above = pretty(concat([*comment_lines(comments, blank=False)]))
    between = "\n\n" if comments and leaf.blank else "\n" if comments else ""
    return _Chunk(above + between + text, blank, "\n" in text)


def _imports(uses: Sequence[Tree]) -> list[_Chunk]:
    """Imports by name. Comments above them move along, but for those that stand apart above the first one."""
    if not uses:
        return []
    header = _header(first_leaf(uses[0]))
    for use in uses:
        leaf = first_leaf(use)
        leaf.lead = [Comment(comment.text, blank=False) for comment in leaf.lead]
        leaf.blank = False
    chunks = [_chunk(use) for use in sorted(uses, key=_path)]
    chunks[0].blank = True
    return [_Chunk(_comments(header), blank=True), *chunks] if header else chunks


def _header(leaf: Leaf) -> list[Comment]:
    """Take the comments off a leaf that an empty line parts from it."""
    apart = max((n for n, comment in enumerate(leaf.lead) if comment.blank), default=0)
    if leaf.blank:
        apart = len(leaf.lead)
    header, leaf.lead = leaf.lead[:apart], leaf.lead[apart:]
    return header


def _path(use: Tree) -> tuple[str, ...]:
    assert isinstance(use, Branch)  # for the type checker: the caller chose imports
    path = use.children[1]
    parts = path.children if isinstance(path, Branch) else [path]
    return tuple(first_leaf(part).text for part in parts)


def _comments(comments: Sequence[Comment]) -> str:
    return pretty(concat([*comment_lines(comments, blank=False)]))


def _joined(chunks: Sequence[_Chunk]) -> str:
    text = ""
    for chunk in chunks:
        text += ("\n" if chunk.blank and text else "") + chunk.text + "\n"
    return text
