"""Platforms, tables, the account and taxonomies."""

from __future__ import annotations

from agentalign.check.context import Context
from agentalign.check.declared import field_of, type_of
from agentalign.check.rules.declared_types import check_fields, distinct
from agentalign.check.scope import Scope
from agentalign.check.templating import check_wording
from agentalign.syntax import nodes as n
from agentalign.types import (
    BrandedType,
    DomainType,
    EnumType,
    IntType,
    PoisonType,
    RecordType,
    StringType,
    describe,
    field,
    fields,
    is_nullable,
    strip,
)

_LITERAL = frozenset({"one_of"})


def check_platform(ctx: Context, platform: n.PlatformDecl) -> None:
    """A platform has a title, and each attribute once."""
    distinct(ctx, "attribute", (attribute.name for attribute in platform.attributes))
    if platform.title is None:
        ctx.report(
            "E0015",
            platform.name,
            f"the platform `{platform.name.text}` has no title",
            help='say how people name it: `title "..."`',
        )


def declare_table(ctx: Context, table: n.TableDecl) -> None:
    """The type of the rows."""
    ctx.tables.types[table] = type_of(ctx, table.type)


def check_table(ctx: Context, table: n.TableDecl) -> None:
    """Rows are records, and the key is a field of them that can find one."""
    row = ctx.tables.types[table]
    core = strip(row)
    if isinstance(core, PoisonType):
        return
    if not isinstance(core, RecordType):
        ctx.report(
            "E0214", table.type, f"rows of a table are records, and {describe(row)} is none", help="name a record"
        )
        return
    key = field(core, table.key.text)
    if key is None:
        message = f"{describe(row)} has no field `{table.key.text}`"
        ctx.unknown(table.key, "field", [member.name for member in fields(core)], code="E0202", message=message)
    elif not isinstance(strip(key.type), PoisonType) and (
        key.optional or is_nullable(key.type) or not isinstance(strip(key.type), _KEYS)
    ):
        ctx.report(
            "E0410",
            table.key,
            f"rows cannot be found by {describe(key.type)}{' (optional)' if key.optional else ''}",
            help="a key is a string, number or identifier that every row has",
        )
    if table.per is not None and table.per.text not in ctx.tables.brand_kinds:
        message = f"nothing carries keys of the brand kind `{table.per.text}`"
        ctx.unknown(table.per, "brand kind", ctx.tables.brand_kinds, message=message)


_KEYS = (StringType, IntType, DomainType, EnumType, BrandedType, PoisonType)


def declare_account(ctx: Context, account: n.AccountDecl) -> None:
    """The types of its fields."""
    for member in account.fields:
        field_of(ctx, member)


def check_account(ctx: Context, account: n.AccountDecl) -> None:
    """Its fields are distinct."""
    check_fields(ctx, account.fields)


def check_taxonomy(ctx: Context, taxonomy: n.TaxonomyDecl) -> None:
    """Subcategories are distinct, and their refusals name nothing of any chain."""
    for category in taxonomy.categories:
        distinct(ctx, "subcategory", (subcategory.name for subcategory in category.subcategories))
        for subcategory in category.subcategories:
            for refusal in subcategory.refusals:
                check_wording(ctx, refusal, Scope(), functions=_LITERAL)
