"""Nodes of chains, readings, datasets, models and prompts."""

# ruff: noqa: D102  # a method is named after the rule of the grammar whose node it builds

from __future__ import annotations

from typing import Final

from agentalign.source import Span
from agentalign.syntax import nodes as n
from agentalign.syntax.builder.declarations import Clause, Tools
from agentalign.syntax.builder.words import Children, items, many, only, plain

_ONCE: Final = {n.InCategory: "category", n.Because: "because", n.Expect: "expect", n.InDomain: "domain"}


class Chains(Tools):
    """Chains and readings."""

    given = plain(n.Given, 1, 2, 4)
    repeat = plain(n.Repeat, 1, 3, 5)
    narrate = plain(n.Narrate, 1, 2)
    step_block = items
    voiced = items
    request = plain(n.Request, 1, 2)

    def step(self, at: Span, c: Children) -> n.Step:
        return n.Step(at, c[1], c[2], c[3] or (), c[5], c[6] or ())

    def let(self, at: Span, c: Children) -> n.Let:
        return n.Let(at, c[1], c[2], c[3] or ())

    def upset(self, at: Span, c: Children) -> n.Upset:
        return n.Upset(at, c[1], c[2], c[4], many(c, n.TemplateLit))

    def chain_decl(self, at: Span, c: Children) -> n.ChainDecl:
        return n.ChainDecl(at, c[0], c[2], c[3] or (), tuple(child for child in c[4:] if isinstance(child, n.Node)))  # type: ignore[misc]

    def reading_decl(self, at: Span, c: Children) -> n.ReadingDecl:
        body = tuple(child for child in c[6:] if isinstance(child, n.Node))
        first: dict[type, n.Node] = {}
        for item in body:
            if type(item) in _ONCE and first.setdefault(type(item), item) is not item:
                self.repeated(_ONCE[type(item)], item.span, first[type(item)].span, "reading")
        return n.ReadingDecl(at, c[0], c[2], c[3], c[5], body)  # type: ignore[arg-type]

    in_category = plain(n.InCategory, 1)
    because = plain(n.Because, 1)
    expect = plain(n.Expect, 1)
    in_domain = plain(n.InDomain, 1)
    vary = plain(n.Vary, 1, 2)
    in_pool = only(1)
    lexicon_pool = plain(n.LexiconPool, 0, 1)
    inline_pool = plain(n.InlinePool, 1)
    bind = plain(n.Bind, 1, 2)
    forbid = plain(n.Forbid, 1)
    only = plain(n.Only, 1, 3)
    compose = plain(n.Compose, 1, 2, 3)
    ask = plain(n.Ask, 1, 2)
    answer = plain(n.Answer, 1)
    refuse = plain(n.Refuse, 1)
    offer = plain(n.Offer, 1)


class Builder(Chains):
    """Datasets, models and prompts; with its bases, every rule of the grammar. One builder serves one parse."""

    share = plain(n.Share, 0, 1)
    hold = only(1)

    def mix(self, at: Span, c: Children) -> Clause:
        return Clause(at, "mix", c[1])

    def split(self, at: Span, c: Children) -> Clause:
        return Clause(at, "split", n.Split(at, c[1], c[3], c[4] or ()))

    def chains(self, at: Span, c: Children) -> Clause:
        return Clause(at, "chains", c[1])

    def system(self, at: Span, c: Children) -> Clause:
        return Clause(at, "system", c[1])

    def distractors(self, at: Span, c: Children) -> Clause:
        return Clause(at, "distractors", (c[1], c[2]))

    def select(self, at: Span, c: Children) -> Clause:
        return Clause(at, "select", n.Select(at, c[1], c[2].value if c[2] else None))

    def seed(self, at: Span, c: Children) -> Clause:
        return Clause(at, "seed", c[1])

    def count(self, at: Span, c: Children) -> Clause:
        return Clause(at, "size", c[1])

    def narration(self, at: Span, c: Children) -> Clause:
        return Clause(at, "narrate", c[1])

    def upsets(self, at: Span, c: Children) -> Clause:
        return Clause(at, "upset", c[1])

    def dataset_decl(self, at: Span, c: Children) -> n.DatasetDecl:
        said = self.clauses(many(c, Clause), "dataset")
        return n.DatasetDecl(
            at,
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
            stages=many(c, n.Stage),
        )

    stage = plain(n.Stage, 1, 3, 4)
    using = only(1)
    setting_name = Tools.name
    setting = plain(n.Setting, 0, 1)
    env = plain(n.Env, 1)

    def model_decl(self, at: Span, c: Children) -> n.ModelDecl:
        return n.ModelDecl(at, c[0], c[2], many(c, n.Setting))

    def prompt_system(self, at: Span, c: Children) -> Clause:
        return Clause(at, "system", c[1])

    def prompt_user(self, at: Span, c: Children) -> Clause:
        return Clause(at, "user", c[1])

    def prompt_decl(self, at: Span, c: Children) -> n.PromptDecl:
        said = self.clauses(many(c, Clause), "prompt")
        return n.PromptDecl(at, c[0], c[2], c[4], c[5], said.get("system"), said.get("user"))
