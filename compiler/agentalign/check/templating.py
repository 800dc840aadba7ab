"""The bridge to `templates`: what a template may mention where it stands, and its mistakes as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.functions import CLOCK
from agentalign.check.scope import Scope, optional_type
from agentalign.dataclasses import replace
from agentalign.diagnostics import Fix
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.syntax import template_text
from agentalign.types import Field, NullableType, PoisonType, RecordType, Type

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "syntax": "E0601",
        "name": "E0602",
        "field": "E0603",
        "filter": "E0604",
        "type": "E0605",
        "construct": "E0606",
        "unprintable": "E0607",
        "absent": "E0608",
        "choice": "E0609",
        "loop": "E0610",
        "size": "E0611",
        "whitespace": "W0601",
    }
)
"""The code of each kind of template issue."""

NO_FUNCTIONS: Final[frozenset[str]] = frozenset()
ALL_FUNCTIONS: Final = frozenset({"one_of", "tool", "details"})


def check_expression_template(ctx: Context, template: n.TemplateLit, scope: Scope) -> templates.Checked:
    """Check a template that is part of an expression: it sees what the expression sees."""
    return check_wording(ctx, template, scope, functions=NO_FUNCTIONS, part=True)


def check_wording(
    ctx: Context,
    template: n.TemplateLit,
    scope: Scope,
    *,
    steps: Iterable[str] = (),
    functions: frozenset[str] = ALL_FUNCTIONS,
    part: bool = False,
) -> templates.Checked:
    """Check a template and remember what it says; `steps` may stand in `tool(…)` and `details(…)`.

    `part` is for a template that may be joined with others, and so may open or close with a blank. A template is checked
    once per place it is used from; the last result is kept.
    """
    names = templates.Scope(_values(ctx, scope), frozenset(steps), functions)
    checked = templates.check_template(templates.parse_template(template.text), names)
    ctx.tables.templates[template] = checked
    for issue in checked.issues:
        if not (part and issue.kind == "whitespace"):
            _report(ctx, template, issue, scope)
    ctx.tables.words.update((ctx.tables.subject, name) for name in checked.names)
    return checked


def _values(ctx: Context, scope: Scope) -> Mapping[str, Type]:
    """The same for each of the wordings that follow each other in one scope."""
    last = ctx.tables.spoken
    if last is None or last[0] is not scope:
        last = ctx.tables.spoken = (scope, template_values(ctx, scope))
    return last[1]


def template_values(ctx: Context, scope: Scope) -> Mapping[str, Type]:
    """The names of a scope with their types, as a template sees them."""
    values = {name: binding.type for name, binding in (*scope.names.items(), *scope.row.items())}
    if scope.account and ctx.names.account is not None:
        values["account"] = account_record(ctx, ctx.names.account)
    if scope.clock:
        values["clock"] = RecordType("clock", tuple(Field(name, t) for name, t in CLOCK.items()))
    for fact in scope.facts:
        name, _, rest = fact.partition(".")
        if name in values and "[" not in fact:
            values[name] = narrow(values[name], rest)
    return values


def account_record(ctx: Context, account: n.AccountDecl) -> RecordType:
    """The account as a value with fields; they have their types before anything can name them."""
    if ctx.tables.account is not None:
        return ctx.tables.account
    ctx.tables.account = RecordType(
        "account",
        tuple(
            Field(
                field.name.text,
                optional_type(ctx.tables.types.get(field, PoisonType()), optional=field.optional),
            )
            for field in account.fields
        ),
    )
    return ctx.tables.account


def narrow(t: Type, path: str) -> Type:
    """The type of which the part at `path` (dotted; empty: the whole) is known to be there."""
    if isinstance(t, NullableType):
        t = t.inner
    if not path or not isinstance(t, RecordType):
        return t
    name, _, rest = path.partition(".")
    return replace(
        t,
        fields=tuple(
            replace(field, type=narrow(field.type, rest), optional=False) if field.name == name else field
            for field in t.fields
        ),
    )


def place(template: n.TemplateLit, start: int, end: int) -> Span:
    """Where a part of what a template says stands in the file."""
    text = template_text(template)
    return Span(text.offset(start), text.offset(end))


def _report(ctx: Context, template: n.TemplateLit, issue: templates.Issue, scope: Scope) -> None:
    where = place(template, issue.start, issue.end)
    word = ctx.at(where).text
    if issue.kind == "name" and word in scope.later:
        later = scope.later[word]
        ctx.tables.words.add((ctx.tables.subject, word))
        if isinstance(ctx.tables.subject, n.ReadingDecl | n.Request):
            known = ctx.label(later, "known only from here on", getattr(later, "name", None))
            message = f"`{word}` is not known yet when this is said"
            ctx.report("E0716", where, message, secondary=[known], help="say it in the answer")
            return
        ctx.report(
            "E0501",
            where,
            f"`{word}` is used before it is bound",
            secondary=[ctx.label(later, "bound only here", getattr(later, "name", None))],
            help="move the step that makes it before this one",
        )
        return
    help_ = issue.help
    fixes: tuple[Fix, ...] = ()
    if issue.suggestion is not None:
        help_ = help_ or f"did you mean `{issue.suggestion}`?"
        fixes = (Fix(ctx.at(where), issue.suggestion, f"write `{issue.suggestion}`"),)
    ctx.report(CODES[issue.kind], where, issue.message, help=help_, fixes=fixes)
