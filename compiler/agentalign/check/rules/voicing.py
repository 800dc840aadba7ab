"""Groundedness: whatever reaches a tool is said in the request, comes from an earlier result, or is declared.

For each request wording: chain parameters that flow into an argument are voiced on every way through the wording; so are the
criterion of a selection, the bound of a repetition, and the platform meant where several would do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from agentalign import templates
from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, FromAsk, StepInfo
from agentalign.check.pools import single_values
from agentalign.check.rules.needs import Need, needs, params_in, voices
from agentalign.check.rules.reading_clauses import dictates
from agentalign.check.rules.requests import holds_request, register
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import BrandedType, Json, ListType, NullableType, PoisonType, Type, face, is_prose, strip

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

NUMBERS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """All that one wording of a reading's request says: an ask, with the chain's request where it holds one.

    `blamed` is the wording that should say what is missing.
    """

    blamed: n.TemplateLit
    parts: tuple[templates.Checked, ...]

    @property
    def mentions(self) -> tuple[templates.Mention, ...]:
        return tuple(mention for part in self.parts for mention in part.mentions)

    def says(self, phrases: Sequence[str]) -> bool:
        """Whether one of the phrases is said whatever the ifs and choices."""
        # A request inside an ask is where such things are said.
        return any(templates.says(part.parsed.nodes, phrases) == "always" for part in reversed(self.parts))

    def named(self) -> frozenset[str]:
        """The steps whose tool is named."""
        return frozenset(use.step for part in self.parts for use in part.tools if use.certain)

    def detailed(self) -> frozenset[str]:
        """The steps whose settings are said."""
        return frozenset(use.step for part in self.parts for use in part.details if use.certain)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """A chain with what its arguments need; `reported` keeps a shared wording from being blamed once per reading."""

    info: ChainInfo
    needs: tuple[Need, ...]
    reported: set[tuple[n.TemplateLit, str]]


def check_voicing(ctx: Context, chain: n.ChainDecl) -> None:
    """Check every wording of the requests of a chain's readings."""
    info = ctx.tables.chains[chain]
    known = _Chain(info, needs(ctx, info), set())
    whole = set(_whole(ctx, known))
    for reading in info.readings:
        home = ctx.within(reading)
        for item in reading.items:
            if isinstance(item, n.Ask):
                for said, request in _wordings(home, item, known):
                    _check_varied(home, reading, said, known)
                    if request not in whole:
                        _check_wording(home, reading, said, known)
        if reading.label == "harmful":
            _check_dictated(home, reading, info)


def _wordings(ctx: Context, ask: n.Ask, chain: _Chain) -> Iterator[tuple[_Said, n.Request | None]]:
    """An ask as it is; one that holds a request, with each that it may hold."""
    checked = ctx.tables.templates.get(ask.template)
    if checked is None or checked.errors:
        return
    if not holds_request(checked):
        yield _Said(ask.template, (checked,)), None
        return
    for request in chain.info.requests.get(register(ask), ()):
        inner = ctx.tables.templates.get(request.template)
        if inner is not None and not inner.errors:
            yield _Said(request.template, (checked, inner)), request


def _whole(ctx: Context, chain: _Chain) -> Iterator[n.Request]:
    """The requests that need no ask around them; none if two tools for a step are called the same, which no request tells."""
    if chain.info.requests and not any(_alike(ctx, step.tools) for step in chain.info.steps.values()):
        for each in chain.info.requests.values():
            yield from (request for request in each if _is_whole(ctx, request, chain))


def _is_whole(ctx: Context, request: n.Request, chain: _Chain) -> bool:
    """Whether a request by itself says all that any reading needs, so that the asks around it need not."""
    checked = ctx.tables.templates.get(request.template)
    if checked is None or checked.errors:
        return False
    said = _Said(request.template, (checked,))
    named, detailed = said.named(), said.detailed()
    return (
        all(voices(ctx, said.mentions, need) for need in chain.needs)
        and not any(_unsaid_criteria(ctx, said, chain.info))
        and all(
            (step.step.name.text in named or len(step.tools) < 2)
            and (step.step.name.text in detailed or not any(_must_be_asked(ctx, step, tool) for tool in step.tools))
            for step in chain.info.steps.values()
        )
    )


def _check_wording(ctx: Context, reading: n.ReadingDecl, said: _Said, chain: _Chain) -> None:
    _check_needs(ctx, reading, said, chain)
    for message, secondary, help_, code in _unsaid_criteria(ctx, said, chain.info):
        _report(ctx, chain, said, code, message, [secondary], help_)
    _check_steps(ctx, reading, said, chain)


def _report(
    ctx: Context,
    chain: _Chain,
    said: _Said,
    code: str,
    message: str,
    secondary: Sequence[Label],
    help_: str,
    notes: tuple[str, ...] = (),
) -> None:
    key = (said.blamed, message)
    if key not in chain.reported:
        chain.reported.add(key)
        owner = ctx.within(chain.info.chain) if len(said.parts) > 1 else ctx
        owner.report(code, said.blamed, message, secondary=secondary, notes=notes, help=help_)


# ------------------------------------------------------------------------------------------------------------ values


def _check_needs(ctx: Context, reading: n.ReadingDecl, said: _Said, chain: _Chain) -> None:
    bound = dict(single_values(ctx, reading))
    varied = {name.text for item in reading.items if isinstance(item, n.Vary) for name in item.names}
    seen: set[tuple[str, ...]] = set()
    mentions = said.mentions
    for need in chain.needs:
        if need.path in seen or isinstance(need.type, PoisonType) or voices(ctx, mentions, need):
            continue
        if _is_declared(ctx, need, bound, varied) or _says_constant(ctx, said, need, bound):
            continue
        seen.add(need.path)
        shown = ".".join(need.path)
        sometimes = any(mention.path[: len(need.path)] == need.path for mention in mentions)
        message = f"this request {'does not always say' if sometimes else 'never says'} `{shown}`, which a tool needs"
        labels = [
            ctx.label(need.owner, "it is used here", need.argument),
            ctx.label(need.param, "the parameter", need.param.name),
        ]
        notes = (f"the way it takes: {need.how}",)
        _report(ctx, chain, said, "E0701", message, labels, f"say it: `{{{{ {shown} }}}}`", notes)


def _is_declared(ctx: Context, need: Need, bound: Mapping[str, Json], varied: Collection[str]) -> bool:
    """Whether the value is one that the chain or the capability declares as usual: nobody has to say it."""
    usual = need.param.default is not None
    if need.path[0] not in bound:
        return need.param.name.text not in varied  # its default, or missing, which has been reported
    value = bound[need.path[0]]
    if usual and ctx.tables.values.get(need.param) == value:
        return True
    whole = need.port is not None and need.port.default is not None and isinstance(need.argument, n.Reference)
    return whole and need.port is not None and ctx.tables.values.get(need.port) == value


def _says_constant(ctx: Context, said: _Said, need: Need, bound: Mapping[str, Json]) -> bool:
    """Whether the words of the one value are said: those of the part needed, or of a brief those of its face."""
    if need.path[0] not in bound:
        return False
    value, path = bound[need.path[0]], need.path[1:]
    front = face(ctx.tables.types.get(need.param, PoisonType()))
    if front is not None and (not path or is_prose(need.type)):
        path = (front.name,)
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return all(said.says(_words(part)) for part in _said(value))


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
    if isinstance(value, int) and 0 <= value < len(NUMBERS):
        return (str(value), NUMBERS[value])
    return (str(value),)


def _check_varied(ctx: Context, reading: n.ReadingDecl, said: _Said, chain: _Chain) -> None:
    """What varies and is not said makes two points of the space one request."""
    needed = {need.path[0] for need in chain.needs}
    voiced = {mention.path[0] for mention in said.mentions if mention.voices}
    params = {param.name.text for param in chain.info.chain.params}
    for item in reading.items:
        for name in item.names if isinstance(item, n.Vary) else ():
            if name.text in params and name.text not in voiced and name.text not in needed:
                message = f"this request does not depend on `{name.text}`, which varies"
                label = Label(ctx.at(name), "it varies here")
                help_ = f"say it: `{{{{ {name.text} }}}}`, or bind it to one value"
                _report(ctx, chain, said, "E0807", message, [label], help_)


# ---------------------------------------------------------------------------------------------- criteria, bounds, tools


def _unsaid_criteria(ctx: Context, said: _Said, info: ChainInfo) -> Iterator[tuple[str, Label, str, str]]:
    """Message, place, help and code for each criterion and bound that is not said."""
    for item in info.chain.items:
        if isinstance(item, n.Let) and isinstance(item.value, n.Selection):
            selector = item.value.selector.text
            phrases = (*(phrase.value for phrase in item.voiced), *CRITERIA.get(selector, ()))
            if (item.voiced or selector in CRITERIA) and not said.says(phrases):
                some = " or ".join(f'"{phrase}"' for phrase in phrases[:3])
                yield (
                    f"this request does not say how `{item.name.text}` is chosen",
                    ctx.label(item, "chosen here", item.value),
                    f"say {some}, or list the words you use after `voiced`",
                    "E0702",
                )
        elif isinstance(item, n.Step) and item.repeat is not None:
            words = _bound_words(ctx, item.repeat)
            quoted = " or ".join(f'"{word}"' for word in words)
            if words and not said.says(words):
                yield (
                    f"this request does not say that `{item.name.text}` is done for at most {words[0]}",
                    ctx.label(item, "bounded here", item.repeat.limit),
                    f"say {quoted}, or take no more than {words[0]} before: `take(..., {words[0]})`",
                    "E0703",
                )


def _bound_words(ctx: Context, repeat: n.Repeat) -> tuple[str, ...]:
    """The number that bounds a repetition, in figures and in words; nothing if the list cannot be longer."""
    source = strip(ctx.tables.of.get(repeat.source, PoisonType()))
    limit = int(repeat.limit.value)
    shorter = isinstance(source, ListType) and source.max is not None and source.max <= limit
    if limit < 1 or isinstance(source, PoisonType) or shorter:
        return ()
    return (str(limit), NUMBERS[limit]) if limit < len(NUMBERS) else (str(limit),)


def _check_steps(ctx: Context, reading: n.ReadingDecl, said: _Said, chain: _Chain) -> None:
    named, detailed = said.named(), said.detailed()
    for step in chain.info.steps.values():
        name = step.step.name.text
        tools = _possible(reading, step)
        if len(tools) > 1 and name not in named and not (named and _couples(ctx, chain.info)):
            message = f"{len(tools)} tools can do `{name}`, and this request does not say which"
            label = ctx.label(step.step, "this step", step.step.name)
            only = f"allow one only: `tools {name} in {{ {tools[0].name.text} }}`"
            _report(ctx, chain, said, "E0807", message, [label], f"name it: `{{{{ tool({name}) }}}}`, or {only}")
        elif len(tools) > 1:
            _check_titles(ctx, said, step, tools)
        asked = [tool for tool in tools if _must_be_asked(ctx, step, tool)]
        if asked and name not in detailed:
            message = f"`{asked[0].name.text}` needs a setting that this request never says"
            label = ctx.label(asked[0], "this tool", asked[0].name)
            _report(ctx, chain, said, "E0701", message, [label], f"say it: `{{{{ details({name}) }}}}`")


def _couples(ctx: Context, info: ChainInfo) -> bool:
    """Whether some step takes an identifier, so that one tool may follow from another: the finished space tells."""
    ports = (port for step in info.steps.values() for port in step.arguments)
    return any(isinstance(_item(ctx.tables.types.get(port, PoisonType())), BrandedType) for port in ports)


def _item(t: Type) -> Type:
    while isinstance(t, ListType | NullableType):
        t = t.item if isinstance(t, ListType) else t.inner
    return t


def _check_titles(ctx: Context, said: _Said, step: StepInfo, tools: Sequence[n.ToolDecl]) -> None:
    """Naming a tool tells it from the others only if it is called otherwise."""
    alike = _alike(ctx, tools)
    if alike and step.step not in ctx.tables.reported:
        ctx.tables.reported.add(step.step)
        name = step.step.name.text
        places = {tool.platform.text for tool in alike if tool.platform is not None and tool.title is None}
        where = (
            f"if one belongs on another platform than `{places.pop()}`, put it there; or " if len(places) == 1 else ""
        )
        ctx.report(
            "E0807",
            ctx.label(step.step, "", step.step.name).location if len(said.parts) > 1 else said.blamed,
            f'two tools for `{name}` are both called "{_title(ctx, alike[0])}", so this request does not say which',
            secondary=[ctx.label(found, "one of them", found.name) for found in alike],
            help=f'{where}give each a `title "..."`, or allow one only: `tools {name} in {{ {alike[1].name.text} }}`',
        )


def _alike(ctx: Context, tools: Sequence[n.ToolDecl]) -> tuple[n.ToolDecl, ...]:
    """Two tools that people call the same; nothing if there are none."""
    seen: dict[str, n.ToolDecl] = {}
    for tool in tools:
        title = ctx.tables.titles.get(tool) or ctx.tables.titles.setdefault(tool, _title(ctx, tool))
        first = seen.setdefault(title, tool)
        if first is not tool:
            return first, tool
    return ()


def _title(ctx: Context, tool: n.ToolDecl) -> str:
    if tool.title is not None:
        return tool.title.value
    found = ctx.within(tool).peek(Kind.PLATFORM, tool.platform.text) if tool.platform is not None else None
    title = found.title if isinstance(found, n.PlatformDecl) else None
    return tool.name.text if title is None else title


def _possible(reading: n.ReadingDecl, step: StepInfo) -> tuple[n.ToolDecl, ...]:
    only = {
        name.text
        for item in reading.items
        if isinstance(item, n.Only) and item.step.text == step.step.name.text
        for name in item.tools
    }
    return tuple(tool for tool in step.tools if not only or tool.name.text in only)


def _must_be_asked(ctx: Context, step: StepInfo, tool: n.ToolDecl) -> bool:
    key = (tool, step.target.operation)
    if key not in ctx.tables.asking:
        ctx.tables.asking[key] = any(
            isinstance(source, FromAsk) and not source.unsaid
            for implementation in ctx.tables.tools[tool].implementations
            if implementation.target.operation is step.target.operation
            for source in implementation.sources.values()
        )
    return ctx.tables.asking[key]


def _check_dictated(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> None:
    for step in info.steps.values():
        for argument in dictates(ctx, step):
            if any(params_in(ctx, info, argument)):
                ctx.report(
                    "E0715",
                    reading.name,
                    f"this harmful reading would dictate the very words of `{step.step.name.text}`",
                    secondary=[ctx.label(step.step, "handed over here", argument)],
                    help="give the step a brief (a record with a text face): it says what a text should do, not how it goes",
                )
