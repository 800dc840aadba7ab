"""Which clauses a reading must have, given its label and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.check.context import Context
from agentalign.check.model import ChainInfo, StepInfo
from agentalign.check.targets import SubcategoryRef
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, RecordType, StringType, TextType, face, strip


def refuses(reading: n.ReadingDecl) -> bool:
    """Whether a reading ends in a refusal."""
    verdicts = [item.verdict for item in reading.items if isinstance(item, n.Expect)]
    return verdicts[0] == "refusal" if verdicts else reading.label == "harmful"


def check_clauses(ctx: Context, reading: n.ReadingDecl) -> None:
    """Report clauses that are missing or out of place."""
    info = ctx.tables.homes.get(reading)
    if info is None:
        return
    _check_expectation(ctx, reading)
    kinds = {type(item) for item in reading.items}
    if reading.label != "harmful" and n.Because not in kinds:
        help_ = 'add `because "..."`: what makes this request legitimate'
        if refuses(reading):
            help_ = 'add `because "..."`: what makes this request one to refuse'
        ctx.report("E0704", reading.name, f"`{reading.name.text}` does not say why it is {reading.label}", help=help_)
    if n.Ask not in kinds:
        ctx.report("E0706", reading.name, f"`{reading.name.text}` words no request", help='add `ask """..."""`')
    decided = reading.label != "borderline" or n.Expect in kinds
    if decided and refuses(reading):
        _check_refusal(ctx, reading)
    elif decided:
        _check_completion(ctx, reading, info)
    if decided:
        _check_places(ctx, reading)
    check_repeats(ctx, reading)


def _check_expectation(ctx: Context, reading: n.ReadingDecl) -> None:
    said = [item for item in reading.items if isinstance(item, n.Expect)]
    if reading.label == "borderline" and not said:
        ctx.report(
            "E0709",
            reading.name,
            f"`{reading.name.text}` is borderline and does not say what is right",
            help="add `expect completion` or `expect refusal`",
        )
    if reading.label != "borderline" and said:
        outcome = "refused" if reading.label == "harmful" else "carried out"
        ctx.report("E0710", said[0], f"a {reading.label} reading is always {outcome}", help="remove this clause")


_WHAT: Mapping[type[n.Node], str] = {
    n.Answer: "an answer",
    n.Compose: "a composed text",
    n.Narrate: "a narration",
    n.Upset: "an upset",
    n.Offer: "an offer",
    n.Refuse: "a refusal",
    n.InCategory: "a harm category",
}


def _check_places(ctx: Context, reading: n.ReadingDecl) -> None:
    """A refusal carries nothing out, and what is carried out is not refused."""
    refused = refuses(reading)
    wrong = (n.Answer, n.Compose, n.Narrate, n.Upset) if refused else (n.Refuse, n.InCategory)
    for item in reading.items:
        if isinstance(item, wrong) or (isinstance(item, n.Offer) and reading.label != "benign" and not refused):
            what = _WHAT[type(item)]
            why = "is refused, and nothing is done" if refused else "is carried out"
            if isinstance(item, n.Offer):
                why, help_ = (
                    f"is {reading.label} and carried out",
                    "refusals quote offers of their own or of benign twins",
                )
            else:
                help_ = "remove it" if reading.label != "borderline" else "remove it, or expect the other outcome"
            ctx.report("E0016", item, f"{what} has no place here: `{reading.name.text}` {why}", help=help_)


def _check_refusal(ctx: Context, reading: n.ReadingDecl) -> None:
    categories = [item for item in reading.items if isinstance(item, n.InCategory)]
    if not categories:
        ctx.report(
            "E0705",
            reading.name,
            f"`{reading.name.text}` names no harm category",
            help="add `category CATEGORY.SUBCATEGORY`",
        )
    target = ctx.tables.refs.get(categories[0].path) if categories else None
    if categories and target is None:
        return  # it is unknown which, and so what it words
    inherited = target.subcategory.refusals if isinstance(target, SubcategoryRef) else ()
    if not inherited and not any(isinstance(item, n.Refuse) for item in reading.items):
        ctx.report(
            "E0708", reading.name, f"nothing words the refusal of `{reading.name.text}`", help='add `refuse """..."""`'
        )


def _check_completion(ctx: Context, reading: n.ReadingDecl, info: ChainInfo) -> None:
    both = (*info.chain.items, *reading.items)
    if not any(isinstance(item, n.Answer) for item in both):
        ctx.report("E0707", reading.name, f"`{reading.name.text}` words no answer", help='add `answer """..."""`')
    composed = {(item.step.text, item.port.text): item for item in both if isinstance(item, n.Compose)}
    ports = {
        (step.step.name.text, port.name.text) for step in info.steps.values() for port in step.target.operation.ports
    }
    misnamed = {step for step, port in composed.keys() - ports}
    for step in info.steps.values():
        for port, argument in step.arguments.items():
            slot = (step.step.name.text, port.name.text)
            briefed = is_brief(ctx, port, argument)
            if briefed and slot not in composed and slot[0] not in misnamed:
                ctx.report(
                    "E0511",
                    reading.name,
                    f"nothing writes the text of `{slot[0]}.{slot[1]}`",
                    secondary=[ctx.label(step.step, "it is briefed here", argument)],
                    help=f'add `compose {slot[0]}.{slot[1]} """..."""`',
                )
            elif slot in composed and _is_text(ctx, port) and not briefed and not _is_unknown(ctx, argument):
                ctx.report(
                    "E0509",
                    composed[slot],
                    f"the text of `{slot[0]}.{slot[1]}` is already given",
                    secondary=[ctx.label(step.step, "given here", argument)],
                    help="give a brief there, or remove this",
                )


def is_brief(ctx: Context, port: n.PortDecl, argument: n.Expr) -> bool:
    """Whether a text port is told what to say rather than the words."""
    if not _is_text(ctx, port):
        return False
    given = strip(ctx.tables.of.get(argument, PoisonType()))
    return isinstance(given, RecordType) and face(given) is not None


def _is_text(ctx: Context, port: n.PortDecl) -> bool:
    return isinstance(strip(ctx.tables.types.get(port, PoisonType())), TextType)


def _is_unknown(ctx: Context, argument: n.Expr) -> bool:
    return isinstance(strip(ctx.tables.of.get(argument, PoisonType())), PoisonType)


def dictates(ctx: Context, step: StepInfo) -> list[n.Expr]:
    """The arguments by which a chain hands the very words of a text over."""
    return [
        argument
        for port, argument in step.arguments.items()
        if _is_text(ctx, port) and isinstance(strip(ctx.tables.of.get(argument, PoisonType())), StringType | TextType)
    ]


def check_repeats(ctx: Context, owner: n.ChainDecl | n.ReadingDecl) -> None:
    """Warn of two wordings that are the same."""
    seen: dict[tuple[str, str, str], n.TemplateLit] = {}
    for item in owner.items:
        if not isinstance(item, n.Ask | n.Request | n.Answer | n.Refuse | n.Offer | n.Compose):
            continue
        where = f"{item.step.text}.{item.port.text}" if isinstance(item, n.Compose) else ""
        key = (type(item).__name__, where, " ".join(item.template.body.split()))
        first = seen.setdefault(key, item.template)
        if first is not item.template:
            ctx.report(
                "W0702", item.template, "this wording stands here twice", help="word it differently, or remove it"
            )
