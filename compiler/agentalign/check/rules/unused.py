"""Imports, lexicons and tables that nothing uses, and weights that nothing asks for."""

from __future__ import annotations

from collections.abc import Collection

from agentalign.check.context import Context, Tables
from agentalign.check.targets import FunctionRef, LexiconRef, ModelRef, PromptRef, TableRef
from agentalign.diagnostics import has_errors
from agentalign.ir import STAGES
from agentalign.resolve import Import, ModuleInfo, Names
from agentalign.syntax import nodes as n


def check_unused(names: Names, tables: Tables) -> None:
    """Warn of what is unused, except where a module did not parse whole."""
    check_imports(names, tables)
    modules = [names.modules[name] for name in names.spec if name in names.modules]
    # A spec without readings is a library: what it declares is for others. With errors, what is unused may be meant there.
    readings = any(isinstance(found, n.ReadingDecl) for module in modules for found in module.tree.declarations)
    if readings and not has_errors((*names.diagnostics, *tables.diagnostics)):
        targets = tables.refs.values()
        used = {id(target.lexicon) for target in targets if isinstance(target, LexiconRef)}
        used |= {id(target.function) for target in targets if isinstance(target, FunctionRef)}
        used |= {id(target.table) for target in targets if isinstance(target, TableRef)}
        used |= {id(target.model) for target in targets if isinstance(target, ModelRef)}
        used |= {id(target.prompt) for target in targets if isinstance(target, PromptRef)}
        drawn = {id(lexicon) for lexicon in drawn_lexicons(names, tables)}
        for module in modules:
            _check_declarations(Context(names, tables, module), module, used, drawn)


def check_imports(names: Names, tables: Tables) -> None:
    """Warn of unused imports."""
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


def _check_declarations(ctx: Context, module: ModuleInfo, used: Collection[int], drawn: Collection[int]) -> None:
    for found in module.tree.declarations:
        match found:
            case n.LexiconDecl() if id(found) not in used:
                message = f"nothing draws from the lexicon `{found.name.text}`"
                help_ = f"use it (`vary ... in {found.name.text}`, `from {found.name.text}`), or remove it"
                ctx.report("W0102", found.name, message, help=help_)
            case n.LexiconDecl() if id(found) not in drawn:
                _check_weights(ctx, found)
            case n.FunctionDecl() if id(found) not in used:
                message = f"nothing calls the function `{found.name.text}`"
                ctx.report("W0102", found.name, message, help="call it in a simulation, or remove it")
            case n.TableDecl() if id(found) not in used:
                message = f"nothing reads or writes the table `{found.name.text}`"
                ctx.report("W0102", found.name, message, help="use it in a simulation or a `given`, or remove it")
            case n.ModelDecl() if id(found) not in used and _binds(module):
                help_ = f"bind it (`stage STAGE by {found.name.text}` in a dataset), or remove it"
                ctx.report("W0102", found.name, f"no stage is bound to the model `{found.name.text}`", help=help_)
            case n.PromptDecl(kind=kind) if id(found) not in used and _binds(module) and kind.text in STAGES.values():
                help_ = f"use it (`stage STAGE by MODEL using {found.name.text}`), or remove it"
                ctx.report("W0102", found.name, f"no stage uses the prompt `{found.name.text}`", help=help_)
            case _:
                pass


def _binds(module: ModuleInfo) -> bool:
    """Whether a dataset of the module binds stages: where none does, `--stage` and `--model` are to."""
    return any(isinstance(found, n.DatasetDecl) and found.stages for found in module.tree.declarations)


def drawn_lexicons(names: Names, tables: Tables) -> tuple[n.LexiconDecl, ...]:
    """The lexicons that values are drawn from by weight: for worlds and system prompts, not for requests."""
    pools = (n.Path,)  # only readings (and `system`) name a lexicon by a path
    systems = {dataset.system for dataset in names.every(n.DatasetDecl)}
    return tuple(
        target.lexicon
        for node, target in tables.refs.items()
        if isinstance(target, LexiconRef) and (not isinstance(node, pools) or node in systems)
    )


def _check_weights(ctx: Context, lexicon: n.LexiconDecl) -> None:
    entry = next((entry for entry in lexicon.entries if entry.weight != 1), None)
    if entry is not None:
        ctx.report(
            "W0202",
            entry,
            f"`{lexicon.name.text}` is used by requests only, and these use all values evenly",
            help="remove the weight",
        )
