"""What a request must say for a chain's arguments and selections to be grounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, FromPort, StepInfo
from agentalign.check.parts import parts
from agentalign.check.targets import ChainParam
from agentalign.dataclasses import dataclass
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, RecordType, Type, face, field, is_prose, strip


@dataclass(frozen=True, slots=True)
class Need:
    """A part of a parameter that an argument is made of; `how` shows the way from one to the other."""

    path: tuple[str, ...]
    type: Type
    param: n.PortDecl
    argument: n.Node
    owner: n.Node
    how: str
    port: n.PortDecl | None = None


def needs(ctx: Context, info: ChainInfo) -> tuple[Need, ...]:
    """The parts of parameters that the steps and the criteria of a chain are made of."""
    return (
        *(need for step in info.steps.values() for need in _step_needs(ctx, info, step)),
        *_criteria_needs(ctx, info),
    )


def _step_needs(ctx: Context, info: ChainInfo, step: StepInfo) -> Iterator[Need]:
    """What a step's arguments need of the parameters, for ports that some tool reads."""
    read = {
        source.port
        for tool in step.tools
        for implementation in ctx.tables.tools[tool].implementations
        if implementation.target.operation is step.target.operation
        for source in implementation.sources.values()
        if isinstance(source, FromPort)
    }
    name = step.step.name.text
    for port, argument in step.arguments.items():
        if port in read:
            for path, param in params_in(ctx, info, argument):
                how = f"`{'.'.join(path)}` → `{name}.{port.name.text}`"
                yield Need(path, _type_at(ctx, param, path), param, argument, step.step, how, port)
    if step.step.repeat is not None:
        for path, param in params_in(ctx, info, step.step.repeat.source):
            how = f"`{'.'.join(path)}` → what `{name}` repeats over"
            yield Need(path, _type_at(ctx, param, path), param, step.step.repeat.source, step.step, how)


def params_in(ctx: Context, info: ChainInfo, expression: n.Expr) -> Iterator[tuple[tuple[str, ...], n.PortDecl]]:
    """The parameters (and their parts) in an expression, templates looked through."""
    found = _param_path(ctx, expression)
    if found is not None:
        yield found
    elif isinstance(expression, n.TemplateLit):
        params = {param.name.text: param for param in info.chain.params}
        checked = ctx.tables.templates.get(expression)
        for mention in checked.mentions if checked else ():
            if mention.path[0] in params:
                yield mention.path, params[mention.path[0]]
    else:
        for part in parts(expression):
            yield from params_in(ctx, info, part)


def _param_path(ctx: Context, expression: n.Expr) -> tuple[tuple[str, ...], n.PortDecl] | None:
    match expression:
        case n.Reference(name=name):
            target = ctx.tables.refs.get(expression)
            return ((name,), target.decl) if isinstance(target, ChainParam) else None
        case n.Member(value=value, name=name):
            inner = _param_path(ctx, value)
            return None if inner is None else ((*inner[0], name.text), inner[1])
        case _:
            return None


def _type_at(ctx: Context, param: n.PortDecl, path: Sequence[str]) -> Type:
    found = ctx.tables.types.get(param, PoisonType())
    for name in path[1:]:
        member = field(found, name)
        if member is None:
            return PoisonType()
        found = strip(member.type)
    return found


def _criteria_needs(ctx: Context, info: ChainInfo) -> Iterator[Need]:
    """What the criteria of selections need."""
    for let in info.chain.items:
        if isinstance(let, n.Let) and isinstance(let.value, n.Selection) and let.value.where is not None:
            for path, param in params_in(ctx, info, let.value.where):
                how = f"`{'.'.join(path)}` → which `{let.name.text}` is chosen"
                yield Need(path, _type_at(ctx, param, path), param, let.value.where, let, how)


def voices(ctx: Context, mentions: Sequence[templates.Mention], need: Need) -> bool:
    """Whether a wording always says a value: the value itself, the whole it is part of, or the face of its brief."""
    path, briefed = need.path, face(ctx.tables.types.get(need.param, PoisonType())) is not None
    for mention in mentions:
        if not mention.certain:
            continue
        said = mention.path
        if said == path or (
            path[: len(said)] == said and _covers(mention.type, briefed=briefed, prose=is_prose(need.type))
        ):
            return True
        if briefed and said[0] == path[0] and len(path) == 1:
            return True  # a part of the brief is said: enough to know what the text is about
    return False


def _covers(whole: Type, *, briefed: bool, prose: bool) -> bool:
    """Whether saying the whole says a part: a domain value shows its parts, a brief's face stands for its prose."""
    return (briefed and prose) if isinstance(strip(whole), RecordType) else True
