"""Types of template expressions, and at the same time what they stand for: the desugared expression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agentalign.diagnostics import suggest
from agentalign.templates.filters import FILTERS, Filter, Param
from agentalign.templates.kinds import is_list, is_number, is_string, is_unknown, item, key, may_be_null, shown, some
from agentalign.templates.nodes import Apply, Broken, Expr, Filtered, Issue, IssueKind, Literal, Name, Path
from agentalign.templates.scope import Guard, Scope
from agentalign.types import (
    AnyType,
    BoolType,
    DecimalType,
    EnumType,
    Field,
    IntType,
    ListType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    Type,
    face,
    fields,
    strip,
)
from agentalign.types import field as member_of

UNKNOWN = PoisonType()
LOOP = RecordType("loop", (Field("first", BoolType()), Field("last", BoolType()), Field("index", IntType(1))))
"""What is known about the round a loop is in."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands.

    `values` are the names with their types; `aliases` say which items a loop variable runs over; `facts` are the paths,
    as written, that are known to be there (lists: to have items).
    """

    values: Mapping[str, Type]
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: frozenset[tuple[str, ...]] = frozenset()
    guards: tuple[Guard, ...] = ()
    looping: bool = False

    def under(self, facts: Iterable[tuple[str, ...]], *guards: Guard) -> Context:
        """Return the context inside a branch."""
        return replace(self, facts=self.facts | frozenset(facts), guards=(*self.guards, *guards))


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression with its type; `path`, `prints`, `filters`, `voices` are as in `Mention` (path: if it has one)."""

    expr: Expr
    type: Type
    path: tuple[str, ...] | None = None
    prints: tuple[str, ...] = ()
    value_type: Type = UNKNOWN
    filters: tuple[str, ...] = ()
    voices: bool = True


class Inference:
    """Expressions of one template; `issues` collects what is wrong, `names` what is used.

    `arguments` are the values given to filters that voice them (the currency of `money`).
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.issues: list[Issue] = []
        self.names: dict[str, None] = {}
        self.arguments: list[tuple[Typed, Expr]] = []

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
                return self._filtered(expr, context)
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
        done: Expr = Path((first,), first.start, first.end)
        for at, name in enumerate(expr.names[1:], 2):
            if is_unknown(t):
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            if _nullable(t):
                self._absent(".".join(expr.path[: at - 1]), expr.start, expr.names[at - 2].end)
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            member = member_of(t, name.text)
            if member is None:
                self._unknown_field(t, name)
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            done = _member(done, t, name)
            t = NullableType(member.type) if member.optional and not may_be_null(member.type) else member.type
            t = _narrowed(t, expr.path[:at], context)
        prefix = context.aliases.get(first.text, (first.text,))
        path = (*prefix, *expr.path[1:])
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
        self.report("name", f"unknown name `{name.text}`", name.start, name.end, _meant(near, context.values), near)

    def _unknown_field(self, t: Type, name: Name) -> None:
        known = [f.name for f in fields(t)]
        near = suggest(name.text, known)
        message = f"{shown(t)} has no field `{name.text}`"
        if is_list(t):
            help_ = "a field is that of one item: use a loop, `first` or `listing`"
        else:
            help_ = _meant(near, known) or "it has no fields at all"
        self.report("field", message, name.start, name.end, help_, near)

    def _absent(self, what: str, start: int, end: int) -> None:
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
            self.report("name", message, step.start, step.end, _meant(near, self.scope.steps), near)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        return Typed(expr, StringType())

    # ------------------------------------------------------------------------------------------------------ filters

    def _filtered(self, expr: Filtered, context: Context) -> Typed:
        given = self.value(expr.value, context)
        name = expr.name
        known = FILTERS.get(name.text)
        if known is None:
            near = suggest(name.text, FILTERS)
            help_ = f"did you mean `{near}`?" if near else None
            self.report("filter", f"there is no filter `{name.text}`", name.start, name.end, help_, near)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if is_unknown(given.type):
            self._arguments(known, expr, UNKNOWN, context)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if _nullable(given.type):
            self._absent(_written(expr.value), expr.value.start, expr.value.end)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if not known.accepts(given.type):
            given = self.faced(given)
        if not known.accepts(given.type) and not is_unknown(given.type):
            message = f"`{name.text}` takes {known.takes}, not {shown(given.type)}"
            self.report("type", message, name.start, name.end, _fitting(given.type))
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        return self._applied(known, expr, given, context)

    def _applied(self, known: Filter, expr: Filtered, given: Typed, context: Context) -> Typed:
        args = self._arguments(known, expr, given.type, context)
        if args is None:
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        t, prints = given.type, given.prints
        at = next((i for i, param in enumerate(known.params) if param.kind == "field"), None)
        if at is not None:
            chosen = self._items(expr, t, args[at] if at < len(args) else None)
            if chosen is None:
                return Typed(Broken(expr.start, expr.end), UNKNOWN)
            t = chosen[1]
            prints = (*prints, "*", *([chosen[0]] if chosen[0] else []))
            args = (*args[:at], *([Literal(chosen[0], expr.end, expr.end)] if chosen[0] else []))
        voices = given.voices and known.voices(t)
        done = Filtered(given.expr, expr.name, args, expr.start, expr.end)
        filters = (*given.filters, known.name)
        return Typed(done, known.gives(t), given.path, prints, given.value_type, filters, voices)

    def _items(self, expr: Filtered, t: Type, chosen: Expr | None) -> tuple[str | None, Type] | None:
        """Return the field of the items to print (if they are records), and the list type that is then printed."""
        one, core = item(t), strip(t)
        if not isinstance(core, ListType):
            return None
        if isinstance(chosen, Literal):
            found = member_of(one, str(chosen.value)) if isinstance(strip(one), RecordType) else None
            if found is None:
                known = [f.name for f in fields(one)]
                near = suggest(str(chosen.value), known)
                message = f"{shown(one)} has no field `{chosen.value}`"
                self.report("field", message, chosen.start, chosen.end, _meant(near, known), near and f'"{near}"')
                return None
        elif isinstance(strip(one), RecordType):
            found = face(one)
            if found is None:
                example = next((f.name for f in fields(one) if is_string(f.type)), "field")
                message = f"{shown(one)} has no wording of its own"
                help_ = f'name the field to print: `{expr.name.text}("{example}")`'
                self.report("unprintable", message, expr.name.start, expr.name.end, help_)
                return None
        else:
            found = None
        return self._printable_items(expr, core, one, found)

    def _printable_items(
        self, expr: Filtered, core: ListType, one: Type, found: Field | None
    ) -> tuple[str | None, Type] | None:
        t = one if found is None else found.type
        if may_be_null(t) or (found is not None and found.optional):
            what = "an item" if found is None else f"`{found.name}` of an item"
            self.report("absent", f"{what} may be absent", expr.name.start, expr.name.end, "use a loop with `{% if %}`")
            return None
        if not (is_string(t) or is_number(t) or is_unknown(t)):
            self.report("unprintable", f"{shown(t)} has no wording", expr.name.start, expr.name.end)
            return None
        return None if found is None else found.name, ListType(t, core.min, core.max)

    def _arguments(self, known: Filter, expr: Filtered, t: Type, context: Context) -> tuple[Expr, ...] | None:
        """Check the arguments against the filter's parameters; `None` if something was wrong."""
        least = sum(param.required for param in known.params)
        if not least <= len(expr.args) <= len(known.params):
            wanted = f"`{known.signature}`"
            if len(expr.args) < least:
                missing = known.params[len(expr.args)]
                message = f"`{known.name}` needs its argument `{missing.name}`"
            else:
                message = f"`{known.name}` takes {_count(len(known.params))}, not {len(expr.args)}"
            self.report("type", message, expr.name.start, expr.end, f"it is written {wanted}")
            return None
        if known.name == "money" and is_number(t) and not expr.args:
            message = "a bare number has no currency"
            self.report("type", message, expr.name.start, expr.name.end, 'name it: `money("USD")`, `money(x.currency)`')
            return None
        before = len(self.issues)
        args = tuple(
            self._argument(known, param, arg, context) for param, arg in zip(known.params, expr.args, strict=False)
        )
        return args if len(self.issues) == before else None

    def _argument(self, known: Filter, param: Param, arg: Expr, context: Context) -> Expr:
        if isinstance(arg, Broken):
            return arg
        value = arg.value if isinstance(arg, Literal) else None
        match param.kind:
            case "text" | "field" if isinstance(value, str):
                return arg
            case "int" if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 20:
                return arg
            case "choice" if value in param.choices:
                return arg
            case "choice" if isinstance(value, str):
                near = suggest(value, param.choices)
                listed = ", ".join(f'"{choice}"' for choice in param.choices)
                message = f'`{known.name}` does not know "{value}"'
                self.report("type", message, arg.start, arg.end, f"it takes {listed}", near and f'"{near}"')
                return arg
            case "value":
                return self._value_argument(known, param, arg, context)
        wanted = {"int": "a whole number from 0 to 20"}.get(param.kind, "a string in quotes")
        self.report("type", f"`{param.name}` of `{known.name}` is {wanted}", arg.start, arg.end)
        return arg

    def _value_argument(self, known: Filter, param: Param, arg: Expr, context: Context) -> Expr:
        if isinstance(arg, Literal):
            if not param.literal(arg.value):
                self.report("type", f"`{param.name}` of `{known.name}` is {param.takes}", arg.start, arg.end)
            return arg
        typed = self.value(arg, context)
        if is_unknown(typed.type):
            return typed.expr
        if may_be_null(typed.type):
            self._absent(_written(arg), arg.start, arg.end)
        elif not param.accepts(typed.type):
            message = f"`{param.name}` of `{known.name}` is {param.takes}, not {shown(typed.type)}"
            self.report("type", message, arg.start, arg.end)
        elif param.voices:
            self.arguments.append((typed, arg))
        return typed.expr

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
        if is_unknown(t):
            return given
        if _nullable(t):
            self._absent(_written(at), at.start, at.end)
            return given
        given = self.faced(given)
        t = given.type
        if _nullable(t):
            self._absent(".".join(given.prints), at.start, at.end)
            return given
        if is_number(t):
            return replace(given, expr=_with(given.expr, "plain"))
        if isinstance(core := strip(t), EnumType) and any("_" in value.name for value in core.values):
            return replace(given, expr=_with(given.expr, "spaced"))
        if not is_string(t):
            self.report("unprintable", f"{shown(t)} has no wording", at.start, at.end, _fitting(t))
        return given


def _nullable(t: Type) -> bool:
    """Tell whether a value has to be tested before it is used; what is always null or anything is another mistake."""
    return may_be_null(t) and not isinstance(strip(t), AnyType | NullType)


def _with(expr: Expr, name: str) -> Expr:
    return Filtered(expr, Name(name, expr.end, expr.end), (), expr.start, expr.end)


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


def _meant(near: str | None, known: Iterable[str]) -> str | None:
    if near is not None:
        return f"did you mean `{near}`?"
    listed = sorted(known)
    if not listed:
        return None
    more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
    return f"there is {', '.join(f'`{name}`' for name in listed[:8])}{more}"


def _count(number: int) -> str:
    return "no arguments" if number == 0 else "1 argument" if number == 1 else f"at most {number} arguments"


def _written(expr: Expr) -> str:
    return ".".join(expr.path) if isinstance(expr, Path) else "this value"


def _fitting(t: Type) -> str | None:
    """Return advice on how to put a value of `t` into words."""
    core = strip(t)
    match core:
        case ListType():
            return 'use `| listing`, `| count("page")` or a loop'
        case BoolType():
            return "use `{% if %}` and say what it means"
        case RecordType() if face(t) is None:
            names = ", ".join(f"`{f.name}`" for f in core.fields[:6])
            return f"print one of its fields: {names}"
        case IntType() | DecimalType():
            return 'put `number`, `money("USD")` or `plain` first'
        case _:
            return None
