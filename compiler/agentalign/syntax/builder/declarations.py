"""Nodes of the top level, tools and what they do."""

# ruff: noqa: D102  # a method is named after the rule of the grammar whose node it builds

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Label
from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.syntax.builder.words import Children, Expressions, items, many, only, plain


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that stands once in its block and is no node of its own."""

    at: Span
    name: str
    value: Any


class Declarations(Expressions):
    """The top level."""

    def edition(self, _: Span, c: Children) -> n.NumberLit:
        number: n.NumberLit = c[1]
        return number

    def start(self, at: Span, c: Children) -> n.Module:
        edition = next(iter(many(c, n.NumberLit)), None)
        rest = tuple(child for child in c if child is not None and not isinstance(child, n.Use | n.NumberLit))
        return n.Module(at, edition, many(c, n.Use), rest)

    def use(self, at: Span, c: Children) -> n.Use:
        return n.Use(at, c[1], c[2] or ())

    use_name = plain(n.UseName, 0, 2)
    type_decl = plain(n.TypeDecl, 0, 2, 3)
    field_from = only(1)
    weight = only(1)
    default = only(0)
    fails = only(1)
    attribute = plain(n.Attribute, 0, 1)
    table_decl = plain(n.TableDecl, 0, 2, 3, 5, 7)

    def record_decl(self, at: Span, c: Children) -> n.RecordDecl:
        return n.RecordDecl(at, c[0], c[2], many(c, n.FieldDecl))

    def field(self, at: Span, c: Children) -> n.FieldDecl:
        return n.FieldDecl(at, c[0], c[1] is not None, c[2], c[3] is not None, c[4], c[5])

    lexicon_with = items

    def lexicon_decl(self, at: Span, c: Children) -> n.LexiconDecl:
        return n.LexiconDecl(at, c[0], c[2], c[3], c[4] or (), c[5] or ())

    def entry(self, at: Span, c: Children) -> n.Entry:
        return n.Entry(at, c[0], c[1], c[2].value if c[2] else 1)

    def taxonomy_decl(self, at: Span, c: Children) -> n.TaxonomyDecl:
        return n.TaxonomyDecl(at, c[0], c[2], many(c, n.CategoryDecl))

    def category(self, at: Span, c: Children) -> n.CategoryDecl:
        return n.CategoryDecl(at, c[0], c[2], c[3], many(c, n.SubcategoryDecl))

    def subcategory(self, at: Span, c: Children) -> n.SubcategoryDecl:
        refusals = tuple(refuse.template for refuse in many(c, n.Refuse))
        return n.SubcategoryDecl(at, c[0], c[2], c[3], refusals)

    def capability_decl(self, at: Span, c: Children) -> n.CapabilityDecl:
        return n.CapabilityDecl(at, c[0], c[2], many(c, n.OperationDecl))

    def signature(self, at: Span, c: Children) -> n.OperationDecl:
        return n.OperationDecl(at, None, None, c[1] or (), c[3], c[4] or ())

    def operation(self, at: Span, c: Children) -> n.OperationDecl:
        bare: n.OperationDecl = c[2]
        return n.OperationDecl(at, c[0], c[1], bare.ports, bare.result, bare.fails)

    port = plain(n.PortDecl, 0, 1, 2, 4, 5)

    def platform_decl(self, at: Span, c: Children) -> n.PlatformDecl:
        return n.PlatformDecl(at, c[0], c[2], many(c, n.Attribute))

    def account_decl(self, at: Span, c: Children) -> n.AccountDecl:
        return n.AccountDecl(at, c[0], many(c, n.FieldDecl))

    def clauses(self, found: Iterable[Clause], block: str) -> dict[str, Any]:
        """The values of clauses by name; the first of several counts, the others are reported."""
        kept: dict[str, Clause] = {}
        for clause in found:
            first = kept.setdefault(clause.name, clause)
            if first is not clause:
                self.repeated(clause.name, clause.at, first.at, block)
        return {name: clause.value for name, clause in kept.items()}

    def repeated(self, name: str, again: Span, first: Span, block: str) -> None:
        """Report a clause that stands twice, by the places of both."""
        width = len(name)
        label = Label(self.source.at(first.start, first.start + width), "the first one is here")
        at = Span(again.start, again.start + width)
        self.report("E0014", at, f"a {block} has one `{name}`, and this is another", secondary=(label,))


class Tools(Declarations):
    """Tools and how they behave."""

    def title(self, at: Span, c: Children) -> Clause:
        return Clause(at, "title", c[1])

    def returns(self, at: Span, c: Children) -> Clause:
        return Clause(at, "returns", c[1])

    def result(self, at: Span, c: Children) -> Clause:
        return Clause(at, "result", c[1])

    def simulate(self, at: Span, c: Children) -> Clause:
        return Clause(at, "simulate", many(c, n.Rule))

    def tool_decl(self, at: Span, c: Children) -> n.ToolDecl:
        said = self.clauses(many(c, Clause), "tool")
        return n.ToolDecl(
            at,
            doc=c[0],
            name=c[2],
            implements=c[3],
            platform=c[5],
            title=said.get("title"),
            params=many(c, n.ParamDecl),
            returns=said.get("returns"),
            result=said.get("result"),
            requires=many(c, n.Require),
            rules=said.get("simulate", ()),
        )

    def function_decl(self, at: Span, c: Children) -> n.FunctionDecl:
        return n.FunctionDecl(at, c[0], c[2], c[3] or (), c[5], many(c, n.Rule))

    inputs = items

    def input(self, at: Span, c: Children) -> n.ParamDecl:
        return n.ParamDecl(at, c[0], c[1], False, c[2], None, None, None)

    def param(self, at: Span, c: Children) -> n.ParamDecl:
        return n.ParamDecl(at, c[0], c[1], c[2] is not None, c[3], c[4], c[5], c[6])

    param_from = only(1)
    param_ask = only(1)
    require = plain(n.Require, 1, 3)

    def rule(self, at: Span, c: Children) -> n.Rule:
        return n.Rule(at, c[1] if len(c) == 3 else None, c[-1])

    def fail(self, at: Span, c: Children) -> n.Fail:
        return n.Fail(at, c[1], c[2] or ())

    def details(self, _: Span, c: Children) -> tuple[n.Assign, ...]:
        return c[1] or ()

    place = plain(n.Place, 0, 1)
    insert = plain(n.Insert, 1, 2)
    update = plain(n.Update, 1, 2, 4)
    delete = plain(n.Delete, 1, 2)
    invent = plain(n.Invent, 1, 2, 3, 5)
    let_value = plain(n.LetValue, 1, 2)

    def block(self, at: Span, c: Children) -> n.Block:
        return n.Block(at, tuple(c[1:-2]), c[-2])

    give = only(1)
