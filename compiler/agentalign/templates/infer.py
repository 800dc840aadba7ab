"""Types of template expressions, and at the same time what they stand for: the desugared expression."""

from __future__ import annotations

from agentalign.dataclasses import replace
from agentalign.diagnostics import suggest
from agentalign.templates.context import UNKNOWN, Context, Typed, fitting, meant, nullable, written
from agentalign.templates.filtering import Filtering
from agentalign.templates.filters.words import WORDING
from agentalign.templates.kinds import (
    is_list,
    is_number,
    is_spoken,
    is_string,
    is_unknown,
    key,
    may_be_null,
    shown,
    some,
)
from agentalign.templates.nodes import Apply, Broken, Expr, Filtered, Issue, IssueKind, Literal, Name, Path
from agentalign.templates.scope import Scope
from agentalign.types import (
    BoolType,
    DecimalType,
    EnumType,
    Field,
    IntType,
    ListType,
    NullableType,
    NullType,
    RecordType,
    StringType,
    Type,
    face,
    fields,
    strip,
)
from agentalign.types import field as member_of

LOOP = RecordType("loop", (Field("first", BoolType()), Field("last", BoolType()), Field("index", IntType(1))))
"""What is known about the round a loop is in."""


class Inference:
    """Expressions of one template; `issues` collects what is wrong, `names` what is used.

    `arguments` are the values given to filters that voice them (the currency of `money`).
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.issues: list[Issue] = []
        self.names: dict[str, None] = {}
        self.arguments: list[tuple[Typed, Expr]] = []
        self._filtering = Filtering(self)

    def report(
        self,
        kind: IssueKind,
        message: str,
        start: int,
        end: int,
        help: str | None = None,  # noqa: A002 - the field's name
        suggestion: str | None = None,
    ) -> None:
        """Note one mistake."""
        self.issues.append(Issue(kind, message, start, end, help, suggestion))

    # ------------------------------------------------------------------------------------------------------- values

    def value(self, expr: Expr, context: Context) -> Typed:
        """Type a value: a path, literal, filtered value, or `tool`/`details`; logic and comparisons are not values."""
        match expr:
            case Path():
                return self.path(expr, context)
            case Literal(value=value):
                return Typed(expr, _literal(value))
            case Filtered():
                return self._filtering.check(expr, context)
            case Apply():
                return self._apply(expr)
            case Broken():
                return Typed(expr, UNKNOWN)
            case _:
                self.report("type", "a condition is not a value", expr.start, expr.end, "use `{% if %}`")
                return Typed(Broken(expr.start, expr.end), UNKNOWN)

    def path(self, expr: Path, context: Context) -> Typed:
        """Type a path, with parts of domain values made explicit."""
        first = expr.names[0]
        found = context.values.get(first.text)
        if found is None:
            self._unknown_name(first, context)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if first.text not in context.aliases and first.text != "loop":
            self.names[first.text] = None
        t = _narrowed(found, (first.text,), context)
        if len(expr.names) == 1:
            path = context.aliases.get(first.text, (first.text,))
            return Typed(expr, t, path, path, t)
        done: Expr = Path((first,), first.start, first.end)
        for at, name in enumerate(expr.names[1:], 2):
            if is_unknown(t):
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            if nullable(t):
                self.absent(".".join(expr.path[: at - 1]), expr.start, expr.names[at - 2].end)
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            member = member_of(t, name.text)
            if member is None:
                self._unknown_field(t, name)
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            done = _member(done, t, name)
            t = NullableType(member.type) if member.optional and not may_be_null(member.type) else member.type
            t = _narrowed(t, expr.path[:at], context)
        path = (*context.aliases.get(first.text, (first.text,)), *expr.path[1:])
        return Typed(done, t, path, path, t)

    def _unknown_name(self, name: Name, context: Context) -> None:
        if name.text in self.scope.steps:
            message = f"the result of `{name.text}` cannot be used here"
            self.report("name", message, name.start, name.end)
            return
        if name.text == "loop":
            self.report("name", "`loop` only exists inside `{% for %}`", name.start, name.end)
            return
        near = suggest(name.text, context.values)
        self.report("name", f"unknown name `{name.text}`", name.start, name.end, meant(near, context.values), near)

    def _unknown_field(self, t: Type, name: Name) -> None:
        known = [f.name for f in fields(t)]
        near = suggest(name.text, known)
        message = f"{shown(t)} has no field `{name.text}`"
        if is_list(t):
            help_ = "a field is that of one item: use a loop, `first` or `listing`"
        else:
            help_ = meant(near, known) or "it has no fields at all"
        self.report("field", message, name.start, name.end, help_, near)

    def absent(self, what: str, start: int, end: int) -> None:
        """Note that a value may be absent."""
        self.report("absent", f"`{what}` may be absent", start, end, f"put this inside `{{% if {what} %}}`")

    def _apply(self, expr: Apply) -> Typed:
        """Type a call of `tool` or `details`; `one_of` is only legal where it is printed, and is handled there."""
        name = expr.function
        if name.text == "one_of":
            message = "`one_of` may only be printed: `{{ one_of(...) }}`"
            self.report("choice", message, expr.start, expr.end)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if name.text not in self.scope.functions:
            self.report("construct", f"`{name.text}` cannot be used here", name.start, name.end)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        step = expr.args[0] if len(expr.args) == 1 else None
        if not isinstance(step, Path) or len(step.names) != 1:
            message = f"`{name.text}` takes the name of one step: `{name.text}(step)`"
            self.report("type", message, expr.start, expr.end)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if step.names[0].text not in self.scope.steps:
            near = suggest(step.names[0].text, self.scope.steps)
            message = f"there is no step `{step.names[0].text}`"
            self.report("name", message, step.start, step.end, meant(near, self.scope.steps), near)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        return Typed(expr, StringType())

    # ----------------------------------------------------------------------------------------------------- printing

    def faced(self, given: Typed) -> Typed:
        """Return the face of a record where it has one, else what was given."""
        while isinstance(strip(given.type), RecordType) and not may_be_null(given.type):
            found = face(given.type)
            if found is None:
                return given
            where = given.expr.end
            done = _member(given.expr, given.type, Name(found.name, where, where))
            t = NullableType(found.type) if found.optional else found.type
            given = replace(given, expr=done, type=t, prints=(*given.prints, found.name))
        return given

    def printed(self, given: Typed, at: Expr) -> Typed:
        """Return what is printed for a value, with its canonical filter; complain if it has no wording."""
        t = given.type
        if given.filters and given.filters[0] in WORDING and _is_underscored(given.value_type):
            given = replace(given, expr=_spaced_within(given.expr, len(given.filters)))
        if is_spoken(t) or is_unknown(t):
            return given
        if nullable(t):
            self.absent(written(at), at.start, at.end)
            return given
        given = self.faced(given)
        t = given.type
        if is_unknown(t):
            return given
        if nullable(t):
            self.absent(".".join(given.prints), at.start, at.end)
            return given
        if is_number(t):
            return replace(given, expr=_with(given.expr, "plain"))
        if _is_underscored(t):
            return replace(given, expr=_with(given.expr, "spaced"))
        if not is_string(t):
            self.report("unprintable", f"{shown(t)} has no wording", at.start, at.end, fitting(t))
        return given


def _with(expr: Expr, name: str) -> Expr:
    return Filtered(expr, Name(name, expr.end, expr.end), (), expr.start, expr.end)


def _is_underscored(t: Type) -> bool:
    """Tell whether values are of an enum and hold underscores, which nobody says."""
    core = strip(t)
    return isinstance(core, EnumType) and any("_" in value.name for value in core.values)


def _spaced_within(expr: Expr, depth: int) -> Expr:
    """Return an expression of so many filters with `spaced` before the first."""
    if depth and isinstance(expr, Filtered):
        return replace(expr, value=_spaced_within(expr.value, depth - 1))
    return _with(expr, "spaced")


def _member(done: Expr, t: Type, name: Name) -> Expr:
    """Return member `name` of a desugared expression: one more name of a path, or a part."""
    domain = key(t)
    if domain is not None:
        args = (Literal(domain, name.start, name.end), Literal(name.text, name.start, name.end))
        return Filtered(done, Name("part", name.start, name.end), args, done.start, name.end)
    if isinstance(done, Path):
        return Path((*done.names, name), done.start, name.end)
    return Broken(done.start, name.end)


def _narrowed(t: Type, path: tuple[str, ...], context: Context) -> Type:
    if path not in context.facts:
        return t
    t = some(t)
    core = strip(t)
    return ListType(core.item, max(core.min, 1), core.max) if isinstance(core, ListType) else t


def _literal(value: str | float | bool | None) -> Type:
    match value:
        case None:
            return NullType()
        case bool():
            return BoolType()
        case int():
            return IntType()
        case float():
            return DecimalType()
        case _:
            return StringType()
