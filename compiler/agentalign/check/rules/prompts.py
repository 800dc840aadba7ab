"""Prompts and the stages they are used at."""

from __future__ import annotations

from types import MappingProxyType

from agentalign.check.context import Context
from agentalign.check.declared import type_of
from agentalign.check.rules.models import looks_like_key, report_key
from agentalign.check.scope import Binding, Scope
from agentalign.check.targets import ModelRef, PromptRef, RowField
from agentalign.check.templating import NO_FUNCTIONS, check_wording
from agentalign.diagnostics import Label
from agentalign.ir import JUDGEMENTS, KINDS, STAGES, PromptKind, serves
from agentalign.resolve import SHIPPED_PROMPTS, Kind
from agentalign.syntax import nodes as n
from agentalign.types import EnumType, Field, PoisonType, RecordType, Type, assignable, describe, strip


def check_prompt(ctx: Context, prompt: n.PromptDecl) -> None:
    """Its kind exists, its parts are those of the kind, its templates are typed, its result is what the kind must get."""
    result = None if prompt.result is None else type_of(ctx, prompt.result)
    kind = KINDS.get(prompt.kind.text)
    if kind is None:
        message = f"there is no kind of prompt `{prompt.kind.text}`"
        ctx.unknown(prompt.kind, "kind of prompt", KINDS, code="E1104", message=message)
        return
    _check_parts(ctx, prompt, kind)
    names = {field.name: Binding(field.type, RowField(field)) for field in kind.inputs}
    scope = Scope(MappingProxyType(names))
    for template in filter(None, (prompt.system, prompt.user)):
        if looks_like_key(template.body):
            report_key(ctx, template)
        # what a model reads may be laid out as one likes: no `whitespace` issues
        check_wording(ctx, template, scope, functions=NO_FUNCTIONS, part=True)
    _check_result(ctx, prompt, kind, result)


def _check_parts(ctx: Context, prompt: n.PromptDecl, kind: PromptKind) -> None:
    name = f"the prompt `{prompt.name.text}`"
    if kind.system_only:
        if prompt.user is not None:
            message = f"prompts for {kind.name} have no `user`: the request of each case comes there"
            ctx.report("E0016", prompt.user, message, help="keep what the agent should know in `system`")
        if prompt.system is None:
            ctx.report("E0015", prompt.name, f"{name} has no `system`", help='write `system """..."""`')
    elif prompt.user is None:
        ctx.report("E0015", prompt.name, f"{name} asks nothing", help='write `user """..."""`')


def _check_result(ctx: Context, prompt: n.PromptDecl, kind: PromptKind, result: Type | None) -> None:
    if kind.result is None:
        if prompt.result is not None:
            message = f"prompts for {kind.name} have no result: the agent answers as it likes"
            ctx.report("E1108", prompt.result, message, help="remove `-> ...`")
        return
    if prompt.result is None or result is None:
        lines = "  ".join(f"{field.name}: {describe(field.type)}" for field in kind.result.fields)
        message = f"a prompt for {kind.name} says what record its reply holds"
        ctx.report("E1108", prompt.kind, message, help=f"add `-> NAME`, with `record NAME {{ {lines} }}`")
        return
    core = strip(result)
    if isinstance(core, PoisonType):
        return
    if not isinstance(core, RecordType):
        ctx.report("E1108", prompt.result, f"a reply holds a record, and {describe(result)} is none")
        return
    for wanted in kind.result.fields:
        reason = _misses(core, wanted)
        if reason is not None:
            help_ = f"{kind.name} need `{wanted.name}: {describe(wanted.type)}`"
            ctx.report("E1108", prompt.result, f"`{core.name}` {reason}", help=help_)


def _misses(record: RecordType, wanted: Field) -> str | None:
    """Why a record cannot serve for a field that is wanted; it may have others."""
    given = next((field for field in record.fields if field.name == wanted.name), None)
    if given is None:
        return f"has no field `{wanted.name}`"
    if given.optional:
        return f"may lack `{wanted.name}`"
    reason = assignable(given.type, wanted.type)
    if reason is not None:
        return f"has another `{wanted.name}`: {reason}"
    cases, needed = strip(given.type), strip(wanted.type)
    if isinstance(cases, EnumType) and isinstance(needed, EnumType) and len(cases.values) < len(needed.values):
        lost = {value.name for value in needed.values} - {value.name for value in cases.values}
        return f"has no `{wanted.name}` for {', '.join(sorted(f'`{name}`' for name in lost))}"
    return None


def check_stages(ctx: Context, dataset: n.DatasetDecl) -> None:
    """Stages exist and are bound once, to as many models as they take, and to a prompt of their kind."""
    seen: dict[str, n.Stage] = {}
    for stage in dataset.stages:
        name = stage.name.text
        first = seen.setdefault(name, stage)
        if first is not stage:
            label = Label(ctx.at(first.name), "first bound here")
            message = f"the stage `{name}` is bound twice"
            ctx.report("E1105", stage.name, message, secondary=[label], help="keep one of them")
        known = name in STAGES
        if not known:
            ctx.unknown(stage.name, "stage", STAGES, code="E1104", message=f"there is no stage `{name}`")
        for model in stage.models:
            found = ctx.find(Kind.MODEL, model)
            if isinstance(found, n.ModelDecl):
                ctx.tables.refs[model] = ModelRef(found)
        _check_models(ctx, stage, known=known)
        _check_used(ctx, stage, known=known)


def _check_models(ctx: Context, stage: n.Stage, *, known: bool) -> None:
    if known and len(stage.models) > 1 and stage.name.text not in JUDGEMENTS:
        message = f"`{stage.name.text}` takes one model: only judgements are made by several, and the majority decides"
        ctx.report("E1106", stage.models[1], message, help="keep one of them")
        return
    first: dict[str, n.Name] = {}
    for model in stage.models:
        if first.setdefault(model.text, model) is not model:
            ctx.report("E0223", model, f"`{model.text}` judges twice here", help="remove one of them")


def _check_used(ctx: Context, stage: n.Stage, *, known: bool) -> None:
    """The prompt, if one is named; else the shipped one of the kind."""
    if stage.prompt is None:
        shipped = _shipped(ctx, stage.name.text) if known else None
        if shipped is not None:
            ctx.tables.refs[stage] = PromptRef(shipped)
        return
    prompt = ctx.find(Kind.PROMPT, stage.prompt)
    if not isinstance(prompt, n.PromptDecl):
        return
    ctx.tables.refs[stage] = PromptRef(prompt)
    if known and prompt.kind.text in KINDS and not serves(prompt.kind.text, stage.name.text):
        message = (
            f"`{stage.name.text}` needs a prompt for {STAGES[stage.name.text]}, and this is one for {prompt.kind.text}"
        )
        label = ctx.label(prompt, "declared here", prompt.kind)
        ctx.report("E1107", stage.prompt, message, secondary=[label], help="name another, or leave `using` out")


def _shipped(ctx: Context, stage: str) -> n.PromptDecl | None:
    module = ctx.names.modules.get(SHIPPED_PROMPTS)
    prompts = () if module is None else module.own[Kind.PROMPT].values()
    return next((p for p in prompts if isinstance(p, n.PromptDecl) and serves(p.kind.text, stage)), None)
