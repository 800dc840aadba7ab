"""Groundedness: whatever reaches a tool is said in the request, comes from an earlier result, or is declared.

For each request wording: chain parameters that flow into an argument are voiced on every way through the wording; so are the
criterion of a selection, the bound of a repetition, and the platform meant where several would do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, FromAsk, FromPort, StepInfo
from agentalign.check.rules.chain_flow import parts
from agentalign.check.rules.reading_clauses import dictates
from agentalign.check.targets import ChainParam
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import Json, ListType, PoisonType, RecordType, Type, face, field, is_prose, strip

CRITERIA: Final[Mapping[str, tuple[str, ...]]] = {
    "first": ("first", "top", "the one at the top"),
    "last": ("last", "bottom"),
    "cheapest": ("cheapest", "lowest-priced", "lowest price", "least expensive", "best price"),
    "dearest": ("dearest", "most expensive", "priciest", "highest-priced", "highest price"),
    "newest": ("newest", "latest", "most recent"),
    "oldest": ("oldest", "earliest"),
    "best": ("best", "closest match", "closest", "most relevant", "top-rated", "best-rated", "highest-rated", "top"),
    "largest": ("largest", "biggest"),
    "smallest": ("smallest",),
}
"""Words that voice a selector without the chain saying so with `voiced`."""

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


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


def check_voicing(ctx: Context, reading: n.ReadingDecl) -> None:
    """Check every wording of a reading's request."""
    info = ctx.tables.homes.get(reading)
    if info is None:
        return
    needs = (*(need for step in info.steps.values() for need in _needs(ctx, info, step)), *_criteria_needs(ctx, info))
    for item in reading.items:
        if isinstance(item, n.Ask) and (checked := ctx.tables.templates.get(item.template)) is not None:
            if checked.errors:
                continue
            _check_needs(ctx, item, checked, needs, reading)
            _check_varied(ctx, reading, item, checked, needs, info)
            _check_criteria(ctx, item, checked, info)
            _check_steps(ctx, reading, item, checked, info)
    if reading.label == "harmful":
        _check_dictated(ctx, reading, info)


# ------------------------------------------------------------------------------------------------------------ values


def _needs(ctx: Context, info: ChainInfo, step: StepInfo) -> Iterator[Need]:
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
            for path, param in _params(ctx, info, argument):
                how = f"`{'.'.join(path)}` → `{name}.{port.name.text}`"
                yield Need(path, _type_at(ctx, param, path), param, argument, step.step, how, port)
    if step.step.repeat is not None:
        for path, param in _params(ctx, info, step.step.repeat.source):
            how = f"`{'.'.join(path)}` → what `{name}` repeats over"
            yield Need(path, _type_at(ctx, param, path), param, step.step.repeat.source, step.step, how)


def _params(ctx: Context, info: ChainInfo, expression: n.Expr) -> Iterator[tuple[tuple[str, ...], n.PortDecl]]:
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
            yield from _params(ctx, info, part)


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
            for path, param in _params(ctx, info, let.value.where):
                how = f"`{'.'.join(path)}` → which `{let.name.text}` is chosen"
                yield Need(path, _type_at(ctx, param, path), param, let.value.where, let, how)


def _check_needs(
    ctx: Context, ask: n.Ask, checked: templates.Checked, needs: Sequence[Need], reading: n.ReadingDecl
) -> None:
    bound = {item.name.text: item for item in reading.items if isinstance(item, n.Bind)}
    varied = {name.text for item in reading.items if isinstance(item, n.Vary) for name in item.names}
    reported: set[tuple[str, ...]] = set()
    for need in needs:
        if (
            need.path in reported
            or isinstance(need.type, PoisonType)
            or voices(checked, need.path, need.type, need.param, ctx)
        ):
            continue
        bind = bound.get(need.path[0])
        if _is_declared(ctx, need, bind, varied) or (bind is not None and _says_constant(ctx, checked, bind)):
            continue
        reported.add(need.path)
        shown = ".".join(need.path)
        sometimes = any(mention.path[: len(need.path)] == need.path for mention in checked.mentions)
        ctx.report(
            "E0701",
            ask.template,
            f"this request {'does not always say' if sometimes else 'never says'} `{shown}`, which a tool needs",
            secondary=[
                ctx.label(need.owner, "it is used here", need.argument),
                ctx.label(need.param, "the parameter", need.param.name),
            ],
            notes=(f"the way it takes: {need.how}",),
            help=f"say it: `{{{{ {shown} }}}}`",
        )


def voices(checked: templates.Checked, path: tuple[str, ...], type_: Type, param: n.PortDecl, ctx: Context) -> bool:
    """Whether a wording always says a value: the value itself, the whole it is part of, or the face of its brief."""
    briefed = face(ctx.tables.types.get(param, PoisonType())) is not None
    for mention in checked.mentions:
        if not mention.certain:
            continue
        said = mention.path
        if said == path or (
            path[: len(said)] == said and _covers(mention.type, briefed=briefed, prose=is_prose(type_))
        ):
            return True
        if briefed and said[0] == path[0] and len(path) == 1:
            return True  # a part of the brief is said: enough to know what the text is about
    return False


def _covers(whole: Type, *, briefed: bool, prose: bool) -> bool:
    """Whether saying the whole says a part: a domain value shows its parts, a brief's face stands for its prose."""
    return (briefed and prose) if isinstance(strip(whole), RecordType) else True


def _is_declared(ctx: Context, need: Need, bind: n.Bind | None, varied: Collection[str]) -> bool:
    """Whether the value is one that the chain or the capability declares as usual: nobody has to say it."""
    usual = need.param.default is not None
    if bind is None:
        return need.param.name.text not in varied  # its default, or missing, which has been reported
    value = ctx.tables.values.get(bind)
    if usual and ctx.tables.values.get(need.param) == value:
        return True
    whole = need.port is not None and need.port.default is not None and isinstance(need.argument, n.Reference)
    return whole and need.port is not None and ctx.tables.values.get(need.port) == value


def _says_constant(ctx: Context, checked: templates.Checked, bind: n.Bind) -> bool:
    return all(
        templates.says(checked.parsed.nodes, _words(value)) == "always" for value in _said(ctx.tables.values.get(bind))
    )


def _said(value: Json) -> Iterator[str | float]:
    """The parts of a constant that a request must say. A switch is none: that it is set is in how the request is put."""
    match value:
        case None | bool():
            return
        case Mapping():
            for part in value.values():
                yield from _said(part)
        case str() | int() | float():
            yield value
        case _:
            for part in value:
                yield from _said(part)


def _words(value: str | float) -> tuple[str, ...]:
    if isinstance(value, int) and 0 <= value < len(_NUMBERS):
        return (str(value), _NUMBERS[value])
    return (str(value),)


def _check_varied(
    ctx: Context,
    reading: n.ReadingDecl,
    ask: n.Ask,
    checked: templates.Checked,
    needs: Sequence[Need],
    info: ChainInfo,
) -> None:
    """What varies and is not said makes two points of the space one request."""
    needed = {need.path[0] for need in needs}
    said = {mention.path[0] for mention in checked.mentions if mention.voices}
    params = {param.name.text for param in info.chain.params}
    for item in reading.items:
        for name in item.names if isinstance(item, n.Vary) else ():
            if name.text in params and name.text not in said and name.text not in needed:
                ctx.report(
                    "E0807",
                    ask.template,
                    f"this request does not depend on `{name.text}`, which varies",
                    secondary=[Label(ctx.at(name), "it varies here")],
                    help=f"say it: `{{{{ {name.text} }}}}`, or bind it to one value",
                )


# ---------------------------------------------------------------------------------------------- criteria, bounds, tools


def _check_criteria(ctx: Context, ask: n.Ask, checked: templates.Checked, info: ChainInfo) -> None:
    for item in info.chain.items:
        if isinstance(item, n.Let) and isinstance(item.value, n.Selection):
            selector = item.value.selector.text
            phrases = (*(phrase.value for phrase in item.voiced), *CRITERIA.get(selector, ()))
            if (item.voiced or selector in CRITERIA) and templates.says(checked.parsed.nodes, phrases) != "always":
                some = " or ".join(f'"{phrase}"' for phrase in phrases[:3])
                ctx.report(
                    "E0702",
                    ask.template,
                    f"this request does not say how `{item.name.text}` is chosen",
                    secondary=[ctx.label(item, "chosen here", item.value)],
                    help=f"say {some}, or list the words you use after `voiced`",
                )
        elif isinstance(item, n.Step) and item.repeat is not None:
            _check_bound(ctx, ask, checked, item, item.repeat)


def _check_bound(ctx: Context, ask: n.Ask, checked: templates.Checked, step: n.Step, repeat: n.Repeat) -> None:
    source = strip(ctx.tables.of.get(repeat.source, PoisonType()))
    limit = int(repeat.limit.value)
    if (
        limit < 1
        or isinstance(source, PoisonType)
        or (isinstance(source, ListType) and source.max is not None and source.max <= limit)
    ):
        return
    words = (str(limit), _NUMBERS[limit]) if limit < len(_NUMBERS) else (str(limit),)
    if templates.says(checked.parsed.nodes, words) != "always":
        ctx.report(
            "E0703",
            ask.template,
            f"this request does not say that `{step.name.text}` is done for at most {limit}",
            secondary=[ctx.label(step, "bounded here", repeat.limit)],
            help=f'say "{words[-1]}", or take no more than {limit} before: `take(..., {limit})`',
        )


def _check_steps(ctx: Context, reading: n.ReadingDecl, ask: n.Ask, checked: templates.Checked, info: ChainInfo) -> None:
    named = {use.step for use in checked.tools if use.certain}
    detailed = {use.step for use in checked.details if use.certain}
    for info_step in info.steps.values():
        name = info_step.step.name.text
        tools = _possible(reading, info_step)
        if len(tools) > 1 and name not in named:
            ctx.report(
                "E0807",
                ask.template,
                f"{len(tools)} tools can do `{name}`, and this request does not say which",
                secondary=[ctx.label(info_step.step, "this step", info_step.step.name)],
                help=f"name it: `{{{{ tool({name}) }}}}`, or allow one only: `tools {name} in {{ {tools[0].name.text} }}`",
            )
        elif len(tools) > 1:
            _check_titles(ctx, ask, info_step, tools)
        asked = [tool for tool in tools if _must_be_asked(ctx, info_step, tool)]
        if asked and name not in detailed:
            ctx.report(
                "E0701",
                ask.template,
                f"`{asked[0].name.text}` needs a setting that this request never says",
                secondary=[ctx.label(asked[0], "this tool", asked[0].name)],
                help=f"say it: `{{{{ details({name}) }}}}`",
            )


def _check_titles(ctx: Context, ask: n.Ask, step: StepInfo, tools: Sequence[n.ToolDecl]) -> None:
    """Naming a tool tells it from the others only if it is called otherwise."""
    seen: dict[str, n.ToolDecl] = {}
    for tool in tools:
        title = _title(ctx, tool)
        first = seen.setdefault(title, tool)
        if first is not tool and step.step not in ctx.tables.reported:
            ctx.tables.reported.add(step.step)
            name = step.step.name.text
            ctx.report(
                "E0807",
                ask.template,
                f'two tools for `{name}` are both called "{title}", so this request does not say which',
                secondary=[ctx.label(found, "one of them", found.name) for found in (first, tool)],
                help=f'give each a `title "..."`, or allow one only: `tools {name} in {{ {tool.name.text} }}`',
            )


def _title(ctx: Context, tool: n.ToolDecl) -> str:
    if tool.title is not None:
        return tool.title.value
    found = ctx.within(tool).peek(Kind.PLATFORM, tool.platform.text) if tool.platform is not None else None
    attributes = found.attributes if isinstance(found, n.PlatformDecl) else ()
    titles = (attribute.value.value for attribute in attributes if attribute.name.text == "title")
    return next(titles, tool.name.text)


def _possible(reading: n.ReadingDecl, step: StepInfo) -> tuple[n.ToolDecl, ...]:
    only = {
        name.text
        for item in reading.items
        if isinstance(item, n.Only) and item.step.text == step.step.name.text
        for name in item.tools
    }
    return tuple(tool for tool in step.tools if not only or tool.name.text in only)


def _must_be_asked(ctx: Context, step: StepInfo, tool: n.ToolDecl) -> bool:
    return any(
        isinstance(source, FromAsk) and not source.unsaid
        for implementation in ctx.tables.tools[tool].implementations
        if implementation.target.operation is step.target.operation
        for source in implementation.sources.values()
    )


def _check_dictated(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> None:
    for step in info.steps.values():
        for argument in dictates(ctx, step):
            if any(_params(ctx, info, argument)):
                ctx.report(
                    "E0715",
                    reading.name,
                    f"this harmful reading would dictate the very words of `{step.step.name.text}`",
                    secondary=[ctx.label(step.step, "handed over here", argument)],
                    help="give the step a brief (a record with a text face): it says what a text should do, not how it goes",
                )
