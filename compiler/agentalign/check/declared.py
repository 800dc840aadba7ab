"""From type expressions and declarations to types, each built once."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from agentalign.check.context import Context
from agentalign.check.targets import LexiconRef, TypeRef
from agentalign.diagnostics import Label
from agentalign.resolve import BUILTIN_TYPES, Kind
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.types import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    EnumValue,
    Field,
    IntType,
    ListType,
    NamedType,
    NullableType,
    PatternError,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    describe,
    domains,
    parse_pattern,
)

_SIZED = {"string", "text", "int", "decimal"}


def type_of(ctx: Context, expression: n.TypeExpr, name: str | None = None) -> Type:
    """The type an expression of this module denotes; `name` is that of the declaration it defines, if any."""
    known = ctx.tables.types.get(expression)
    if known is None:
        known = _build(ctx, expression, name)
        ctx.tables.types[expression] = known
    return known


def declared_type(ctx: Context, declaration: n.TypeDecl | n.RecordDecl) -> Type:
    """The type a declaration (of any module) declares; reports one that contains itself."""
    tables = ctx.tables
    known = tables.types.get(declaration)
    if known is not None:
        return known
    if declaration in tables.building:
        return PoisonType()
    tables.building.add(declaration)
    home = ctx.within(declaration)
    name = _qualified(home, declaration)
    match declaration:
        case n.TypeDecl(type=expression):
            built = _named(type_of(home, expression, name), expression, name)
        case n.RecordDecl():
            built = RecordType(name, tuple(field_of(home, field) for field in _first(declaration.fields)))
        case _:
            assert_never(declaration)
    tables.building.discard(declaration)
    tables.types[declaration] = built
    return built


def field_of(ctx: Context, declaration: n.FieldDecl) -> Field:
    """The field a declaration adds to its record."""
    built = type_of(ctx, declaration.type)
    ctx.tables.types[declaration] = built
    if declaration.source is not None:
        lexicon = ctx.find(Kind.LEXICON, declaration.source)
        if isinstance(lexicon, n.LexiconDecl):
            ctx.tables.refs[declaration.source] = LexiconRef(lexicon)
    return Field(declaration.name.text, built, declaration.optional, declaration.doc, declaration.face)


def _first(fields: tuple[n.FieldDecl, ...]) -> tuple[n.FieldDecl, ...]:
    """Without repeated names, which are reported where members are counted."""
    return tuple({field.name.text: field for field in reversed(fields)}.values())[::-1]


def _qualified(ctx: Context, declaration: n.TypeDecl | n.RecordDecl) -> str:
    """Types are told apart by name; one that several modules declare carries its module's name."""
    name = declaration.name.text
    return name if len(ctx.names.elsewhere(Kind.TYPE, name)) < 2 else f"{ctx.module.name}.{name}"


def _named(built: Type, expression: n.TypeExpr, name: str) -> Type:
    match expression:
        case n.DomainTypeExpr() | n.BrandTypeExpr() | n.ShapeTypeExpr(brand=n.Name()):
            return built
        case n.NullableTypeExpr(inner=inner):
            return NullableType(_named(built.inner if isinstance(built, NullableType) else built, inner, name))
        case _:
            return built if isinstance(built, PoisonType) else NamedType(name, built)


def _build(ctx: Context, expression: n.TypeExpr, name: str | None) -> Type:
    match expression:
        case n.NamedTypeExpr():
            return _reference(ctx, expression)
        case n.NullableTypeExpr(inner=inner):
            built = type_of(ctx, inner, name)
            return built if isinstance(built, NullableType | PoisonType | AnyType) else NullableType(built)
        case n.ListTypeExpr(item=item, size=size):
            low, high = _lengths(ctx, size)
            return ListType(type_of(ctx, item), low, high)
        case n.EnumTypeExpr(values=values):
            return _enum(ctx, values)
        case n.ShapeTypeExpr():
            return _shape(ctx, expression, name)
        case n.DomainTypeExpr():
            return _domain(ctx, expression, name)
        case n.BrandTypeExpr(kind=kind, cases=cases):
            shapes = {case.key.text: type_of(ctx, case.type) for case in reversed(cases)}
            return BrandedType(name or f"{kind.text} identifier", kind.text, None, tuple(shapes.items())[::-1])
        case _:
            assert_never(expression)


def _reference(ctx: Context, expression: n.NamedTypeExpr) -> Type:
    word, size = expression.name.text, expression.size
    if word in BUILTIN_TYPES and word != "list":
        return _builtin(ctx, word, size)
    declaration = ctx.peek(Kind.TYPE, word)
    if declaration is None:
        _unknown(ctx, expression.name)
        return PoisonType()
    if not isinstance(declaration, n.TypeDecl | n.RecordDecl):
        return PoisonType()
    ctx.tables.refs[expression] = TypeRef(declaration)
    if size is not None:
        ctx.report(
            "E0220",
            size,
            f"`{word}` takes no bounds",
            "bounds belong to string, text, int, decimal and list",
            secondary=[ctx.label(declaration, "declared here", declaration.name)],
            help="put the bounds into the declaration, or declare another type",
        )
    if declaration in ctx.tables.building:
        _recursive(ctx, expression, declaration)
        return PoisonType()
    return declared_type(ctx, declaration)


def _unknown(ctx: Context, name: n.Name) -> None:
    if ctx.unresolved(name.text):
        return
    if name.text == "list":
        ctx.report("E0201", name, "a list says what it holds", help="write `list[string]`")
        return
    other = next((kind for kind in Kind if kind is not Kind.TYPE and name.text in ctx.module.scope[kind]), None)
    if other is not None:
        ctx.find(Kind.TYPE, name)
        return
    legal = [*ctx.module.scope[Kind.TYPE], *sorted(BUILTIN_TYPES)]
    ctx.unknown(name, "type", legal, kind=Kind.TYPE)


def _recursive(ctx: Context, expression: n.NamedTypeExpr, declaration: n.TypeDecl | n.RecordDecl) -> None:
    name = declaration.name.text
    ctx.report(
        "E0211",
        expression,
        f"type `{name}` contains itself",
        "here it comes round again",
        secondary=[ctx.label(declaration, "declared here", declaration.name)],
        help="values are finite trees: refer to the other one by its identifier instead",
    )


def _builtin(ctx: Context, word: str, size: n.Size | None) -> Type:
    if size is not None and word not in _SIZED:
        ctx.report("E0220", size, f"`{word}` takes no bounds", help="remove them")
        size = None
    match word:
        case "string":
            return StringType(*_lengths(ctx, size))
        case "text":
            least, most = _lengths(ctx, size)
            return TextType(max(least, 1), most)
        case "int":
            low, high = _bounds(ctx, size, whole=True)
            return IntType(None if low is None else int(low), None if high is None else int(high))
        case "decimal":
            low, high = _bounds(ctx, size, whole=False)
            return DecimalType(_decimal(low), _decimal(high), _places(low, high))
        case "bool":
            return BoolType()
        case _:
            return AnyType()


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _places(*bounds: int | Decimal | None) -> int:
    """A bound says how finely a decimal is told: `decimal(0.00000001..21)` has eight places; there are at least two."""
    exponents = (end.as_tuple().exponent for end in bounds if isinstance(end, Decimal))
    return max(2, *(-exponent for exponent in exponents if isinstance(exponent, int)), 0)


def _lengths(ctx: Context, size: n.Size | None) -> tuple[int, int | None]:
    low, high = _bounds(ctx, size, whole=True)
    if size is not None and any(end is not None and end < 0 for end in (low, high)):
        ctx.report("E0209", size, "a length cannot be negative", help="start at 0")
        return 0, None
    return int(low or 0), None if high is None else int(high)


def _bounds(ctx: Context, size: n.Size | None, *, whole: bool) -> tuple[int | Decimal | None, int | Decimal | None]:
    if size is None:
        return None, None
    low, high = size.low, size.high
    if whole and any(isinstance(end, Decimal) and end % 1 for end in (low, high)):
        ctx.report("E0220", size, "these bounds are whole numbers", help="use `decimal` for numbers with a fraction")
        return None, None
    if low is not None and high is not None and low > high:
        ctx.report(
            "E0209",
            size,
            f"no value lies between {low} and {high}",
            "the lower bound comes first",
            help="swap the bounds",
        )
        return None, None
    return low, high


def _enum(ctx: Context, values: tuple[n.EnumValueExpr, ...]) -> Type:
    seen: dict[str, n.EnumValueExpr] = {}
    for value in values:
        first = seen.setdefault(value.value.value, value)
        if first is not value:
            ctx.report(
                "E0105",
                value.value,
                f'the value "{value.value.value}" is listed twice',
                secondary=[Label(ctx.at(first.value), "first listed here")],
                help="remove one",
            )
    return EnumType(tuple(EnumValue(name, value.doc) for name, value in seen.items()))


def _shape(ctx: Context, expression: n.ShapeTypeExpr, name: str | None) -> Type:
    if expression.name.text != "string":
        ctx.report("E0220", expression.name, "only `string` takes a pattern", help="write `string matching ...`")
        return PoisonType()
    pattern = expression.pattern
    try:
        parse_pattern(pattern.value)
    except PatternError as error:
        start = pattern.span.start + (2 if pattern.raw else 1) + error.position
        end = min(start + 1, pattern.span.end - 1)
        ctx.report("E0210", Span(start, max(end, start)), f"bad pattern: {error.reason}")
        return PoisonType()
    built = StringType(pattern=pattern.value)
    if expression.brand is None:
        return built
    return BrandedType(name or describe(built), expression.brand.text, built)


def _domain(ctx: Context, expression: n.DomainTypeExpr, name: str | None) -> Type:
    domain = expression.domain.value
    if domain not in domains:
        word = n.Name(Span(expression.domain.span.start + 1, expression.domain.span.end - 1), domain)
        ctx.unknown(word, "domain", domains, message=f'no built-in domain is called "{domain}"')
        return PoisonType()
    built = DomainType(name or f'domain "{domain}"', domain)
    return built if expression.brand is None else BrandedType(built.name, expression.brand.text, built)
