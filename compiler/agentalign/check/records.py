"""Checking record bodies: `{ id: x, at: clock.now }` against the record they make, plant or change."""

from __future__ import annotations

from enum import Enum

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.scope import Scope
from agentalign.check.targets import Builtin
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import (
    Field,
    NullableType,
    PoisonType,
    RecordType,
    Type,
    describe,
    generable,
    is_nullable,
    unalias,
)


class Mode(Enum):
    """What a body is for, and so which fields it may leave out."""

    WHOLE = "whole"  # a value: only optional fields
    MADE = "made"  # a new row: what is left out is null, absent, or made up
    PLANTED = "planted"  # a given: what is left out is made up
    CHANGED = "changed"  # an update: anything


def check_body(ctx: Context, body: n.RecordBody, scope: Scope, record: RecordType, mode: Mode) -> None:
    """Check names and values of a body's fields, and that none is missing."""
    declaration = record_decl(ctx, record)
    members = {member.name: member for member in record.fields}
    given: dict[str, n.Assign] = {}
    for assign in body.assigns:
        member = members.get(assign.name.text)
        if member is None:
            _unknown(ctx, assign.name, record, declaration, members)
            ex.fits(ctx, assign.value, scope, PoisonType())
            continue
        first = given.setdefault(assign.name.text, assign)
        if first is not assign:
            secondary = [Label(ctx.at(first.name), "first given here")]
            ctx.report(
                "E0205", assign.name, f"`{assign.name.text}` is given twice", secondary=secondary, help="remove one"
            )
        if not _is_drawn(ctx, assign, member, scope, declaration):
            ex.fits(ctx, assign.value, scope, member.type, _declared(ctx, declaration, assign.name.text))
    missing = [member for member in record.fields if member.name not in given]
    if mode is not Mode.CHANGED and all(assign.name.text in members for assign in body.assigns):
        _check_missing(ctx, body, record, declaration, missing, mode)  # a misnamed field may be the missing one
    ctx.tables.of[body] = record


def _is_drawn(ctx: Context, assign: n.Assign, member: Field, scope: Scope, declaration: n.RecordDecl | None) -> bool:
    """Whether the value is `new` for a field that comes from a lexicon, so that its type needs no generator."""
    value, field = assign.value, field_decl(declaration, member.name)
    if not isinstance(value, n.Reference) or value.name != "new" or not scope.new or scope.find("new") is not None:
        return False
    if field is None or field.source is None:
        return False
    ctx.tables.of[value] = member.type
    ctx.tables.refs[value] = Builtin("new")
    return True


def _unknown(
    ctx: Context, name: n.Name, record: RecordType, declaration: n.RecordDecl | None, members: dict[str, Field]
) -> None:
    secondary = [] if declaration is None else [ctx.label(declaration, "declared here", declaration.name)]
    message = f"{record.name} has no field `{name.text}`"
    ctx.unknown(name, "field", members, code="E0202", message=message, secondary=secondary)


def _declared(ctx: Context, declaration: n.RecordDecl | None, name: str) -> tuple[Label, ...]:
    found = field_decl(declaration, name)
    return () if found is None else (ctx.label(found, "declared here", found.type),)


def _check_missing(
    ctx: Context,
    body: n.RecordBody,
    record: RecordType,
    declaration: n.RecordDecl | None,
    missing: list[Field],
    mode: Mode,
) -> None:
    if mode is Mode.WHOLE:
        lost = [member for member in missing if not member.optional]
        if lost:
            listed = ", ".join(f"`{member.name}`" for member in lost)
            ctx.report(
                "E0203",
                body,
                f"{record.name} also needs {listed}",
                secondary=_declared(ctx, declaration, lost[0].name),
                help="give every field that is not optional (`name?:`)",
            )
        return
    for member in missing:
        if (
            member.optional
            or is_nullable(member.type)
            or can_make(ctx, member.type, field_decl(declaration, member.name))
        ):
            continue
        ctx.report(
            "E0221",
            body,
            f"`{member.name}` is not given, and {describe(member.type)} cannot be made up",
            secondary=_declared(ctx, declaration, member.name),
            help=f"give `{member.name}`, or say in the record which lexicon it comes from (`from NAME`)",
        )


def can_make(ctx: Context, t: Type, declaration: n.FieldDecl | None = None) -> bool:
    """Whether the world can make up a value: by the type's generator, or from the field's lexicon."""
    if declaration is not None and declaration.source is not None:
        return True
    core = unalias(t)
    match core:
        case NullableType() | PoisonType():
            return True
        case RecordType(fields=members):
            record = record_decl(ctx, core)
            return all(m.optional or can_make(ctx, m.type, field_decl(record, m.name)) for m in members)
        case _:
            return generable(t) or bool(getattr(core, "variants", ())) or _makes_list(ctx, core)


def _makes_list(ctx: Context, core: Type) -> bool:
    item = getattr(core, "item", None)
    return item is not None and can_make(ctx, item)


def record_decl(ctx: Context, record: RecordType) -> n.RecordDecl | None:
    """The declaration behind a record type."""
    return ctx.tables.records.get(record.name)


def field_decl(declaration: n.RecordDecl | None, name: str) -> n.FieldDecl | None:
    """The declaration of a field."""
    if declaration is None:
        return None
    return next((field for field in declaration.fields if field.name.text == name), None)


def record_named(ctx: Context, name: n.Name) -> n.RecordDecl | None:
    """The record a word of this module stands for; reports one that is unknown or no record."""
    found = ctx.find(Kind.TYPE, name, what="record")
    if found is None:
        return None
    if not isinstance(found, n.RecordDecl):
        label = ctx.label(found, "declared here")
        ctx.report("E0214", name, f"`{name.text}` is not a record", secondary=[label], help="name a record")
        return None
    return found
