"""Finding the operation that a path names."""

from __future__ import annotations

from agentalign.check.context import Context
from agentalign.check.targets import OperationRef
from agentalign.resolve import Kind
from agentalign.syntax import nodes as n


def find_operation(ctx: Context, path: n.Path) -> OperationRef | None:
    """The operation behind `web_search` or `manage_git.clone`; reports what is unknown. None: reported."""
    capability = ctx.find(Kind.CAPABILITY, path.names[0])
    if not isinstance(capability, n.CapabilityDecl):
        return None
    operation = _pick(ctx, path, capability)
    if operation is None:
        return None
    target = OperationRef(capability, operation)
    ctx.tables.refs[path] = target
    return target


def _pick(ctx: Context, path: n.Path, capability: n.CapabilityDecl) -> n.OperationDecl | None:
    named = {operation.name.text: operation for operation in capability.operations if operation.name is not None}
    secondary = [ctx.label(capability, "declared here", capability.name)]
    word = capability.name.text
    if len(path.names) == 1:
        if not named:
            return capability.operations[0] if capability.operations else None
        first = next(iter(named))
        message = f"`{word}` has several operations, and this names none"
        ctx.report("E0107", path, message, secondary=secondary, help=f"write `{word}.{first}` or another of them")
        return None
    if not named:
        message = f"`{word}` has a single operation without a name"
        ctx.report("E0107", path.names[1], message, secondary=secondary, help=f"write `{word}`")
        return None
    found = named.get(path.names[1].text)
    if found is None or len(path.names) > 2:
        name = path.names[1] if found is None else path.names[2]
        message = f"`{word}` has no operation `{name.text}`" if found is None else "an operation has no parts"
        ctx.unknown(name, "operation", named, message=message, secondary=secondary)
        return None
    return found


def title(target: OperationRef) -> str:
    """How an operation is referred to in specs: `web_search`, `manage_git.clone`."""
    name = target.operation.name
    return target.capability.name.text if name is None else f"{target.capability.name.text}.{name.text}"
