"""Capabilities: ports and operations are distinct, defaults fit, failures are stated once."""

from __future__ import annotations

from agentalign.check import expressions as ex
from agentalign.check.context import Context
from agentalign.check.declared import type_of
from agentalign.check.literals import NotConstant, constant
from agentalign.check.recode import recoded
from agentalign.check.rules.declared_types import distinct
from agentalign.check.scope import Scope
from agentalign.diagnostics import Label
from agentalign.syntax import nodes as n
from agentalign.types import PoisonType, Type

BUILTIN_CODES = ("rate_limited", "service_unavailable", "invalid_arguments")
"""Errors any tool may give without declaring them."""


def declare_capability(ctx: Context, capability: n.CapabilityDecl) -> None:
    """The types of ports and results."""
    for operation in capability.operations:
        ctx.tables.types[operation] = type_of(ctx, operation.result)
        for port in operation.ports:
            declare_port(ctx, port)


def declare_port(ctx: Context, port: n.PortDecl) -> None:
    """The type of a port or a chain parameter."""
    ctx.tables.types[port] = type_of(ctx, port.type)


def check_capability(ctx: Context, capability: n.CapabilityDecl) -> None:
    """Everything a capability declares."""
    distinct(ctx, "operation", (operation.name for operation in capability.operations if operation.name is not None))
    for operation in capability.operations:
        check_ports(ctx, operation.ports, "port")
        distinct(ctx, "error", operation.fails)
    if not capability.operations:
        ctx.report("E0015", capability.path, "a capability has at least one operation", help="give it a signature")


def check_ports(ctx: Context, ports: tuple[n.PortDecl, ...], what: str) -> None:
    """Ports of an operation or parameters of a chain."""
    distinct(ctx, what, (port.name for port in ports))
    keys: dict[str, n.PortDecl] = {}
    for port in ports:
        if port.default is not None:
            check_default(ctx, port, port.default, ctx.tables.types.get(port, PoisonType()), port.type)
        if port.key_of is not None:
            first = keys.setdefault(port.key_of.text, port)
            if first is not port:
                ctx.report(
                    "E0808",
                    port.key_of,
                    f"two ports carry the key of `{port.key_of.text}`",
                    secondary=[Label(ctx.at(first), "the other one")],
                    help="one port says where things are",
                )


def check_default(ctx: Context, owner: n.Node, default: n.Expr, declared: Type, where: n.Node) -> None:
    """A default is a constant of its own type."""
    value = constant(default)
    if isinstance(value, NotConstant):
        ctx.report("E0222", default, "a default must be a constant", help="write the value itself")
        return
    with recoded(ctx, _MISFITS, "E0207"):
        ex.fits(ctx, default, Scope(), declared, (Label(ctx.at(where), "declared here"),))
    ctx.tables.values[owner] = value


_MISFITS = frozenset({"E0201", "E0206", "E0208", "E0212", "E0213"})
