"""What only the finished space can tell: nothing left, values that can never occur, twins that share no tools."""

from __future__ import annotations

from collections.abc import Iterable

from agentalign.check import ChainInfo
from agentalign.ir import Choice, GeneratedOptions, Plan, Reading, ToolOptions, describe
from agentalign.ir.space import Overflow, Space, build_space
from agentalign.lower.context import Lowering
from agentalign.syntax import nodes as n


def check_spaces(low: Lowering, plan: Plan) -> None:
    """Report readings whose space is empty, too entangled, or has dead values."""
    readings = {reading.name: reading for reading in plan.readings}
    for info in low.checked.chains.values():
        for node in info.readings:
            _check(low, info, node, readings[low.name(node)])


def _check(low: Lowering, info: ChainInfo, node: n.ReadingDecl, reading: Reading) -> None:
    for removal in reading.removals:
        if not removal.forbid.tests:
            low.report(
                "E0802",
                info.chain,
                info.chain.name,
                f"no choice of tools makes this chain coherent: {removal.reason}",
                notes=(f"the identifier passes at {removal.at}",),
                help="let it pass between tools of one platform, or erase its brand with `reference(...)`",
            )
            return
    space = build_space([choice.axis for choice in reading.choices], [removal.forbid for removal in reading.removals])
    if isinstance(space, Overflow):
        low.report(
            "E0804",
            node,
            node.name,
            f"the constraints of `{reading.name}` interact too much to count",
            notes=(f"these interact: {', '.join(space.names)}", f"{space.width} situations meet at {space.axis}"),
            help="restrict the tools with `tools STEP in {...}`, or drop constraints",
        )
    elif space.count == 0:
        _report_empty(low, node, reading)
    else:
        _check_dead(low, node, reading, space)


def _report_empty(low: Lowering, node: n.ReadingDecl, reading: Reading) -> None:
    for choice in reading.choices:
        if choice.axis.size == 0:
            low.report("E0806", node, node.name, f"nothing is left to choose for {describe(choice)}")
            return
    reasons = tuple(dict.fromkeys(removal.reason for removal in reading.removals))
    low.report(
        "E0803",
        node,
        node.name,
        f"the constraints of `{reading.name}` leave no request at all",
        notes=_some(reasons),
        help="drop one of them, or add tools or values",
    )


def _check_dead(low: Lowering, node: n.ReadingDecl, reading: Reading, space: Space) -> None:
    """A value that no point has was written in vain; tools are left out, since coupling narrows them rightly."""
    touched = {test.axis for removal in reading.removals for test in removal.forbid.tests}
    for choice in reading.choices:
        if choice.axis.name not in touched or isinstance(choice.options, (ToolOptions, GeneratedOptions)):
            continue
        dead = [value for value, count in enumerate(space.marginals(choice.axis.name)) if not count]
        if dead:
            low.report(
                "W0802",
                node,
                node.name,
                f"{len(dead)} of {choice.axis.size} values of {describe(choice)} can never occur",
                notes=_some(tuple(_removing(reading, choice))),
            )


def _removing(reading: Reading, choice: Choice) -> Iterable[str]:
    return dict.fromkeys(r.reason for r in reading.removals if any(t.axis == choice.axis.name for t in r.forbid.tests))


def _some(reasons: tuple[str, ...]) -> tuple[str, ...]:
    shown = reasons[:4]
    return (*shown, f"and {len(reasons) - 4} more") if len(reasons) > 4 else shown
