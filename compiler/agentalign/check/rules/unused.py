"""Imports that nothing uses."""

from __future__ import annotations

from agentalign.check.context import Context, Tables
from agentalign.resolve import Import, Names


def check_imports(names: Names, tables: Tables) -> None:
    """Warn of unused imports, except where a module did not parse whole."""
    for module in names.modules.values():
        if not module.clean:
            continue
        ctx = Context(names, tables, module)
        for local, imported in module.imports.items():
            hidden = any(local in own for own in module.own.values())
            if (module.name, local) not in tables.used and not hidden and not _lost(names, imported):
                message = f"`{local}` is imported and never used"
                ctx.report("W0101", imported.name.local, message, help="remove it from the import")


def _lost(names: Names, imported: Import) -> bool:
    """Whether the import itself is wrong, which has been reported."""
    source = names.modules.get(imported.module)
    return source is None or all(imported.name.name.text not in known for known in source.own.values())
