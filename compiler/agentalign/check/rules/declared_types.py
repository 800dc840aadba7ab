"""Type and record declarations: they build, members are distinct, a record has at most one face."""

from __future__ import annotations

from collections.abc import Iterable

from agentalign.check.context import Context
from agentalign.check.declared import declared_type
from agentalign.check.targets import LexiconRef
from agentalign.diagnostics import Fix, Label, suggest
from agentalign.resolve import Kind
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.types import (
    BrandedType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    assignable,
    describe,
    is_prose,
    strip,
)


def check_type(ctx: Context, declaration: n.TypeDecl) -> None:
    """Build the type; brand kinds and keys."""
    declared_type(ctx, declaration)
    brand = _brand(declaration.type)
    if brand is not None:
        _check_kind(ctx, brand)
    if isinstance(declaration.type, n.BrandTypeExpr):
        distinct(ctx, "brand key", (case.key for case in declaration.type.cases))


def _brand(expression: n.TypeExpr) -> n.Name | None:
    match expression:
        case n.ShapeTypeExpr(brand=brand) | n.DomainTypeExpr(brand=brand):
            return brand
        case n.BrandTypeExpr(kind=kind):
            return kind
        case _:
            return None


def _check_kind(ctx: Context, kind: n.Name) -> None:
    """A kind is free to choose, so only a near miss of one that something carries is taken for a mistake."""
    legal = ctx.tables.brand_kinds
    if kind.text in legal:
        return
    close = suggest(kind.text, legal)
    if close is not None:
        fix = Fix(ctx.at(kind), close, f"write `{close}`")
        message = f"nothing carries keys of the brand kind `{kind.text}`"
        ctx.report("E0107", kind, message, help=f"did you mean `{close}`?", fixes=(fix,))


def check_record(ctx: Context, declaration: n.RecordDecl) -> None:
    """Build the record; its fields are distinct, and it has at most one face."""
    declared_type(ctx, declaration)
    check_fields(ctx, declaration.fields)
    faces = [field for field in declaration.fields if field.face]
    for field in faces[1:]:
        ctx.report(
            "E0105",
            field.name,
            f"`{declaration.name.text}` has two faces",
            "marked `face` again here",
            secondary=[Label(ctx.at(faces[0].name), "the first one")],
            help="one field voices the record as a whole",
        )
    for field in faces[:1]:
        voiced = ctx.tables.types.get(field, PoisonType())
        if field.optional or (
            not (is_prose(voiced) or isinstance(strip(voiced), PoisonType)) and not _has_words(voiced)
        ):
            message = f"the face of a record is said in requests, and {describe(voiced)} has no wording"
            ctx.report(
                "E0201", field.type, message, help="mark a string, text, enum or domain field that is always there"
            )


def _has_words(t: Type) -> bool:
    return not isinstance(strip(t), RecordType) and not hasattr(strip(t), "item")


def check_fields(ctx: Context, fields: tuple[n.FieldDecl, ...]) -> None:
    """Fields of a record, an account or a lexicon's metadata."""
    distinct(ctx, "field", (field.name for field in fields))


def check_sources(ctx: Context, record: n.RecordDecl) -> None:
    """What the fields draw from lexicons fits them."""
    for field in record.fields:
        if field.source is not None:
            _check_source(ctx, field, field.source)


def _check_source(ctx: Context, field: n.FieldDecl, source: n.Name) -> None:
    target = ctx.tables.refs.get(source)
    if not isinstance(target, LexiconRef):
        return
    given = ctx.tables.types.get(target.lexicon, PoisonType())
    wanted = ctx.tables.types.get(field, PoisonType())
    reason = assignable(given, wanted)
    if reason is not None and not _values_fit(given, wanted):
        label = ctx.label(target.lexicon, f"its values are {describe(given)}", target.lexicon.type)
        ctx.report("E0201", source, f"values of `{source.text}` do not fit {describe(wanted)}", secondary=[label])


def _values_fit(given: Type, wanted: Type) -> bool:
    """Whether the values are strings that may fit: each is then checked by itself."""
    strings = (StringType, TextType)
    return isinstance(strip(given), strings) and isinstance(strip(wanted), strings) and not _nominal(wanted)


def _nominal(t: Type) -> bool:
    return isinstance(t, BrandedType)


def distinct(ctx: Context, what: str, names: Iterable[n.Name], code: str = "E0105") -> None:
    """Report each name that was there before."""
    seen: dict[str, n.Name] = {}
    for name in names:
        first = seen.setdefault(name.text, name)
        if first is not name:
            ctx.report(
                code,
                name,
                f"the {what} `{name.text}` is declared twice",
                "declared again here",
                secondary=[Label(ctx.at(first), "first declared here")],
                help="rename or remove one of them",
            )


def inside(literal: n.StringLit) -> Span:
    """The characters between the quotes."""
    return Span(literal.span.start + 1, literal.span.end - 1)


def find_lexicon(ctx: Context, name: n.Name) -> n.LexiconDecl | None:
    """The lexicon a word stands for; reports an unknown one."""
    found = ctx.find(Kind.LEXICON, name)
    return found if isinstance(found, n.LexiconDecl) else None
