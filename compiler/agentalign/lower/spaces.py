"""What only the finished space can tell: nothing left, values that can never occur, twins that share no tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from agentalign.check import ChainInfo
from agentalign.diagnostics import Label, has_errors
from agentalign.ir import (
    Choice,
    GeneratedOptions,
    LiteralOptions,
    Plan,
    PoolOptions,
    Reading,
    RegisterOptions,
    ToolOptions,
    describe,
)
from agentalign.ir.space import Overflow, Space, build_space
from agentalign.lower.context import Lowering
from agentalign.lower.counts import Spaces, certain, space_of
from agentalign.lower.forbids import said
from agentalign.lower.keys import links
from agentalign.lower.named import check_named
from agentalign.lower.unused import check_entries, check_sizes
from agentalign.syntax import nodes as n


def check_spaces(low: Lowering, plan: Plan) -> Spaces:
    """Report readings whose space is empty, too entangled, or has dead values, and what no request can ever use.

    Returns the spaces of the others.
    """
    readings = {reading.name: reading for reading in plan.readings}
    found = Spaces()
    for info in low.checked.chains.values():
        for node in sorted(info.readings, key=_restricts):
            reading = readings[low.name(node)]
            if certain(reading) and not any(isinstance(item, n.Forbid) for item in node.items):
                found.put_off(reading)
                check_named(low, info, node, reading, partial(found.__getitem__, reading.name))
                continue
            space = _check(low, info, node, reading, plan)
            if space is not None:
                found.put(reading.name, space)
        _check_twins(low, info, readings, found)
    check_entries(low)
    check_sizes(low, plan, found)
    return found


def _restricts(node: n.ReadingDecl) -> bool:
    """Whether a reading leaves fewer tools than its chain has; what is wrong with the chain shows in the others first."""
    return any(isinstance(item, n.Only) for item in node.items)


def _check(low: Lowering, info: ChainInfo, node: n.ReadingDecl, reading: Reading, plan: Plan) -> Space | None:
    for choice in reading.choices:
        if choice.axis.size == 0 and not choice.axis.guard:
            at = _place(node, choice)
            low.report("E0806", node, at, f"nothing is left to choose for {describe(choice)}", help=_HELP_EMPTY)
            return None
    if _foreign(low, info, node, reading, plan):
        return None
    space = space_of(reading)
    if isinstance(space, Overflow):
        low.report(
            "E0804",
            node,
            node.name,
            f"the constraints of `{reading.name}` interact too much to count",
            notes=(f"these interact: {', '.join(space.names)}", f"{space.width:,} situations meet at {space.axis}"),
            help="restrict the tools with `tools STEP in { ... }`, or drop constraints",
        )
        return None
    if space.count:
        check_named(low, info, node, reading, lambda: space)
        _check_forbids(low, node, reading, space)
        _check_dead(low, node, reading, space)
        return space
    own = {low.at(node, item) for item in node.items if isinstance(item, n.Forbid)}
    couplings = [removal.forbid for removal in reading.removals if removal.at not in own]
    free = build_space([choice.axis for choice in reading.choices], couplings)
    if isinstance(free, Space) and not free.count:
        _report_incoherent(low, info, node, reading, plan)
    else:
        _report_empty(low, node, reading)
    return None


_HELP_EMPTY = "relax the `where`, or list more values"


# ---------------------------------------------------------------------------------------------------------- coherence


def _foreign(low: Lowering, info: ChainInfo, node: n.ReadingDecl, reading: Reading, plan: Plan) -> bool:
    """Whether an identifier is used where it is foreign, whatever the tools: once for a chain, not for each reading."""
    for removal in reading.removals:
        if not removal.forbid.tests:
            argument = next((a for a in _arguments(info) if low.at(info.chain, a) == removal.at), info.chain.name)
            known = low.checked.names.at(info.chain, argument)
            if any(found.code == "E0801" and found.location == known for found in low.diagnostics):
                return True
            if _restricts(node):
                _report_incoherent(low, info, node, reading, plan)
                return True
            low.report(
                "E0801",
                info.chain,
                argument,
                "this identifier is foreign to the step that uses it",
                notes=(removal.reason,),
                help="let it pass between steps of one kind, or give its text alone: `reference(...)`",
            )
            return True
    return False


def _arguments(info: ChainInfo) -> Iterator[n.Expr]:
    for step in info.steps.values():
        yield from step.arguments.values()


def _report_incoherent(low: Lowering, info: ChainInfo, node: n.ReadingDecl, reading: Reading, plan: Plan) -> None:
    """The chain's own fault, unless the reading leaves fewer tools than the chain has and others of its readings do not."""
    message = f"no choice of tools keeps the identifiers of `{info.chain.name.text}` where they belong"
    if any(found.message == message and found.code == "E0802" for found in low.diagnostics):
        return
    only = [item for item in node.items if isinstance(item, n.Only)]
    owner: n.Node = node if only else info.chain
    low.report(
        "E0802",
        owner,
        only[0] if only else info.chain.name,
        message,
        notes=_some(tuple(dict.fromkeys((*_where(low, info, reading, plan), *_shapes(reading))))),
        help="allow tools that stand on one platform, or erase the brand with `reference(...)`",
    )


def _shapes(reading: Reading) -> Iterator[str]:
    """What rules tools out whatever the other steps use: identifiers that look otherwise there."""
    yield from (removal.reason for removal in reading.removals if " another shape " in removal.reason)


def _where(low: Lowering, info: ChainInfo, reading: Reading, plan: Plan) -> Iterator[str]:
    """For each pair of steps that must agree, what each could be done on."""
    tools = {tool.name: tool for tool in plan.tools}
    keys = {platform.name: platform.keys for platform in plan.platforms}
    steps = {c.options.step: c.options.tools for c in reading.choices if isinstance(c.options, ToolOptions)}
    for link in links(low, info):
        sides: list[str] = []
        for side in (link.left, link.right):
            name = side.step.name.text
            mine = [keys.get(tools[tool].platform or "", {}) for tool in steps[name]]
            homes = [own.get(link.kind, f"no {link.kind}") for own in mine]
            sides.append(f"`{name}` on {' or '.join(dict.fromkeys(homes))}")
        yield f"{link.kind}: {', '.join(sides)}"


def _report_empty(low: Lowering, node: n.ReadingDecl, reading: Reading) -> None:
    forbids = [item for item in node.items if isinstance(item, n.Forbid)]
    low.report(
        "E0803",
        node,
        node.name,
        f"the constraints of `{reading.name}` leave no request at all",
        secondary=[Label(low.checked.names.at(node, item), "") for item in forbids[:4]],
        notes=_some(tuple(dict.fromkeys(r.reason for r in reading.removals if not r.reason.startswith("forbid ")))),
        help="drop one of them, or add tools or values",
    )


def _check_twins(low: Lowering, info: ChainInfo, readings: dict[str, Reading], spaces: Spaces) -> None:
    """Rows of twins come in groups of the same tools and register, so there must be such a group."""
    twins = [(node, low.name(node)) for node in info.readings if node.label != "borderline"]
    if len({node.label for node, _ in twins}) < 2 or any(name not in spaces for _, name in twins):
        return
    found = [readings[name] for _, name in twins]
    tests = (test.axis for reading in found for removal in reading.removals for test in removal.forbid.tests)
    if not any(_restricts(node) for node, _ in twins) and all(axis.startswith("tool:") for axis in tests):
        return  # what couples tools is the chain's, and so the same for all
    shared = _groups(readings[twins[0][1]], spaces[twins[0][1]])
    for node, name in twins[1:]:
        shared &= _groups(readings[name], spaces[name])
        if not shared:
            low.report(
                "E0809",
                node,
                node.name,
                f"`{name}` and its twins have no tools and register in common",
                secondary=[Label(low.checked.names.at(twins[0][0], twins[0][0].name), "a twin")],
                help="twins are drawn with the same tools in the same register: leave them at least one such choice",
            )
            return


def _groups(reading: Reading, space: Space) -> frozenset[tuple[str, ...]]:
    words = {
        choice.axis.name: choice.options.tools if isinstance(choice.options, ToolOptions) else choice.options.registers
        for choice in reading.choices
        if isinstance(choice.options, (ToolOptions, RegisterOptions))
    }
    rows = space.project(tuple(words))
    named = list(words.values())
    return frozenset(
        tuple(names[value] for names, value in zip(named, row, strict=True) if value is not None) for row in rows
    )


# --------------------------------------------------------------------------------------------------------- dead weight


def _check_forbids(low: Lowering, node: n.ReadingDecl, reading: Reading, space: Space) -> None:
    """A constraint without which the space is the same says nothing, or something else than was meant."""
    if has_errors(low.diagnostics):
        return
    axes = [choice.axis for choice in reading.choices]
    for item in node.items:
        if not isinstance(item, n.Forbid):
            continue
        reason, at = said(low, node, item), low.at(node, item)
        others = [removal.forbid for removal in reading.removals if (removal.reason, removal.at) != (reason, at)]
        without = build_space(axes, others)
        if isinstance(without, Space) and without.count == space.count:
            message = "nothing that this forbids could happen anyway"
            low.report("W0801", node, item, message, help="remove it, or correct it")


def _check_dead(low: Lowering, node: n.ReadingDecl, reading: Reading, space: Space) -> None:
    """A value that no point has was written in vain; tools are left out, since coupling narrows them rightly."""
    touched = {test.axis for removal in reading.removals for test in removal.forbid.tests}
    for choice in reading.choices:
        if choice.axis.name not in touched or isinstance(choice.options, (ToolOptions, GeneratedOptions)):
            continue
        dead = [value for value, count in enumerate(space.marginals(choice.axis.name)) if not count]
        if dead:
            shown = ", ".join(_value(choice, value) for value in dead[:3])
            more = f" and {len(dead) - 3} more" if len(dead) > 3 else ""
            low.report(
                "W0802",
                node,
                _place(node, choice),
                f"{_subject(choice)} can never be {shown}{more}",
                notes=_some(tuple(_removing(reading, choice))),
                help="leave it out, or relax the constraint",
            )


def _place(node: n.ReadingDecl, choice: Choice) -> n.Node:
    """Where a reading makes a choice."""
    asks = [item for item in node.items if isinstance(item, n.Ask)]
    match choice.options:
        case PoolOptions(names=names):
            varied = (item for item in node.items if isinstance(item, n.Vary))
            return next((item for item in varied if item.names and item.names[0].text == names[0]), node.name)
        case RegisterOptions():
            return next((ask.register for ask in asks if ask.register is not None), node.name)
        case LiteralOptions(wording=at, shared=False):
            return asks[at]
        case _:
            return node.name


def _subject(choice: Choice) -> str:
    match choice.options:
        case RegisterOptions():
            return "the register"
        case LiteralOptions():
            return "this choice of words"
        case _:
            return describe(choice)


def _value(choice: Choice, value: int) -> str:
    match choice.options:
        case PoolOptions(rows=rows):
            row = rows[value]
            return json.dumps(row[0] if len(row) == 1 else row, ensure_ascii=False)
        case RegisterOptions(registers=registers):
            return f"`{registers[value]}`"
        case LiteralOptions(values=values):
            return json.dumps(values[value], ensure_ascii=False)
        case _:
            return f"number {value + 1}"


def _removing(reading: Reading, choice: Choice) -> Iterable[str]:
    return dict.fromkeys(r.reason for r in reading.removals if any(t.axis == choice.axis.name for t in r.forbid.tests))


def _some(reasons: Sequence[str]) -> tuple[str, ...]:
    shown = tuple(reasons[:4])
    return (*shown, f"and {len(reasons) - 4} more") if len(reasons) > 4 else shown
