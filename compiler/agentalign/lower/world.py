"""Taxonomy, lexicons, platforms, tables and capabilities: what is copied into the plan almost as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentalign.dataclasses import replace
from agentalign.ir import Capability, Category, Const, Entry, Lexicon, Operation, Platform, Port, Subcategory, Table
from agentalign.lower.context import Lowering
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import Field, Json, RecordType, describe, generable


def categories(low: Lowering) -> tuple[Category, ...]:
    """The harm taxonomy."""
    taxonomies = (t for t in low.checked.names.program(Kind.TAXONOMY) if isinstance(t, n.TaxonomyDecl))
    return tuple(_category(low, category) for taxonomy in taxonomies for category in taxonomy.categories)


def _category(low: Lowering, node: n.CategoryDecl) -> Category:
    subcategories = tuple(
        Subcategory(
            sub.name.text, _title(sub), sub.doc or "", tuple(low.desugared(refusal) for refusal in sub.refusals)
        )
        for sub in node.subcategories
    )
    return Category(node.name.text, _title(node), node.doc or "", subcategories)


def _title(node: n.CategoryDecl | n.SubcategoryDecl) -> str:
    return node.title.value if node.title else node.name.text.replace("_", " ").capitalize()


def lexicon(low: Lowering, node: n.LexiconDecl) -> Lexicon:
    """A lexicon with the JSON values of its entries."""
    entries = tuple(Entry(value(low, entry), entry.weight, metadata(low, entry)) for entry in node.entries)
    return Lexicon(low.name(node), low.type(node), entries, low.at(node))


def value(low: Lowering, entry: n.Entry) -> Json:
    """The value of an entry; a system prompt that prints something is kept as a (desugared) template."""
    if entry not in low.checked.values and isinstance(entry.value, n.TemplateLit):
        return low.desugared(entry.value)
    return low.checked.values[entry]


def printed(low: Lowering, node: n.LexiconDecl) -> Iterator[n.Entry]:
    """The entries that print something, and so are only known when a record is made: system prompts may."""
    return (entry for entry in node.entries if entry not in low.checked.values)


def prompts(low: Lowering, node: n.LexiconDecl) -> Lexicon:
    """A lexicon of system prompts: each entry is a (desugared) template, so that it can name the account and the day."""
    made = lexicon(low, node)
    entries = tuple(
        entry if written not in low.checked.values else replace(entry, value=_inert(entry.value))
        for written, entry in zip(node.entries, made.entries, strict=True)
    )
    return replace(made, entries=entries)


def _inert(value: Json) -> Json:
    """Plain text as a template that prints it: what looks like a tag is none."""
    return value.replace("{", '{{ "{" }}') if isinstance(value, str) and _TAG.search(value) else value


_TAG = re.compile(r"\{[{%#]")


def metadata(low: Lowering, entry: n.Entry) -> tuple[tuple[str, Json], ...]:
    """The metadata fields of an entry."""
    said = None if entry.metadata is None else low.checked.values[entry.metadata]
    return tuple(said.items()) if isinstance(said, dict) else ()


def platform(low: Lowering, node: n.PlatformDecl) -> Platform:
    """A platform; `title` is set apart from the brand keys."""
    said = {attribute.name.text: attribute.value.value for attribute in node.attributes}
    title = said.pop("title", node.name.text)
    return Platform(low.name(node), title, tuple(said.items()), low.at(node))


def table(low: Lowering, node: n.TableDecl) -> Table:
    """A table of the world."""
    row = low.type(node)
    assert isinstance(row, RecordType)
    return Table(low.name(node), row, node.key.text, node.per.text if node.per else None, low.at(node))


def account(low: Lowering) -> RecordType | None:
    """The type of the user's account."""
    node = low.checked.names.account
    if node is None:
        return None
    for field in node.fields:
        made_up = field.source is None and (field.optional or generable(low.type(field)))
        if not made_up:
            low.report(
                "E0221",
                node,
                field,
                f"every user has `{field.name.text}`, and {describe(low.type(field))} cannot be made up",
                help="give it a type that has values of its own, such as a domain type or an enum",
            )
    fields = tuple(Field(f.name.text, low.type(f), f.optional, f.doc) for f in node.fields)
    return RecordType("Account", fields)


def capability(low: Lowering, node: n.CapabilityDecl) -> Capability:
    """A capability with its operations."""
    return Capability(
        low.name(node),
        node.path.text,
        node.doc or "",
        tuple(_operation(low, operation) for operation in node.operations),
        low.at(node),
    )


def _operation(low: Lowering, node: n.OperationDecl) -> Operation:
    ports = tuple(
        Port(
            port.name.text,
            low.type(port),
            port.doc or "",
            port.key_of.text if port.key_of else None,
            None if port.default is None else Const(low.checked.values[port]),
        )
        for port in node.ports
    )
    return Operation(
        node.name.text if node.name else "", ports, low.type(node), tuple(code.text for code in node.fails)
    )
