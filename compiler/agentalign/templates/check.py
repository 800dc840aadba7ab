"""Checking a template against the types of the values it may use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from agentalign.dataclasses import replace
from agentalign.templates.blanks import blanks
from agentalign.templates.conditions import Conditions, facts_of
from agentalign.templates.context import Context, Typed
from agentalign.templates.infer import LOOP, Inference
from agentalign.templates.kinds import is_list, is_unknown, item, may_be_null, shown
from agentalign.templates.nodes import (
    Apply,
    Branch,
    Broken,
    Expr,
    Filtered,
    For,
    If,
    Literal,
    Node,
    Output,
    Parsed,
    Path,
    Text,
)
from agentalign.templates.openings import opened
from agentalign.templates.readoff import FRAGMENTS
from agentalign.templates.scope import Checked, Choice, Guard, Mention, Scope, StepUse
from agentalign.types import ListType, PoisonType, StringType, strip

Key: TypeAlias = tuple[str, ...]
"""What is voiced: a printed path, or a function name with a step."""


def check_template(parsed: Parsed, scope: Scope) -> Checked:
    """Resolve every name and type in a template; never raises.

    A mistake gives one issue and no echo: what stands on it has an unknown type that fits everywhere.
    """
    walk = _Walk(scope)
    nodes, certain = walk.block(parsed.nodes, Context(scope.values))
    issues = (*parsed.issues, *walk.infer.issues) or tuple(blanks(nodes))
    return Checked(
        parsed,
        tuple(sorted(dict.fromkeys(issues), key=lambda issue: (issue.start, issue.end, issue.message))),
        opened(nodes) if walk.steps else nodes,
        tuple(_mention(typed, at, guards, certain) for typed, at, guards in walk.mentions),
        _steps(walk.steps, "tool", certain),
        _steps(walk.steps, "details", certain),
        tuple(walk.choices),
        tuple(walk.conditions.tested),
        tuple(walk.infer.names),
        any(issue.kind != "whitespace" for issue in issues),
    )


def _mention(typed: Typed, at: Expr, guards: tuple[Guard, ...], certain: frozenset[Key]) -> Mention:
    assert typed.path is not None
    return Mention(
        typed.path,
        typed.prints,
        typed.value_type,
        typed.filters,
        at.start,
        at.end,
        guards,
        typed.voices,
        certain=typed.voices and typed.prints in certain,
    )


def _steps(
    found: Iterable[tuple[Key, Expr, tuple[Guard, ...]]], function: str, certain: frozenset[Key]
) -> tuple[StepUse, ...]:
    return tuple(
        StepUse(key[1], at.start, at.end, guards, key in certain)
        for key, at, guards in found
        if key[0] == f"@{function}"
    )


class _Walk:
    """One walk over the tree; returns it desugared, with what each block voices on every way through it."""

    def __init__(self, scope: Scope) -> None:
        self.infer = Inference(scope)
        self.conditions = Conditions(self.infer)
        self.mentions: list[tuple[Typed, Expr, tuple[Guard, ...]]] = []
        self.steps: list[tuple[Key, Expr, tuple[Guard, ...]]] = []
        self.choices: list[Choice] = []

    def block(self, nodes: Iterable[Node], context: Context) -> tuple[tuple[Node, ...], frozenset[Key]]:
        """Check nodes in order."""
        done: list[Node] = []
        certain: set[Key] = set()
        for node in nodes:
            match node:
                case Text():
                    done.append(node)
                case Output():
                    expr, voiced = self._output(node, context)
                    _append(done, node if expr is node.expr else Output(expr, node.start, node.end))
                    certain |= voiced
                case If():
                    branched, voiced = self._if(node, context)
                    done.append(branched)
                    certain |= voiced
                case For():
                    repeated, voiced = self._for(node, context)
                    done.append(repeated)
                    certain |= voiced
        return tuple(done), frozenset(certain)

    # ------------------------------------------------------------------------------------------------------- output

    def _output(self, node: Output, context: Context) -> tuple[Expr, frozenset[Key]]:
        at = node.expr
        if isinstance(at, Broken):
            return at, frozenset()
        choice, rest = (None, []) if isinstance(at, Path) else _split_choice(at)
        if choice is not None:
            made = self._choice(choice, context)
            typed = self._refiltered(rest, Typed(made, StringType()), context)
            return typed.expr, frozenset()
        typed = self.infer.printed(self.infer.value(at, context), at)
        if isinstance(typed.expr, Filtered) and (fragment := _fragment(typed.expr)):
            self.infer.report(
                "unprintable",
                f"the {fragment} alone has no wording: it could be any number",
                at.start,
                at.end,
                "print the whole with `day`, `month` or `time`",
            )
        found = self._mention(typed, at, context)
        if isinstance(at, Path) and not self.infer.arguments:
            return typed.expr, found
        while self.infer.arguments:
            argument, where = self.infer.arguments.pop(0)
            found |= self._mention(argument, where, context)
        call = _call(at)
        if call is not None and not is_unknown(typed.type):
            step = call.args[0]
            assert isinstance(step, Path)
            key = (f"@{call.function.text}", step.names[0].text)
            self.steps.append((key, at, context.guards))
            found |= {key}
        return typed.expr, found

    def _mention(self, typed: Typed, at: Expr, context: Context) -> frozenset[Key]:
        if typed.path is None or typed.path[0] == "loop":
            return frozenset()
        self.mentions.append((typed, at, context.guards))
        return frozenset({typed.prints} if typed.voices else ())

    def _choice(self, call: Apply, context: Context) -> Expr:
        values = [arg.value for arg in call.args if isinstance(arg, Literal) and isinstance(arg.value, str)]
        problem = None
        if "one_of" not in self.infer.scope.functions:
            problem = "`one_of` cannot be used here"
        elif context.looping:
            problem = "`one_of` may not stand inside a loop"
        elif len(values) < len(call.args):
            problem = "`one_of` takes strings in quotes"
        elif len(values) < 2:
            problem = "`one_of` needs at least two strings"
        elif len(set(values)) < len(values):
            problem = "`one_of` has the same string twice"
        if problem is not None:
            self.infer.report("choice", problem, call.start, call.end)
            return Broken(call.start, call.end)
        site = len(self.choices)
        self.choices.append(Choice(site, tuple(values), call.start, call.end, context.guards))
        number = Literal(site, call.start, call.start)
        return Apply(call.function, (number, *call.args), call.start, call.end)

    def _refiltered(self, filters: list[Filtered], base: Typed, context: Context) -> Typed:
        """Apply filters to the desugared choice they were written behind."""
        for layer in reversed(filters):
            stand_in = Filtered(Literal("", layer.start, layer.start), layer.name, layer.args, layer.start, layer.end)
            typed = self.infer.value(stand_in, context)
            if isinstance(typed.expr, Filtered):
                expr = Filtered(base.expr, typed.expr.name, typed.expr.args, layer.start, layer.end)
                base = Typed(expr, typed.type)
        return base

    # ------------------------------------------------------------------------------------------------------- blocks

    def _if(self, node: If, context: Context) -> tuple[Node, frozenset[Key]]:
        branches: list[Branch] = []
        voiced: list[frozenset[Key]] = []
        inside = context
        for branch in node.branches:
            condition = self.conditions.check(branch.condition, inside)
            holding = inside.under(facts_of(branch.condition, holds=True), Guard(condition, holds=True))
            body, certain = self.block(branch.body, holding)
            branches.append(Branch(condition, body))
            voiced.append(certain)
            inside = inside.under(facts_of(branch.condition, holds=False), Guard(condition, holds=False))
        otherwise, certain = self.block(node.otherwise, inside)
        voiced.append(certain)
        always = frozenset.intersection(*voiced) | self._where_there(node, voiced[0], context)
        return If(tuple(branches), otherwise, node.start, node.end), always

    def _where_there(self, node: If, voiced: frozenset[Key], context: Context) -> frozenset[Key]:
        """Return what the first branch voices of the very value whose presence is its condition."""
        condition = node.branches[0].condition
        if not isinstance(condition, Path):
            return frozenset()
        prefix = context.aliases.get(condition.names[0].text, condition.path[:1])
        path = (*prefix, *condition.path[1:])
        return frozenset(found for found in voiced if found[: len(path)] == path)

    def _for(self, node: For, context: Context) -> tuple[Node, frozenset[Key]]:
        name = node.name
        source = self.infer.value(node.source, context) if name.text else Typed(node.source, StringType())
        known = is_list(source.type) and not may_be_null(source.type) and source.path is not None
        if name.text and not known and not is_unknown(source.type):
            self._not_a_list(node, source)
        if name.text in context.values or name.text in context.aliases or name.text == "loop":
            message = f"`{name.text}` already means something here"
            self.infer.report("loop", message, name.start, name.end, "give the loop variable another name")
        prefix = (*(source.path or ("?",)), "*")
        inside = replace(
            context,
            values={**context.values, name.text: item(source.type) if known else PoisonType(), "loop": LOOP},
            aliases={**context.aliases, name.text: prefix},
            looping=True,
        )
        body, certain = self.block(node.body, inside)
        core = strip(source.type)
        if not (isinstance(core, ListType) and core.min > 0):
            certain = frozenset(found for found in certain if found[: len(prefix)] == prefix)
        return For(name, source.expr, body, node.start, node.end), certain

    def _not_a_list(self, node: For, source: Typed) -> None:
        at = node.source
        if is_list(source.type) and may_be_null(source.type):
            help_ = "put the loop inside `{% if %}`"
            self.infer.report("absent", "this list may be absent", at.start, at.end, help_)
            return
        message = f"a loop runs over a list, not over {shown(source.type)}"
        if is_list(source.type):
            message = "a loop runs over a list as it is"
        self.infer.report("loop", message, at.start, at.end)


def _append(done: list[Node], node: Output) -> None:
    """Add an output; the blank before `details(step)`, written or not, becomes its argument: it goes where there are none."""
    call, before = node.expr, done[-1] if done else None
    if not isinstance(call, Apply) or call.function.text != "details":
        done.append(node)
        return
    blank = isinstance(before, Text) and before.text.endswith(" ")
    if isinstance(before, Text) and blank:
        done[-1:] = [replace(before, text=before.text[:-1])] if before.text != " " else []
    opens = before is None or (isinstance(before, Text) and before.text.endswith("\n"))
    prefix = Literal("" if opens else " ", call.end, call.end)
    done.append(replace(node, expr=replace(call, args=(*call.args, prefix))))


def _split_choice(expr: Expr) -> tuple[Apply | None, list[Filtered]]:
    """Return the `one_of` an output prints, and the filters behind it, the outermost first."""
    layers: list[Filtered] = []
    while isinstance(expr, Filtered):
        layers.append(expr)
        expr = expr.value
    found = isinstance(expr, Apply) and expr.function.text == "one_of"
    return (expr if found and isinstance(expr, Apply) else None), layers


def _fragment(expr: Expr) -> str:
    """Return the part of a date or time that an output prints, if it is a number like any other."""
    while isinstance(expr, Filtered):
        words = tuple(arg.value for arg in expr.args if isinstance(arg, Literal))
        if expr.name.text == "part" and words in FRAGMENTS:
            return str(words[1])
        expr = expr.value
    return ""


def _call(expr: Expr) -> Apply | None:
    """Return the call of `tool` or `details` an output prints."""
    while isinstance(expr, Filtered):
        expr = expr.value
    return expr if isinstance(expr, Apply) and len(expr.args) == 1 and isinstance(expr.args[0], Path) else None
