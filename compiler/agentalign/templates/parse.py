"""Reading a template: Jinja's tokens to our tree, with every mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentalign.dataclasses import dataclass, field
from agentalign.diagnostics import suggest
from agentalign.templates import quick
from agentalign.templates.expressions import MAX_DEPTH, Cursor, Mistake, expression, filtered, mistake
from agentalign.templates.nodes import Branch, Broken, Expr, For, If, Issue, Name, Node, Output, Parsed, Text
from agentalign.templates.scan import Token, scan

MAX_LENGTH: Final = 20_000
"""How many characters a template may have."""

_OURS: Final = ("if", "elif", "else", "endif", "for", "endfor")
_JINJAS: Final = re.compile(
    "(?:end)?(?:autoescape|block|call|filter|macro|raw|set|trans|with)"
    "|break|continue|debug|do|extends|from|import|include|pluralize"
)


def parse_template(body: str) -> Parsed:
    """Read the body of a template (between its quotes, dedented); never raises.

    What is accepted is a subset of Jinja: every accepted template is one that Jinja's `SandboxedEnvironment` with
    `keep_trailing_newline` renders to the same text. Offsets count characters of `body`. After a mistake reading goes on
    behind the tag, so that one run reports them all; the tree then has `Broken` in it.
    """
    if len(body) > MAX_LENGTH:
        message = f"a template may have at most {MAX_LENGTH:_} characters, this one has {len(body):_}"
        return Parsed(body, (), (Issue("size", message, MAX_LENGTH, len(body)),))
    if "{" not in body:
        return Parsed(body, (Text(body, 0, len(body)),) if body else (), ())
    printing = quick.read(body)
    if printing is not None:
        return Parsed(body, printing, ())
    tokens, failure = scan(body)
    reader = _Reader(body, whole=failure is None)
    try:
        for item in _items(tokens):
            reader.read(item)
        nodes = reader.finish()
    except Mistake as fatal:
        reader.issues.append(fatal.issue)
        nodes = ()
    # Where the scan ended says best what is wrong: a tag or block it leaves open is an echo.
    issues = [*reader.issues, failure] if failure is not None else reader.issues
    return Parsed(body, nodes, tuple(sorted(issues, key=lambda issue: (issue.start, issue.end))))


# ------------------------------------------------------------------------------------------------------------- tags


@dataclass(frozen=True, slots=True)
class _Tag:
    """One tag with its inner tokens; `closing` is `None` if the scan ended inside it."""

    opening: Token
    inner: tuple[Token, ...]
    closing: Token | None


def _items(tokens: tuple[Token, ...]) -> Iterator[Token | _Tag]:
    """Yield text tokens and whole tags."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if not token.kind.endswith("_begin"):
            yield token
            continue
        end = token.kind.replace("_begin", "_end")
        start = at
        while at < len(tokens) and tokens[at].kind != end:
            at += 1
        closing = tokens[at] if at < len(tokens) else None
        yield _Tag(token, tokens[start:at], closing)
        at += 1


# ------------------------------------------------------------------------------------------------------------- blocks


@dataclass(slots=True)
class _Frame:
    """A block that is still open: `kind` is `root`, `if` or `for`."""

    kind: str
    start: int
    end: int
    nodes: list[Node] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    condition: Expr | None = None
    has_else: bool = False
    name: Name | None = None


class _Reader:
    """Builds the tree item by item; `issues` collects what is wrong on the way."""

    def __init__(self, body: str, *, whole: bool) -> None:
        self.issues: list[Issue] = []
        self._length = len(body)
        self._whole = whole
        self._frames = [_Frame("root", 0, 0)]

    def read(self, item: Token | _Tag) -> None:
        """Add one piece of text or one tag."""
        if isinstance(item, Token):
            self._frames[-1].nodes.append(Text(item.text, item.start, item.end))
            return
        opening = item.opening
        match opening.kind:
            case "comment_begin":
                self._refuse("templates may not have comments", item, "use `//` in the spec instead")
            case "raw_begin":
                self._refuse("templates may not use `raw`", item)
            case _ if item.closing is None:
                self._unclosed(opening)
            case "variable_begin":
                self._output(item, item.closing)
            case _:
                self._block(item, item.closing)

    def finish(self) -> tuple[Node, ...]:
        """Close the tree."""
        while len(self._frames) > 1:
            frame = self._frames[-1]
            if self._whole:
                message = f"this `{frame.kind}` is never closed"
                self.issues.append(
                    Issue("syntax", message, frame.start, frame.end, f"close it with `{{% end{frame.kind} %}}`")
                )
            self._close(self._length)
        return tuple(self._frames[0].nodes)

    def _refuse(self, message: str, tag: _Tag, help_: str | None = None) -> None:
        end = tag.closing.end if tag.closing is not None else tag.opening.end
        self.issues.append(Issue("construct", message, tag.opening.start, end, help_))

    def _unclosed(self, opening: Token) -> None:
        # A scan that broke off has said so; the rest of the body is part of this tag.
        if self._whole:
            closing = "}}" if opening.text.startswith("{{") else "%}"
            message = f"this tag is never closed with `{closing}`"
            self.issues.append(Issue("syntax", message, opening.start, opening.end))
        self._whole = False

    def _output(self, tag: _Tag, closing: Token) -> None:
        start, end = tag.opening.start, tag.opening.start + len(tag.opening.text)
        expr: Expr = Broken(start, closing.end)
        try:
            if not tag.inner:
                raise mistake("syntax", "this tag prints nothing", Name("", start, closing.end))
            cursor = Cursor(tag.inner, closing)
            expr = expression(cursor)
            cursor.close()
        except Mistake as found:
            self.issues.append(found.issue)
            expr = Broken(start, end)
        self._frames[-1].nodes.append(Output(expr, start, closing.end))

    def _block(self, tag: _Tag, closing: Token) -> None:
        cursor = Cursor(tag.inner, closing)
        if not tag.inner or tag.inner[0].kind != "name":
            self.issues.append(Issue("syntax", "a block tag starts with its name", tag.opening.start, closing.end))
            return
        word = cursor.take()
        match word.text:
            case "if":
                self._open(_Frame("if", tag.opening.start, closing.end, condition=self._condition(cursor)))
            case "elif":
                self._elif(word, cursor)
            case "else":
                self._else(word, cursor)
            case "for":
                self._for(tag, closing, cursor)
            case "endif" | "endfor":
                self._end(word, cursor, closing)
            case _:
                self.issues.append(_unknown(word))

    def _open(self, frame: _Frame) -> None:
        if len(self._frames) > MAX_DEPTH:
            raise Mistake(Issue("size", f"blocks may nest at most {MAX_DEPTH} deep", frame.start, frame.end))
        self._frames.append(frame)

    def _condition(self, cursor: Cursor) -> Expr:
        start = cursor.here.start
        try:
            found = expression(cursor)
            cursor.close()
        except Mistake as bad:
            self.issues.append(bad.issue)
            return Broken(start, cursor.here.end)
        return found

    def _elif(self, word: Token, cursor: Cursor) -> None:
        frame = self._frames[-1]
        if frame.kind != "if" or frame.has_else:
            self._stray(word)
            return
        _next_branch(frame)
        frame.condition = self._condition(cursor)

    def _else(self, word: Token, cursor: Cursor) -> None:
        frame = self._frames[-1]
        if frame.kind == "for":
            self.issues.append(Issue("construct", "a loop has no `else`", word.start, word.end, "use `{% if list %}`"))
            return
        if frame.kind != "if" or frame.has_else:
            self._stray(word)
            return
        self._nothing_more(cursor)
        _next_branch(frame)
        frame.has_else = True

    def _for(self, tag: _Tag, closing: Token, cursor: Cursor) -> None:
        start = tag.opening.start
        name = Name("", start, start)
        source: Expr = Broken(start, closing.end)
        try:
            name = cursor.name("the name of the loop variable")
            if cursor.here.text == ",":
                raise mistake("construct", "a loop has one variable", cursor.here)
            if cursor.accept("in", "name") is None:
                cursor.fail("expected `in`")
            source = filtered(cursor)
            if not cursor.done and cursor.here.text in {"if", "recursive"}:
                raise mistake("construct", f"a loop may not use `{cursor.here.text}`", cursor.here)
            cursor.close()
        except Mistake as found:
            self.issues.append(found.issue)
            source = Broken(start, closing.end)
        self._open(_Frame("for", start, closing.end, condition=source, name=name))

    def _end(self, word: Token, cursor: Cursor, closing: Token) -> None:
        self._nothing_more(cursor)
        if self._frames[-1].kind != word.text.removeprefix("end"):
            self._stray(word)
            return
        self._close(closing.end)

    def _close(self, end: int) -> None:
        frame = self._frames.pop()
        condition = frame.condition or Broken(frame.start, frame.end)
        node: Node
        if frame.kind == "for":
            name = frame.name or Name("", frame.start, frame.start)
            node = For(name, condition, tuple(frame.nodes), frame.start, end)
        else:
            otherwise = tuple(frame.nodes) if frame.has_else else ()
            if not frame.has_else:
                _next_branch(frame)
            node = If(tuple(frame.branches), otherwise, frame.start, end)
        self._frames[-1].nodes.append(node)

    def _nothing_more(self, cursor: Cursor) -> None:
        if not cursor.done:
            here = cursor.here
            self.issues.append(Issue("syntax", f"nothing may follow here, found `{here.text}`", here.start, here.end))

    def _stray(self, word: Token) -> None:
        inside = self._frames[-1]
        where = "here" if inside.kind == "root" else f"inside the `{inside.kind}` before it"
        message = f"`{word.text}` closes nothing {where}" if word.text.startswith("end") else f"stray `{word.text}`"
        self.issues.append(Issue("syntax", message, word.start, word.end))


def _next_branch(frame: _Frame) -> None:
    """Turn what was read since the last condition into a branch."""
    frame.branches.append(Branch(frame.condition or Broken(frame.start, frame.end), tuple(frame.nodes)))
    frame.nodes = []
    frame.condition = None


def _unknown(word: Token) -> Issue:
    if _JINJAS.fullmatch(word.text):
        return Issue("construct", f"templates may not use `{word.text}`", word.start, word.end)
    near = suggest(word.text, _OURS)
    help_ = f"did you mean `{near}`?" if near else "templates know `if` and `for`"
    return Issue("syntax", f"there is no tag `{word.text}`", word.start, word.end, help_, near)
