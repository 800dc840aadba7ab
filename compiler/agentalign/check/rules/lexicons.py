"""Lexicons: every value and its metadata have the declared types, and no value stands twice."""

from __future__ import annotations

import json
from typing import Final

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.declared import field_of, type_of
from agentalign.check.literals import NOT_CONSTANT, NotConstant, constant
from agentalign.check.records import Mode, check_body
from agentalign.check.rules.declared_types import check_fields
from agentalign.check.scope import Scope
from agentalign.check.templating import NO_FUNCTIONS, check_wording
from agentalign.diagnostics import Label
from agentalign.syntax import nodes as n
from agentalign.types import Json, PoisonType, RecordType, StringType, TextType, Type, is_identifier, strip

_json = json.JSONEncoder(sort_keys=True).encode
_CONSTANTS = Scope()
_PROMPT = Scope(account=True, clock=True)

PRINTED: Final = NotConstant()
"""Stands for the text of a template that is only known when it is rendered."""


def declare_lexicon(ctx: Context, lexicon: n.LexiconDecl) -> None:
    """Its value type and metadata fields."""
    ctx.tables.types[lexicon] = type_of(ctx, lexicon.type)
    fields = tuple(field_of(ctx, field) for field in lexicon.metadata)
    ctx.tables.metadata[lexicon] = RecordType(f"the metadata of {lexicon.name.text}", fields)


def check_lexicon(ctx: Context, lexicon: n.LexiconDecl) -> None:
    """Values, metadata, weights, repeats."""
    check_fields(ctx, lexicon.metadata)
    metadata = ctx.tables.metadata[lexicon]
    declared = ctx.tables.types[lexicon]
    for entry in lexicon.entries:
        _check_metadata(ctx, entry, metadata)
    check_entries(ctx, lexicon.entries, declared, (Label(ctx.at(lexicon.type), "declared here"),))
    if not lexicon.entries:
        ctx.report("E0806", lexicon.name, f"the lexicon `{lexicon.name.text}` is empty", help="list at least one value")


def check_entries(ctx: Context, entries: tuple[n.Entry, ...], declared: Type, secondary: tuple[Label, ...]) -> None:
    """Values of a lexicon or of a pool written in place."""
    seen: dict[str, n.Entry] = {}
    for entry in entries:
        value = _worded(ctx, entry.value, declared) if isinstance(entry.value, n.TemplateLit) else constant(entry.value)
        if value is PRINTED:
            continue
        if isinstance(value, NotConstant):
            ctx.report("E0222", entry.value, "a listed value must be a constant", help="write the value itself")
            continue
        if not isinstance(entry.value, n.TemplateLit):
            ex.fits(ctx, entry.value, _CONSTANTS, declared, secondary)
        ctx.tables.values[entry] = value
        _check_repeat(ctx, entry, value, seen)
        if entry.weight < 1:
            ctx.report("E0206", entry, "a weight is at least 1", help="remove the entry if it is never to be drawn")


def _worded(ctx: Context, template: n.TemplateLit, declared: Type) -> Json | NotConstant:
    """A template among the values: its text, or `PRINTED` where it prints something (which system prompts may)."""
    if not isinstance(strip(declared), StringType | TextType | PoisonType) or is_identifier(declared):
        return NOT_CONSTANT
    checked = check_wording(ctx, template, _PROMPT, functions=NO_FUNCTIONS)
    return PRINTED if checked.names or checked.choices or checked.errors else checked.static_text


def _check_repeat(ctx: Context, entry: n.Entry, value: Json, seen: dict[str, n.Entry]) -> None:
    text = f'"{value}' if isinstance(value, str) else _json(value)
    first = seen.setdefault(text, entry)
    if first is not entry:
        label = Label(ctx.at(first.value), "first listed here")
        ctx.report("E0223", entry.value, "this value is listed twice", secondary=[label], help="remove one of them")


def _check_metadata(ctx: Context, entry: n.Entry, metadata: RecordType) -> None:
    body = entry.metadata
    if body is None:
        lost = [field.name for field in metadata.fields if not field.optional]
        if lost:
            message = f"this entry also needs {', '.join(f'`{name}`' for name in lost)}"
            ctx.report("E0203", entry.value, message, help=f"write `{{ {lost[0]}: ... }}` after the value")
        return
    check_body(ctx, body, _CONSTANTS, metadata, Mode.WHOLE)
    value = constant(body)
    if isinstance(value, NotConstant):
        ctx.report("E0222", body, "metadata must be constants", help="write the values themselves")
    else:
        ctx.tables.values[body] = value


def metadata_type(ctx: Context, lexicon: n.LexiconDecl, name: str) -> Type:
    """The type of a metadata field."""
    fields = ctx.tables.metadata[lexicon].fields
    return next((field.type for field in fields if field.name == name), PoisonType())
