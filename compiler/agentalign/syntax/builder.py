"""From lark's reductions to nodes: one method per grammar rule, run while parsing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar, cast

from lark import Token, Transformer

from agentalign.source import Span
from agentalign.syntax import nodes as n

T = TypeVar("T")
Children = Sequence[Any]  # tokens, nodes, tuples and None, as the rule says

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(u\{([0-9a-fA-F]{1,6})\}|.)")


def _unescape(match: re.Match[str]) -> str:
    if match[2] is not None:
        return chr(int(match[2], 16))
    return _ESCAPES.get(match[1], match[0])


def _edges(child: object) -> tuple[int, int] | None:
    if isinstance(child, Token):
        return cast(int, child.start_pos), cast(int, child.end_pos)
    if isinstance(child, n.Node):
        return child.span.start, child.span.end
    if isinstance(child, tuple) and child:
        first, last = _edges(child[0]), _edges(child[-1])
        return (first[0], last[1]) if first and last else None
    return None


def _span(children: Children) -> Span:
    """From the first child that has a place to the last one."""
    start = next((edge[0] for child in children if (edge := _edges(child))), 0)
    end = next((edge[1] for child in reversed(children) if (edge := _edges(child))), start)
    return Span(start, end)


def _token_span(token: Token) -> Span:
    return Span(cast(int, token.start_pos), cast(int, token.end_pos))


def _name(token: Token) -> n.Name:
    return n.Name(_token_span(token), str(token))


def _number(token: Token) -> int | Decimal:
    text = token.replace("_", "").rstrip("%")
    return Decimal(text) if "." in text else int(text)


def _many(children: Children, kind: type[T]) -> tuple[T, ...]:
    return tuple(child for child in children if isinstance(child, kind))


def _one(children: Children, kind: type[T]) -> T | None:
    return next((child for child in children if isinstance(child, kind)), None)


def _all(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if child is not None and not isinstance(child, Token))


def _tuple(child: Any) -> tuple[Any, ...]:
    return child if child is not None else ()


def _plain(make: Callable[..., Any], *slots: int) -> Callable[[Any, Children], Any]:
    """A rule whose node takes the children at `slots`, in that order."""

    def build(_: Any, children: Children) -> Any:
        return make(_span(children), *(children[slot] for slot in slots))

    return build


class Words(Transformer[Token, Any]):
    """Names, types and literals."""

    def name(self, c: Children) -> n.Name:
        return _name(c[0])

    word = ident = mode = label = verdict = name

    def slot(self, c: Children) -> n.Name:
        token = c[0]
        return n.Name(_token_span(token), token[1:-1] if token.type == "STRING" else str(token))

    def path(self, c: Children) -> n.Path:
        return n.Path(_span(c), tuple(c))

    def docs(self, c: Children) -> str:
        return "\n".join(token[3:].strip() for token in c)

    names = name_list = targets = strings = exprs = assigns = arguments = ports = entries = use_names = (
        lambda self, c: _all(c)  # noqa: ARG005
    )

    def comparator(self, c: Children) -> str:
        return " ".join(c)

    def number(self, c: Children) -> int | Decimal:
        return -_number(c[1]) if c[0] else _number(c[1])

    size = _plain(n.Size, 1, 2)
    named_type = _plain(n.NamedTypeExpr, 0, 1)
    nullable_type = _plain(n.NullableTypeExpr, 0)
    brand_case = _plain(n.BrandCase, 0, 1)

    def list_type(self, c: Children) -> n.ListTypeExpr:
        return n.ListTypeExpr(_span(c), c[1], c[2])

    def shape_type(self, c: Children) -> n.ShapeTypeExpr:
        return n.ShapeTypeExpr(_span(c), c[0], self.literal([c[2]]), c[4])  # type: ignore[arg-type]

    def enum_type(self, c: Children) -> n.EnumTypeExpr:
        return n.EnumTypeExpr(_span(c), _many(c, n.EnumValueExpr))

    def enum_value(self, c: Children) -> n.EnumValueExpr:
        return n.EnumValueExpr(_span(c), c[0], self.literal([c[1]]))  # type: ignore[arg-type]

    def domain_type(self, c: Children) -> n.DomainTypeExpr:
        return n.DomainTypeExpr(_span(c), self.literal([c[1]]), c[3])  # type: ignore[arg-type]

    def brand_type(self, c: Children) -> n.BrandTypeExpr:
        return n.BrandTypeExpr(_span(c), c[1], _many(c, n.BrandCase))

    def literal(self, c: Children) -> n.StringLit | n.NumberLit | n.BoolLit | n.NullLit:
        token, span = c[0], _token_span(c[0])
        match token.type:
            case "STRING":
                return n.StringLit(span, _ESCAPE.sub(_unescape, token[1:-1]))
            case "RSTRING":
                return n.StringLit(span, token[2:-1], raw=True)
            case "TRUE" | "FALSE":
                return n.BoolLit(span, token.type == "TRUE")
            case "NULL":
                return n.NullLit(span)
            case _:
                return n.NumberLit(span, _number(token), token.type == "PERCENT")

    def negative(self, c: Children) -> n.NumberLit:
        return n.NumberLit(_span(c), -_number(c[1]))

    def template(self, c: Children) -> n.TemplateLit:
        return n.TemplateLit(_token_span(c[0]), c[0][3:-3])


class Expressions(Words):
    """Expressions and record bodies."""

    def reference(self, c: Children) -> n.Reference:
        return n.Reference(c[0].span, c[0].text)

    def list_lit(self, c: Children) -> n.ListLit:
        return n.ListLit(_span(c), _tuple(c[1]))

    def record_body(self, c: Children) -> n.RecordBody:
        return n.RecordBody(_span(c), _tuple(c[1]))

    def conditional(self, c: Children) -> n.Conditional:
        return n.Conditional(_span(c), c[1], c[3], c[5])

    def selection(self, c: Children) -> n.Selection:
        return n.Selection(_span(c), c[0], c[2], c[4])

    def binary(self, c: Children) -> n.Binary:
        return n.Binary(_span(c), c[0], str(c[1]), c[2])

    def unary(self, c: Children) -> n.Unary:
        return n.Unary(_span(c), str(c[0]), c[1])

    def index(self, c: Children) -> n.Index:
        return n.Index(_span(c), c[0], c[1])

    def call(self, c: Children) -> n.Call:
        return n.Call(_span(c), c[0], _tuple(c[1]))

    assign = _plain(n.Assign, 0, 1)
    argument = _plain(n.Argument, 0, 1)
    member = _plain(n.Member, 0, 1)
    record_lit = _plain(n.RecordLit, 0, 1)


class Declarations(Expressions):
    """The top level, tools and datasets."""

    def edition(self, c: Children) -> n.NumberLit:
        return cast(n.NumberLit, self.literal([c[1]]))

    def start(self, c: Children) -> n.Module:
        edition = _one(c, n.NumberLit)
        declarations = tuple(child for child in c if not isinstance(child, (n.Use, n.NumberLit)))
        return n.Module(_span(c), edition, _many(c, n.Use), declarations)

    def use(self, c: Children) -> n.Use:
        return n.Use(_span(c), c[1], _tuple(c[2]))

    def use_name(self, c: Children) -> n.UseName:
        return n.UseName(_span(c), c[0], c[2])

    def type_decl(self, c: Children) -> n.TypeDecl:
        return n.TypeDecl(_span(c), c[0], c[2], c[3])

    def record_decl(self, c: Children) -> n.RecordDecl:
        return n.RecordDecl(_span(c), c[0], c[2], _many(c, n.FieldDecl))

    def field(self, c: Children) -> n.FieldDecl:
        return n.FieldDecl(_span(c), c[0], c[1] is not None, c[2], c[3] is not None, c[4], c[5])

    def field_from(self, c: Children) -> n.Name:
        return cast(n.Name, c[1])

    def lexicon_with(self, c: Children) -> tuple[n.FieldDecl, ...]:
        return _many(c, n.FieldDecl)

    def lexicon_decl(self, c: Children) -> n.LexiconDecl:
        return n.LexiconDecl(_span(c), c[0], c[2], c[3], _tuple(c[4]), _tuple(c[5]))

    def entry(self, c: Children) -> n.Entry:
        return n.Entry(_span(c), c[0], c[1], int(_number(c[3])) if c[3] else 1)

    def taxonomy_decl(self, c: Children) -> n.TaxonomyDecl:
        return n.TaxonomyDecl(_span(c), c[0], c[2], _many(c, n.CategoryDecl))

    def category(self, c: Children) -> n.CategoryDecl:
        return n.CategoryDecl(_span(c), c[0], c[2], c[3] and self.literal([c[3]]), _many(c, n.SubcategoryDecl))

    def subcategory(self, c: Children) -> n.SubcategoryDecl:
        refusals = tuple(refuse.template for refuse in _many(c, n.Refuse))
        return n.SubcategoryDecl(_span(c), c[0], c[2], c[3] and self.literal([c[3]]), refusals)

    def capability_decl(self, c: Children) -> n.CapabilityDecl:
        return n.CapabilityDecl(_span(c), c[0], c[2], _many(c, n.OperationDecl))

    def signature(self, c: Children) -> n.OperationDecl:
        return n.OperationDecl(_span(c), None, None, _tuple(c[1]), c[3], _tuple(c[5]))

    def operation(self, c: Children) -> n.OperationDecl:
        bare: n.OperationDecl = c[2]
        return n.OperationDecl(_span(c), c[0], c[1], bare.ports, bare.result, bare.fails)

    def port(self, c: Children) -> n.PortDecl:
        return n.PortDecl(_span(c), c[0], c[1], c[2], c[4], c[5])

    def platform_decl(self, c: Children) -> n.PlatformDecl:
        return n.PlatformDecl(_span(c), c[0], c[2], _many(c, n.Attribute))

    def attribute(self, c: Children) -> n.Attribute:
        return n.Attribute(_span(c), c[0], cast(n.StringLit, self.literal([c[1]])))

    def table_decl(self, c: Children) -> n.TableDecl:
        return n.TableDecl(_span(c), c[0], c[2], c[3], c[5], c[7])

    def account_decl(self, c: Children) -> n.AccountDecl:
        return n.AccountDecl(_span(c), c[0], _many(c, n.FieldDecl))



class Tools(Declarations):
    """Tools and how they behave."""

    def title(self, c: Children) -> tuple[str, Any]:
        return ("title", self.literal([c[1]]))

    def returns(self, c: Children) -> tuple[str, Any]:
        return ("returns", c[1])

    def result(self, c: Children) -> tuple[str, Any]:
        return ("result", c[1])

    def simulate(self, c: Children) -> tuple[str, Any]:
        return ("simulate", _many(c, n.Rule))

    def tool_decl(self, c: Children) -> n.ToolDecl:
        said = dict(child for child in c[6:] if isinstance(child, tuple))
        return n.ToolDecl(
            _span([child for child in c if not isinstance(child, tuple)]),
            doc=c[0],
            name=c[2],
            implements=c[4],
            platform=c[6],
            title=said.get("title"),
            params=_many(c, n.ParamDecl),
            returns=said.get("returns"),
            result=said.get("result"),
            requires=_many(c, n.Require),
            rules=said.get("simulate", ()),
        )

    def param(self, c: Children) -> n.ParamDecl:
        return n.ParamDecl(_span(c), c[0], c[1], c[2] is not None, c[3], c[4], c[6], c[7])

    def param_from(self, c: Children) -> n.Path:
        return cast(n.Path, c[1])

    def require(self, c: Children) -> n.Require:
        return n.Require(_span(c), c[1], c[3])

    def rule_head(self, c: Children) -> tuple[Token, Any]:
        return (c[0], c[1] if len(c) > 1 else None)

    def rule(self, c: Children) -> n.Rule:
        token, when = c[0]
        return n.Rule(_span([token, c[1]]), when, c[1])

    def fail(self, c: Children) -> n.Fail:
        return n.Fail(_span(c), cast(n.StringLit, self.literal([c[1]])), _tuple(c[2]))

    def place(self, c: Children) -> n.Place:
        return n.Place(_span(c), c[0], c[1])

    def insert(self, c: Children) -> n.Insert:
        return n.Insert(_span(c), c[1], c[2])

    def update(self, c: Children) -> n.Update:
        return n.Update(_span(c), c[1], c[2], c[4])

    def delete(self, c: Children) -> n.Delete:
        return n.Delete(_span(c), c[1], c[2])

    def invent(self, c: Children) -> n.Invent:
        return n.Invent(_span(c), c[1], c[2], c[3], c[5])

    def let_value(self, c: Children) -> n.LetValue:
        return n.LetValue(_span(c), c[1], c[2])

    def block(self, c: Children) -> n.Block:
        return n.Block(_span(c), tuple(c[1:-3]), c[-2])


class Builder(Tools):
    """Chains, readings, datasets: with its bases, every rule of the grammar."""

    def given(self, c: Children) -> n.Given:
        return n.Given(_span(c), c[1], c[2], c[4])

    def step(self, c: Children) -> n.Step:
        return n.Step(_span(c), c[1], c[2], _tuple(c[3]), c[5], _tuple(c[6]))

    def step_block(self, c: Children) -> tuple[n.Narrate, ...]:
        return _many(c, n.Narrate)

    def repeat(self, c: Children) -> n.Repeat:
        return n.Repeat(_span(c), c[1], c[3], self.literal([c[5]]))  # type: ignore[arg-type]

    def narrate(self, c: Children) -> n.Narrate:
        return n.Narrate(_span(c), c[1], c[2])

    def let(self, c: Children) -> n.Let:
        return n.Let(_span(c), c[1], c[2], tuple(self.literal([token]) for token in c[4] or ()))  # type: ignore[misc]

    def strings(self, c: Children) -> tuple[Token, ...]:
        return tuple(c)

    def upset(self, c: Children) -> n.Upset:
        return n.Upset(_span(c), c[1], c[2], c[4].text, _many(c, n.TemplateLit))

    def chain_decl(self, c: Children) -> n.ChainDecl:
        return n.ChainDecl(_span(c), c[0], c[2], _tuple(c[3]), _many(c[4:], n.Node))

    def reading_decl(self, c: Children) -> n.ReadingDecl:
        return n.ReadingDecl(_span(c), c[0], c[2].text, c[3], c[5], _many(c[6:], n.Node))  # type: ignore[arg-type]

    def vary(self, c: Children) -> n.Vary:
        return n.Vary(_span(c), c[1], c[3])

    def lexicon_pool(self, c: Children) -> n.LexiconPool:
        return n.LexiconPool(_span(c), c[0], c[2])

    def inline_pool(self, c: Children) -> n.InlinePool:
        return n.InlinePool(_span(c), c[1])

    def because(self, c: Children) -> n.Because:
        return n.Because(_span(c), self.literal([c[1]]))  # type: ignore[arg-type]

    def expect(self, c: Children) -> n.Expect:
        return n.Expect(_span(c), c[1].text)

    def only(self, c: Children) -> n.Only:
        return n.Only(_span(c), c[1], c[3])

    def bind(self, c: Children) -> n.Bind:
        return n.Bind(_span(c), c[1], c[2])

    in_category = _plain(n.InCategory, 1)
    in_domain = _plain(n.InDomain, 1)
    forbid = _plain(n.Forbid, 1)
    compose = _plain(n.Compose, 1, 2, 3)
    ask = _plain(n.Ask, 1, 2)
    answer = _plain(n.Answer, 1)
    refuse = _plain(n.Refuse, 1)
    offer = _plain(n.Offer, 1)

    # -------------------------------------------------------------------------------------------------- datasets

    def share(self, c: Children) -> n.Share:
        return n.Share(_span(c), c[0], self.literal([c[1]]))  # type: ignore[arg-type]

    def shares(self, c: Children) -> tuple[n.Share, ...]:
        return _many(c, n.Share)

    def mix(self, c: Children) -> tuple[str, Any]:
        return ("mix", c[1])

    def split(self, c: Children) -> tuple[str, Any]:
        return ("split", n.Split(_span(c), c[1], c[3], _tuple(c[5])))

    def chains(self, c: Children) -> tuple[str, Any]:
        return ("chains", c[1])

    def system(self, c: Children) -> tuple[str, Any]:
        return ("system", c[1])

    def distractors(self, c: Children) -> tuple[str, Any]:
        return ("distractors", (self.literal([c[1]]), self.literal([c[2]])))

    def select(self, c: Children) -> tuple[str, Any]:
        return ("select", n.Select(_span(c), c[1], int(_number(c[2])) if c[2] else None))

    def seed(self, c: Children) -> tuple[str, Any]:
        return ("seed", self.literal([c[1]]))

    def count(self, c: Children) -> tuple[str, Any]:
        return ("size", self.literal([c[1]]))

    def narration(self, c: Children) -> tuple[str, Any]:
        return ("narrate", self.literal([c[1]]))

    def upsets(self, c: Children) -> tuple[str, Any]:
        return ("upset", self.literal([c[1]]))

    def dataset_decl(self, c: Children) -> n.DatasetDecl:
        said = dict(child for child in c if isinstance(child, tuple))
        return n.DatasetDecl(
            _span([child for child in c if not isinstance(child, tuple)]),
            doc=c[0],
            name=c[2],
            seed=said.get("seed"),
            size=said.get("size"),
            mix=said.get("mix", ()),
            split=said.get("split"),
            chains=said.get("chains", ()),
            system=said.get("system"),
            distractors=said.get("distractors"),
            narrate=said.get("narrate"),
            upset=said.get("upset"),
            select=said.get("select"),
        )
