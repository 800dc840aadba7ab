"""Chains: steps with their arguments, selections, and rows to plant in time."""

from __future__ import annotations

from collections.abc import Iterator

from agentalign.check import ChainInfo, LetRef, LoopItem, StepInfo, StepResult, TableRef, register
from agentalign.ir import Ask, Chain, ChainItem, Choose, Const, Expr, Loop, Outcome, Parameter, Plant, Slot, Step
from agentalign.lower.context import Lowering
from agentalign.lower.expressions import Expressions
from agentalign.lower.keys import brand, home
from agentalign.syntax import nodes as n
from agentalign.syntax import walk
from agentalign.types import PoisonType, RecordType, TextType, face, strip


def chain(expressions: Expressions, info: ChainInfo) -> Chain:
    """Lower a chain."""
    low = expressions.low
    node = info.chain
    items = tuple(_items(expressions, info))
    return Chain(
        name=low.name(node),
        doc=node.doc or "",
        params=tuple(
            Parameter(
                param.name.text,
                low.type(param),
                param.default is not None,
                None if param.default is None else low.checked.values[param],
            )
            for param in node.params
        ),
        items=items,
        plants=tuple(plant(expressions, info, node, item) for item in node.items if isinstance(item, n.Given)),
        requests=tuple(
            Ask(register(item), low.desugared(item.template), low.at(node, item))
            for item in node.items
            if isinstance(item, n.Request)
        ),
        at=low.at(node),
    )


def outcome(expressions: Expressions, owner: n.ChainDecl | n.ReadingDecl, node: n.Upset) -> Outcome:
    """Lower an upset."""
    low = expressions.low
    answers = tuple(low.desugared(answer) for answer in node.answers)
    assert node.mode in {"retry", "alternative", "report"}
    return Outcome(node.step.text, node.error.text, node.mode, answers, low.at(owner, node))  # type: ignore[arg-type]


def plant(expressions: Expressions, info: ChainInfo, owner: n.Node, node: n.Given) -> Plant:
    """Lower a `given`: it is planted after the last item it uses."""
    low = expressions.low
    target = low.checked.refs[node.table]
    assert isinstance(target, TableRef)
    row = low.type(target.table)
    assert isinstance(row, RecordType)
    order = [item.name.text for item in info.chain.items if isinstance(item, (n.Step, n.Let))]
    used = {name for assign in node.body.assigns for name in _bound(expressions, assign.value)}
    after = [name for name in order if name in used]
    on = node.on.text if node.on else None
    if on is None and target.table.per is not None:
        values = [a.value for a in node.body.assigns if _carries(low, a.value, target.table.per.text)]
        on = home(low, info, target.table.per.text, values)
    record = expressions.record(row, node.body)
    told = tuple(assign.name.text for assign in node.body.assigns)
    return Plant(low.name(target.table), on, after[-1] if after else None, record, told, low.at(owner, node))


def _carries(low: Lowering, value: n.Expr, kind: str) -> bool:
    branded = brand(low.checked.of.get(value, PoisonType()))
    return branded is not None and branded.kind == kind


def _bound(expressions: Expressions, node: n.Node) -> Iterator[str]:
    """The steps and selections an expression (templates included) needs."""
    refs = expressions.low.checked.refs
    for part in walk(node):
        if isinstance(part, n.TemplateLit):
            yield from expressions.low.checked.templates[part].names
        match refs.get(part):
            case StepResult(step=step):
                yield step.name.text
            case LetRef(let=n.Let(name=name)):
                yield name.text
            case LoopItem(repeat=repeat):
                yield from _bound(expressions, repeat.source)


def _items(expressions: Expressions, info: ChainInfo) -> Iterator[ChainItem]:
    low = expressions.low
    for item in info.chain.items:
        if isinstance(item, n.Step):
            yield _step(expressions, info, info.steps[item])
        elif isinstance(item, n.Let):
            value = expressions.expr(item.value)
            yield Choose(item.name.text, value, low.checked.of[item.value], low.at(info.chain, item))


def _step(expressions: Expressions, info: ChainInfo, step: StepInfo) -> Step:
    low = expressions.low
    operation = step.target.operation
    repeat = step.step.repeat
    arguments: list[Slot] = []
    keys: list[tuple[str, Expr]] = []
    for port in operation.ports:
        argument = step.arguments.get(port)
        if argument is None and port.default is None:
            continue
        lowered = Const(low.checked.values[port]) if argument is None else expressions.expr(argument)
        arguments.append(Slot(port.name.text, lowered))
        if port.key_of is not None:
            keys.append((port.key_of.text, lowered))
    briefed = tuple(
        port.name.text for port, argument in step.arguments.items() if _is_brief(expressions, port, argument)
    )
    return Step(
        name=step.step.name.text,
        capability=step.target.capability.path.text,
        operation=operation.name.text if operation.name else "",
        arguments=tuple(arguments),
        briefed=briefed,
        keys=tuple(keys),
        loop=None
        if repeat is None
        else Loop(repeat.name.text, expressions.expr(repeat.source), int(repeat.limit.value)),
        narrations=tuple(low.desugared(narration.template) for narration in step.step.narrations),
        result=step.result,
        at=low.at(info.chain, step.step),
    )


def _is_brief(expressions: Expressions, port: n.PortDecl, argument: n.Expr) -> bool:
    """Whether a text port is told what to say (a record with a text face) rather than the words."""
    if not isinstance(strip(expressions.low.type(port)), TextType):
        return False
    given = strip(expressions.low.checked.of[argument])
    return isinstance(given, RecordType) and face(given) is not None
