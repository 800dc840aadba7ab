"""Filters in template expressions: whether they exist, take the value, and have the right arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentalign.diagnostics import suggest
from agentalign.templates.context import UNKNOWN, Context, Typed, fitting, meant, nullable, written
from agentalign.templates.filters import FILTERS, Filter, Param
from agentalign.templates.kinds import is_number, is_string, is_unknown, item, may_be_null, shown
from agentalign.templates.nodes import Broken, Expr, Filtered, Literal
from agentalign.types import Field, ListType, RecordType, Type, face, fields, strip
from agentalign.types import field as member_of

if TYPE_CHECKING:
    from agentalign.templates.infer import Inference


class Filtering:
    """The filters of one template; values and issues are the inference's."""

    def __init__(self, infer: Inference) -> None:
        self._infer = infer

    def check(self, expr: Filtered, context: Context) -> Typed:
        """Type a filtered value; a record is taken by its face where the filter does not take records."""
        given = self._infer.value(expr.value, context)
        name = expr.name
        known = FILTERS.get(name.text)
        if known is None:
            near = suggest(name.text, FILTERS)
            help_ = f"did you mean `{near}`?" if near else _instead(name.text, given.type)
            self._infer.report("filter", f"there is no filter `{name.text}`", name.start, name.end, help_, near)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if is_unknown(given.type):
            self._arguments(known, expr, UNKNOWN, context)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if nullable(given.type):
            self._infer.absent(written(expr.value), expr.value.start, expr.value.end)
            return Typed(Broken(expr.start, expr.end), UNKNOWN)
        if not known.accepts(given.type):
            given = self._infer.faced(given)
        if not known.accepts(given.type) and not is_unknown(given.type):
            message = f"`{name.text}` takes {known.takes}, not {shown(given.type)}"
            self._infer.report("type", message, name.start, name.end, fitting(given.type))
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
        if not isinstance(core, ListType) or is_unknown(one):
            return None  # reported, where it is declared
        if isinstance(chosen, Literal):
            found = member_of(one, str(chosen.value)) if isinstance(strip(one), RecordType) else None
            if found is None:
                known = [f.name for f in fields(one)]
                near = suggest(str(chosen.value), known)
                message = f"{shown(one)} has no field `{chosen.value}`"
                self._infer.report("field", message, chosen.start, chosen.end, meant(near, known), near and f'"{near}"')
                return None
        elif isinstance(strip(one), RecordType):
            found = face(one)
            if found is None:
                example = next((f.name for f in fields(one) if is_string(f.type)), "field")
                message = f"{shown(one)} has no wording of its own"
                help_ = f'name the field to print: `{expr.name.text}("{example}")`'
                self._infer.report("unprintable", message, expr.name.start, expr.name.end, help_)
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
            self._infer.report(
                "absent", f"{what} may be absent", expr.name.start, expr.name.end, "use a loop with `{% if %}`"
            )
            return None
        if not (is_string(t) or is_number(t) or is_unknown(t)):
            self._infer.report("unprintable", f"{shown(t)} has no wording", expr.name.start, expr.name.end)
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
            self._infer.report("type", message, expr.name.start, expr.end, f"it is written {wanted}")
            return None
        if known.name == "money" and is_number(t) and not expr.args:
            message = "a bare number has no currency"
            self._infer.report(
                "type", message, expr.name.start, expr.name.end, 'name it: `money("USD")`, `money(x.currency)`'
            )
            return None
        before = len(self._infer.issues)
        args = tuple(
            self._argument(known, param, arg, context) for param, arg in zip(known.params, expr.args, strict=False)
        )
        return args if len(self._infer.issues) == before else None

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
                self._infer.report("type", message, arg.start, arg.end, f"it takes {listed}", near and f'"{near}"')
                return arg
            case "value":
                return self._value_argument(known, param, arg, context)
        wanted = {"int": "a whole number from 0 to 20"}.get(param.kind, "a string in quotes")
        self._infer.report("type", f"`{param.name}` of `{known.name}` is {wanted}", arg.start, arg.end)
        return arg

    def _value_argument(self, known: Filter, param: Param, arg: Expr, context: Context) -> Expr:
        if isinstance(arg, Literal):
            if not param.literal(arg.value):
                self._infer.report("type", f"`{param.name}` of `{known.name}` is {param.takes}", arg.start, arg.end)
            return arg
        typed = self._infer.value(arg, context)
        if is_unknown(typed.type):
            return typed.expr
        if may_be_null(typed.type):
            self._infer.absent(written(arg), arg.start, arg.end)
        elif not param.accepts(typed.type):
            message = f"`{param.name}` of `{known.name}` is {param.takes}, not {shown(typed.type)}"
            self._infer.report("type", message, arg.start, arg.end)
        elif param.voices:
            self._infer.arguments.append((typed, arg))
        return typed.expr


def _instead(name: str, t: Type) -> str:
    """What to write for a filter that does not exist and is like none that does."""
    if name in {"default", "d"}:
        return "for what may be absent, write `{% if x %}{{ x }}{% else %}...{% endif %}`"
    fit = [f"`{known.name}`" for known in FILTERS.values() if not is_unknown(t) and known.accepts(t)]
    if not fit:
        return "the language reference has a table of them (Filters)"
    return f"filters for {shown(t)}: {', '.join(fit)}"


def _count(number: int) -> str:
    return "no arguments" if number == 0 else "1 argument" if number == 1 else f"at most {number} arguments"
