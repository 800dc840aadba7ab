"""Expressions: names resolved, defaults filled in, records completed, selectors reduced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from agentalign.check import (
    FUNCTIONS,
    AccountRef,
    Builtin,
    ChainParam,
    FunctionRef,
    LetRef,
    LexiconRef,
    LoopItem,
    RowField,
    ServiceResult,
    StepResult,
    TableRef,
    ToolParam,
    Word,
)
from agentalign.ir import (
    Account,
    Apply,
    Clock,
    Const,
    Delete,
    Do,
    Expr,
    Failure,
    Fresh,
    Get,
    Insert,
    Invent,
    Invoke,
    Let,
    MakeList,
    MakeRecord,
    Part,
    Row,
    Rows,
    Scalar,
    Select,
    Slot,
    Text,
    Update,
    Var,
)
from agentalign.lower.context import Lowering
from agentalign.syntax import nodes as n
from agentalign.types import BoolType, BrandedType, DomainType, NullableType, RecordType, Type, strip

ROW = Var("@row")

_OPERATORS = {
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "in": "in", "not in": "not_in",
    "+": "add", "-": "sub", "*": "mul", "/": "div", "and": "and", "or": "or",
}  # fmt: skip


def scalar(value: int | Decimal | str | bool | None) -> Scalar:
    """A literal's value as JSON has it."""
    return float(value) if isinstance(value, Decimal) else value


def partition(table: n.TableDecl) -> Expr | None:
    """The partition of a table as a tool sees it: the brand key of the call at hand, which `simulate` provides."""
    return Var(f"@{table.per.text}") if table.per else None


class Expressions:
    """Lowers the expressions of one program."""

    def __init__(self, low: Lowering) -> None:
        self.low = low
        self._refs = low.checked.refs
        self._of = low.checked.of
        self._bodies: dict[n.FunctionDecl, Expr] = {}

    def expr(self, node: n.Expr) -> Expr:  # one case per node
        """Lower an expression."""
        match node:
            case n.StringLit(value=value) | n.BoolLit(value=value):
                return Const(value)
            case n.NumberLit(value=number):
                return Const(scalar(number))
            case n.NullLit():
                return Const(None)
            case n.TemplateLit():
                return Text(self.low.desugared(node))
            case n.ListLit(items=items):
                return MakeList(tuple(self.expr(item) for item in items))
            case n.Reference():
                return self._reference(node)
            case n.Member():
                return self._member(node)
            case n.Index(value=value, index=key):
                table = self._table(value)
                return Row(self.low.name(table), partition(table), self.expr(key))
            case n.Call():
                return self._call(node)
            case n.RecordBody():
                return self.record(self._row_type(self._of[node]), node)
            case n.RecordLit(body=body):
                return self.record(self._row_type(self._of[node]), body)
            case n.Unary(operator="not", operand=operand):
                return Apply("not", (self.condition(operand),))
            case n.Unary(operand=operand):
                return Apply("neg", (self.expr(operand),))
            case n.Binary():
                return self._binary(node)
            case n.Conditional(test=test, then=then, otherwise=otherwise):
                return Apply("if", (self.condition(test), self.expr(then), self.expr(otherwise)))
            case n.Selection():
                choosing = self.low.checked.choices[node]
                where = None if node.where is None else self.condition(node.where)
                return Select(choosing.pick, choosing.field, self.expr(node.source), where)
            case _:
                assert_never(node)

    def condition(self, node: n.Expr) -> Expr:
        """Lower an expression used as a condition: what may be null counts as "is there"."""
        lowered = self.expr(node)
        type_ = self._of.get(node)
        if isinstance(type_, NullableType) or (type_ is not None and not isinstance(strip(type_), BoolType)):
            return Apply("present", (lowered,))
        return lowered

    def action(self, node: n.Action) -> Expr | Failure:
        """Lower what a rule does."""
        match node:
            case n.Fail(code=code, details=details):
                return Failure(code.value, tuple(Slot(a.name.text, self.expr(a.value)) for a in details))
            case n.Block(statements=statements, result=result):
                return Do(tuple(self._statement(statement) for statement in statements), self.effect(result))
            case _:
                return self.effect(node)

    def effect(self, node: n.Expr | n.Effect) -> Expr:
        """Lower an expression or a change to the world."""
        match node:
            case n.Insert(place=place, body=body):
                table = self._placed(place)
                row = self.record(self._row_type(self.low.type(table)), body)
                return Insert(self.low.name(table), partition(table), row)
            case n.Update(place=place, key=key, body=body):
                table = self._placed(place)
                return Update(self.low.name(table), partition(table), self.expr(key), self.slots(table, body))
            case n.Delete(place=place, key=key):
                table = self._placed(place)
                return Delete(self.low.name(table), partition(table), self.expr(key))
            case n.Invent():
                return self._invent(node)
            case _:
                return self.expr(node)

    def record(self, row: RecordType, body: n.RecordBody | None) -> MakeRecord:
        """A whole record: what the body says, and for the rest null or something made up; optional fields stay out."""
        said = {assign.name.text: assign.value for assign in body.assigns} if body else {}
        slots: list[Slot] = []
        sources = {field.name.text: field for field in self.low.record(row).fields}
        for field in row.fields:
            if field.name in said:
                slots.append(Slot(field.name, self._made(said[field.name], field.type, sources[field.name])))
            elif isinstance(field.type, NullableType):
                slots.append(Slot(field.name, Const(None)))
            elif not field.optional:
                slots.append(Slot(field.name, self._invented(field.type, sources[field.name])))
        return MakeRecord(row.name, tuple(slots))

    def slots(self, table: n.TableDecl, body: n.RecordBody) -> tuple[Slot, ...]:
        """The fields of a row that a body sets."""
        row = self._row_type(self.low.type(table))
        types = {field.name: field.type for field in row.fields}
        sources = {field.name.text: field for field in self.low.record(row).fields}
        names = [(assign.name.text, assign.value) for assign in body.assigns]
        return tuple(Slot(name, self._made(value, types[name], sources[name])) for name, value in names)

    # ------------------------------------------------------------------------------------------------------- parts

    def _made(self, value: n.Expr, type_: Type, field: n.FieldDecl) -> Expr:
        if isinstance(value, n.Reference) and self._refs.get(value) == Builtin("new"):
            return self._invented(type_, field)
        return self.expr(value)

    def _invented(self, type_: Type, field: n.FieldDecl) -> Expr:
        if field.source is not None:
            target = self._refs[field.source]
            assert isinstance(target, LexiconRef)
            return Fresh("pick", lexicon=self.low.name(target.lexicon))
        return Fresh("value", type=type_.inner if isinstance(type_, NullableType) else type_)

    def _statement(self, node: n.LetValue | n.Effect) -> Let:
        if isinstance(node, n.LetValue):
            return Let(node.name.text, self.effect(node.value))
        return Let(None, self.effect(node))

    def _invent(self, node: n.Invent) -> Invent:
        low, high = self.expr(node.low), self.expr(node.high)
        if node.place.table is not None:
            table = self._placed(node.place)
            row = self.record(self._row_type(self.low.type(table)), node.body)
            return Invent(self.low.name(table), partition(table), low, high, row)
        listed = self._of[node]
        return Invent(None, None, low, high, self.record(self._row_type(listed), node.body))

    def _row_type(self, type_: Type) -> RecordType:
        core = strip(type_)
        if not isinstance(core, RecordType):
            core = strip(core.item)  # type: ignore[union-attr]  # checked: a list of rows
        assert isinstance(core, RecordType)
        return core

    def _placed(self, place: n.Place) -> n.TableDecl:
        target = self._refs[place]
        assert isinstance(target, TableRef)
        return target.table

    def _table(self, node: n.Expr) -> n.TableDecl:
        target = self._refs[node]
        assert isinstance(target, TableRef)
        return target.table

    def _reference(self, node: n.Reference) -> Expr:
        match self._refs[node]:
            case RowField(field=field):
                return Get(ROW, field.name)
            case ChainParam() | StepResult() | LoopItem() | LetRef() | ToolParam():
                return Var(node.name)
            case ServiceResult():
                return Var("it")
            case Word(text=text):
                return Const(text)
            case Builtin(name="new"):
                type_ = self._of[node]
                return Fresh("value", type=type_.inner if isinstance(type_, NullableType) else type_)
            case other:
                raise AssertionError(other)

    def _member(self, node: n.Member) -> Expr:
        match self._refs.get(node):
            case TableRef(table=table):
                return Rows(self.low.name(table), partition(table))
            case AccountRef(field=field):
                return Account(field.name.text)
            case Builtin(name="clock.now"):
                return Clock("now")
            case Builtin(name="clock.today"):
                return Clock("today")
            case _:
                whole = self.expr(node.value)
                core = strip(self._of[node.value])
                domain = _domain(core)
                return Part(whole, domain, node.name.text) if domain else Get(whole, node.name.text)

    def _binary(self, node: n.Binary) -> Expr:
        if node.operator in {"in", "not in"} and isinstance(self._refs.get(node.right), TableRef):
            table = self._table(node.right)
            found = Apply("present", (Row(self.low.name(table), partition(table), self.expr(node.left)),))
            return found if node.operator == "in" else Apply("not", (found,))
        side = self.condition if node.operator in {"and", "or"} else self.expr
        return Apply(_OPERATORS[node.operator], (side(node.left), side(node.right)))

    def _call(self, node: n.Call) -> Expr:
        match node.callee:
            case n.Member(value=n.Reference(name="clock"), name=n.Name(text="after")):
                return Clock("after", self.expr(node.arguments[0].value))
            case n.Member(value=n.Reference(name="new"), name=n.Name(text=kind)):
                return self._new(kind, node)
            case n.Reference(name=name):
                target = self._refs[node]
                if isinstance(target, FunctionRef):
                    return self._invoke(target.function, node.arguments)
                legal = [param.name for param in FUNCTIONS[name].params]
                return Apply(name, tuple(value for _, value in self._arguments(legal, node.arguments)))
            case other:
                raise AssertionError(other)

    def _new(self, kind: str, node: n.Call) -> Expr:
        values = [argument.value for argument in node.arguments]
        if kind == "pick":
            target = self._refs[values[0]]
            assert isinstance(target, LexiconRef)
            return Fresh("pick", lexicon=self.low.name(target.lexicon))
        assert kind in {"id", "int", "decimal"}
        return Fresh(kind, arguments=tuple(self.expr(value) for value in values))  # type: ignore[arg-type]

    def _arguments(self, params: Sequence[str], arguments: tuple[n.Argument, ...]) -> tuple[tuple[str, Expr], ...]:
        """Arguments in the order of the function's parameters; those left out at the end are missing."""
        placed = {a.name.text if a.name else params[position]: a.value for position, a in enumerate(arguments)}
        return tuple((name, self.expr(placed[name])) for name in params if name in placed)

    def _invoke(self, function: n.FunctionDecl, arguments: tuple[n.Argument, ...]) -> Invoke:
        """A function where it is called; its body is lowered once."""
        given = self._arguments([param.name.text for param in function.params], arguments)
        body = self._bodies.get(function)
        if body is None:
            body = self._bodies[function] = self._rules(function.rules)
        return Invoke(tuple(Slot(name, value) for name, value in given), body)

    def _rules(self, rules: tuple[n.Rule, ...]) -> Expr:
        """Rules as one expression. The checker has shown that one holds: the last is taken if no other is."""
        *earlier, last = rules
        cases = [part for rule in earlier if rule.when for part in (self.condition(rule.when), self._gives(rule))]
        return Apply("choose", (*cases, self._gives(last))) if cases else self._gives(last)

    def _gives(self, rule: n.Rule) -> Expr:
        given = self.action(rule.action)
        assert not isinstance(given, Failure), "functions do not fail"
        return given


def _domain(core: Type) -> str | None:
    if isinstance(core, DomainType):
        return core.domain
    if isinstance(core, BrandedType) and core.base is not None:
        return _domain(strip(core.base))
    return None
