"""Readings: what they bind, restrict and word; each clause by itself."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.literals import NotConstant, constant
from agentalign.check.model import ChainInfo
from agentalign.check.pools import listed
from agentalign.check.rules.chains import NARRATION
from agentalign.check.rules.declared_types import find_lexicon
from agentalign.check.rules.forbids import check_forbid
from agentalign.check.rules.givens import check_given, find_step
from agentalign.check.rules.lexicons import check_entries
from agentalign.check.rules.requests import asking, check_ask
from agentalign.check.rules.upsets import check_upset
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import LexiconRef, MetaField, RowField, SubcategoryRef, ToolRef
from agentalign.check.templating import ALL_FUNCTIONS, check_wording
from agentalign.dataclasses import replace
from agentalign.diagnostics import Label
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n
from agentalign.types import (
    BrandedType,
    Field,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
    assignable,
    conforms,
    describe,
    field,
    generable,
    strip,
)


def check_reading(ctx: Context, reading: n.ReadingDecl) -> None:
    """Every clause of a reading."""
    info = _chain(ctx, reading)
    if info is None:
        return
    ctx.tables.subject = reading
    steps = [step.name.text for step in info.chain.items if isinstance(step, n.Step)]
    for item in reading.items:
        match item:
            case n.Vary():
                _check_vary(ctx, item, info)
            case n.Bind():
                _check_bind(ctx, item, info)
            case n.Given():
                check_given(ctx, item, info, info.end)
            case n.Upset():
                check_upset(ctx, item, info)
            case n.InCategory():
                _check_category(ctx, item)
            case n.Only():
                _check_only(ctx, item, info)
            case n.Forbid(condition=condition):
                check_forbid(ctx, reading, condition, info)
            case _:
                pass
    _check_wordings(ctx, reading, info, steps)
    _check_bindings(ctx, reading, info)
    ctx.tables.subject = None


def _check_wordings(ctx: Context, reading: n.ReadingDecl, info: ChainInfo, steps: list[str]) -> None:
    """The texts, when it is known what the values that the reading lists have."""
    facts = frozenset(_given_fields(ctx, reading, info))
    spoken = _spoken(info).knowing(facts)
    asked, end = asking(info, spoken), info.end.knowing(facts)
    for item in reading.items:
        match item:
            case n.Ask(template=template):
                check_ask(ctx, item, check_wording(ctx, template, asked, steps=steps, functions=ALL_FUNCTIONS), info)
            case n.Refuse(template=template) | n.Offer(template=template):
                check_wording(ctx, template, spoken, steps=steps, functions=NARRATION)
            case n.Answer(template=template):
                check_wording(ctx, template, end, steps=steps, functions=NARRATION)
            case n.Narrate() | n.Compose():
                _check_said_at(ctx, item, info, steps, facts)
            case _:
                pass


def check_shared(ctx: Context, chain: n.ChainDecl) -> None:
    """The wordings of a chain that its readings share."""
    info = ctx.tables.chains[chain]
    steps = [step.name.text for step in chain.items if isinstance(step, n.Step)]
    for item in chain.items:
        ctx.tables.subject = item
        match item:
            case n.Request(template=template):
                check_wording(ctx, template, _spoken(info), steps=steps, functions=ALL_FUNCTIONS)
            case n.Answer(template=template):
                check_wording(ctx, template, info.end, steps=steps, functions=NARRATION)
            case n.Compose():
                _check_said_at(ctx, item, info, steps)
            case _:
                pass
    ctx.tables.subject = None


def _given_fields(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> Iterator[str]:
    """Optional fields that each value of a parameter has, bound or listed: in this reading they are there."""
    params = {param.name.text: param for param in info.chain.params}
    for item in reading.items:
        names: tuple[n.Name, ...]
        if isinstance(item, n.Bind):
            values, names = [ctx.tables.values.get(item)], (item.name,)
        elif isinstance(item, n.Vary):
            values, names = [ctx.tables.values.get(entry) for entry in listed(ctx, item)[1]], item.names
        else:
            continue
        for name in names:
            own = [value.get(name.text) if isinstance(value, dict) else None for value in values]
            given = values if len(names) == 1 else own
            row = strip(ctx.tables.types.get(params[name.text], PoisonType())) if name.text in params else None
            for member in row.fields if isinstance(row, RecordType) and given else ():
                if all(isinstance(value, dict) and value.get(member.name) is not None for value in given):
                    yield f"{name.text}.{member.name}"


def _chain(ctx: Context, reading: n.ReadingDecl) -> ChainInfo | None:
    found = ctx.peek(Kind.CHAIN, reading.chain.text)
    return ctx.tables.chains.get(found) if isinstance(found, n.ChainDecl) else None


def _spoken(info: ChainInfo) -> Scope:
    """What a request or a refusal can name: the parameters; results do not exist yet."""
    return replace(info.params, account=False, clock=False)


# ------------------------------------------------------------------------------------------------------------ values


def parameter(ctx: Context, name: n.Name, info: ChainInfo) -> n.PortDecl | None:
    """The chain parameter a word stands for; reports an unknown one."""
    found = next((param for param in info.chain.params if param.name.text == name.text), None)
    if found is None:
        message = f"the chain `{info.chain.name.text}` has no parameter `{name.text}`"
        ctx.unknown(name, "parameter", [param.name.text for param in info.chain.params], message=message)
    return found


def _check_vary(ctx: Context, vary: n.Vary, info: ChainInfo) -> None:
    params = [(name, param) for name in vary.names if (param := parameter(ctx, name, info)) is not None]
    match vary.pool:
        case None:
            for name, param in params:
                _check_generable(ctx, name, param)
        case n.InlinePool(entries=entries):
            _check_inline(ctx, vary, params, entries)
        case n.LexiconPool():
            _check_lexicon(ctx, vary.pool, params)


def _check_generable(ctx: Context, name: n.Name, param: n.PortDecl) -> None:
    declared = ctx.tables.types.get(param, PoisonType())
    if (
        isinstance(declared, PoisonType)
        or generable(declared)
        or (isinstance(declared, BrandedType) and declared.variants)
    ):
        return
    ctx.report(
        "E0221",
        name,
        f"nothing generates values of {describe(declared)}",
        secondary=[ctx.label(param, "declared here", param.name)],
        help=f'list them: `vary {name.text} in {{ "...", "..." }}`, or in a lexicon',
    )


def _check_inline(
    ctx: Context, vary: n.Vary, params: list[tuple[n.Name, n.PortDecl]], entries: tuple[n.Entry, ...]
) -> None:
    """Values listed in place; those of several parameters are records with a field for each."""
    for entry in entries:
        if entry.weight != 1:
            ctx.report("W0202", entry, "a request uses all listed values evenly", help="remove the weight")
        if entry.metadata is not None:
            help_ = "list them in a lexicon that declares it: `lexicon NAME: TYPE with { ... } { ... }`"
            ctx.report("E0202", entry.metadata, "values listed in place have no metadata", help=help_)
    labels = tuple(ctx.label(param, "declared here", param.name) for _, param in params)
    if len(vary.names) == len(params) == 1:
        check_entries(ctx, entries, ctx.tables.types.get(params[0][1], PoisonType()), labels)
    elif len(vary.names) == len(params):
        fields = tuple(Field(name.text, ctx.tables.types.get(param, PoisonType())) for name, param in params)
        check_entries(ctx, entries, RecordType("a value of this list", fields), labels)


def _check_lexicon(ctx: Context, pool: n.LexiconPool, params: list[tuple[n.Name, n.PortDecl]]) -> None:
    lexicon = find_lexicon(ctx, pool.lexicon.last)
    if lexicon is None:
        return
    ctx.tables.refs[pool.lexicon] = LexiconRef(lexicon)
    given = ctx.tables.types.get(lexicon, PoisonType())
    for name, param in params:
        offered = given
        if len(params) > 1:
            member = field(given, name.text) if isinstance(strip(given), RecordType) else None
            if member is None:
                message = f"the values of `{lexicon.name.text}` have no field `{name.text}`"
                ctx.report("E0202", name, message, help="several parameters are drawn from the fields of one record")
                continue
            offered = member.type
        _check_offered(ctx, name, param, lexicon, offered)
    if pool.where is not None:
        ex.holds(ctx, pool.where, Scope(row=MappingProxyType(dict(_entry_words(ctx, lexicon, given)))))


def _check_offered(ctx: Context, name: n.Name, param: n.PortDecl, lexicon: n.LexiconDecl, offered: Type) -> None:
    wanted = ctx.tables.types.get(param, PoisonType())
    reason = assignable(offered, wanted)
    if reason is not None and not _each_fits(ctx, name, lexicon, offered, wanted):
        shown = f"`{lexicon.name.text}` holds {describe(offered)}, and `{name.text}` is {describe(wanted)}"
        ctx.report(
            "E0201",
            name,
            shown,
            reason if reason not in shown else "",
            secondary=[ctx.label(param, "declared here", param.name), ctx.label(lexicon, "the values", lexicon.name)],
            help="give the lexicon and the parameter the same type",
        )


def _each_fits(ctx: Context, name: n.Name, lexicon: n.LexiconDecl, offered: Type, wanted: Type) -> bool:
    """Whether plain strings are each a value of a narrower kind of string."""
    if not isinstance(strip(offered), StringType) or isinstance(wanted, BrandedType):
        return False
    values = [ctx.tables.values.get(entry) for entry in lexicon.entries]
    if isinstance(strip(ctx.tables.types.get(lexicon, PoisonType())), RecordType):
        values = [value.get(name.text) if isinstance(value, dict) else value for value in values]
    return bool(values) and all(isinstance(v, str) and conforms(v, wanted) is None for v in values)


def _entry_words(ctx: Context, lexicon: n.LexiconDecl, given: Type) -> Iterator[tuple[str, Binding]]:
    row = strip(given)
    for member in row.fields if isinstance(row, RecordType) else ():
        yield member.name, Binding(member.type, RowField(member))
    declared = {item.name.text: item for item in lexicon.metadata}
    for member in ctx.tables.metadata[lexicon].fields:
        yield member.name, Binding(member.type, MetaField(lexicon, declared[member.name]))


def _check_bind(ctx: Context, bind: n.Bind, info: ChainInfo) -> None:
    param = parameter(ctx, bind.name, info)
    value = constant(bind.value)
    if isinstance(value, NotConstant):
        ctx.report("E0222", bind.value, "a parameter is bound to a constant", help="write the value itself")
    elif param is not None:
        declared = ctx.tables.types.get(param, PoisonType())
        ex.fits(ctx, bind.value, Scope(), declared, (ctx.label(param, "declared here", param.name),))
        ctx.tables.values[bind] = value


def _check_bindings(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> None:
    bound: dict[str, n.Name] = {}
    for name in bound_names(reading):
        first = bound.setdefault(name.text, name)
        if first is not name:
            ctx.report(
                "E0503",
                name,
                f"`{name.text}` gets a value twice",
                secondary=[Label(ctx.at(first), "here it gets the first")],
                help="remove one of them",
            )
    known = {param.name.text for param in info.chain.params}
    lost = [param for param in info.chain.params if param.name.text not in bound and param.default is None]
    if lost and bound.keys() <= known:  # a misnamed one may be the missing one
        names = " and ".join(f"`{param.name.text}`" for param in lost)
        ctx.report(
            "E0502",
            reading.name,
            f"the reading `{reading.name.text}` gives {names} no value",
            secondary=[ctx.label(param, "a parameter of the chain", param.name) for param in lost],
            help=f"add `vary {lost[0].name.text} in ...` or `bind {lost[0].name.text} = ...`",
        )


def bound_names(reading: n.ReadingDecl) -> Iterator[n.Name]:
    """The parameters a reading gives values to, where it does."""
    for item in reading.items:
        if isinstance(item, n.Vary):
            yield from item.names
        elif isinstance(item, n.Bind):
            yield item.name


# ----------------------------------------------------------------------------------------------------------- clauses


def _check_category(ctx: Context, item: n.InCategory) -> None:
    names = item.path.names
    category = ctx.find(Kind.CATEGORY, names[0])
    if not isinstance(category, n.CategoryDecl):
        return
    known = {sub.name.text: sub for sub in category.subcategories}
    wanted = names[1] if len(names) > 1 else None
    if wanted is None:
        message = f"`{names[0].text}` has subcategories, and one of them is needed here"
        ctx.report("E0712", item.path, message, help=f"such as `{names[0].text}.{next(iter(known), 'name')}`")
    elif wanted.text not in known:
        message = f"`{names[0].text}` has no subcategory `{wanted.text}`"
        ctx.unknown(wanted, "subcategory", known, code="E0712", message=message)
    else:
        ctx.tables.refs[item.path] = SubcategoryRef(category, known[wanted.text])


def _check_only(ctx: Context, only: n.Only, info: ChainInfo) -> None:
    step = find_step(ctx, only.step, info)
    if step is None:
        return
    known = {tool.name.text: tool for tool in step.tools}
    for name in only.tools:
        tool = known.get(name.text)
        if tool is None:
            message = f"`{name.text}` is not a tool for the step `{only.step.text}`"
            ctx.unknown(name, "tool", known, message=message)
        else:
            ctx.tables.refs[name] = ToolRef(tool)


def _check_said_at(
    ctx: Context,
    item: n.Narrate | n.Compose,
    info: ChainInfo,
    steps: list[str],
    facts: frozenset[str] = frozenset(),
) -> None:
    if item.step is None:
        ctx.report("E0016", item, "this does not say before which step", help="write `narrate STEP ...`")
        return
    step = find_step(ctx, item.step, info)
    if step is None:
        return
    check_wording(ctx, item.template, step.scope.knowing(facts), steps=steps, functions=NARRATION)
    if isinstance(item, n.Narrate):
        return
    ports = {port.name.text: port for port in step.target.operation.ports}
    port = ports.get(item.port.text)
    if port is None:
        message = f"the step `{item.step.text}` has no port `{item.port.text}`"
        ctx.unknown(item.port, "port", ports, message=message)
    elif not isinstance(strip(ctx.tables.types.get(port, PoisonType())), TextType | PoisonType):
        ctx.report(
            "E0510",
            item.port,
            f"`{item.port.text}` is no free text, so nothing is composed for it",
            secondary=[ctx.label(port, "declared here", port.name)],
            help="compose is for ports of type `text`",
        )
