"""The stage itself: rules over declarations, in phases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, TypeAlias

from agentalign.check.context import Context, Tables
from agentalign.check.model import Checked
from agentalign.check.rules import (
    capabilities,
    chain_flow,
    chains,
    content,
    datasets,
    declared_types,
    functions,
    givens,
    grounding,
    lengths,
    lexicons,
    models,
    platforms,
    prompts,
    reachable,
    reading_clauses,
    readings,
    requests,
    tool_clauses,
    tool_shapes,
    tool_simulation,
    tool_sources,
    twins,
    unused,
    upsets,
    voicing,
)
from agentalign.resolve import Kind, Names
from agentalign.syntax import nodes as n

Rule: TypeAlias = Callable[[Context, Any], None]
"""What looks at one declaration: fills tables, reports mistakes."""

# Each row is a declaration class and a rule for it. A rule may rely on everything the rows above it fill in, for the
# whole program. Declaring rows build types; checking rows judge.
RULES: tuple[tuple[type[n.Node], Rule], ...] = (
    (n.TypeDecl, declared_types.check_type),
    (n.RecordDecl, declared_types.check_record),
    (n.LexiconDecl, lexicons.declare_lexicon),
    (n.TableDecl, platforms.declare_table),
    (n.AccountDecl, platforms.declare_account),
    (n.CapabilityDecl, capabilities.declare_capability),
    (n.RecordDecl, declared_types.check_sources),
    (n.LexiconDecl, lexicons.check_lexicon),
    (n.TaxonomyDecl, platforms.check_taxonomy),
    (n.PlatformDecl, platforms.check_platform),
    (n.TableDecl, platforms.check_table),
    (n.AccountDecl, platforms.check_account),
    (n.CapabilityDecl, capabilities.check_capability),
    (n.FunctionDecl, functions.declare_function),
    (n.FunctionDecl, functions.check_function),
    (n.ToolDecl, tool_sources.declare_tool),
    (n.ToolDecl, tool_sources.check_tool),
    (n.ToolDecl, tool_shapes.check_shapes),
    (n.ToolDecl, tool_clauses.check_asks),
    (n.ToolDecl, tool_clauses.check_requirements),
    (n.ToolDecl, tool_simulation.check_simulation),
    (n.FunctionDecl, functions.check_recursion),
    (n.FunctionDecl, functions.check_size),
    (n.ToolDecl, functions.check_depth),
    (n.ToolDecl, tool_clauses.check_result),
    (n.ChainDecl, chains.declare_chain),
    (n.ReadingDecl, chains.declare_reading),
    (n.ChainDecl, chains.check_chain),
    (n.ChainDecl, givens.check_givens),
    (n.ChainDecl, upsets.check_upsets),
    (n.ChainDecl, chain_flow.check_flow),
    (n.ChainDecl, readings.check_shared),
    (n.ReadingDecl, readings.check_reading),
    (n.ChainDecl, reading_clauses.check_repeats),
    (n.ReadingDecl, reading_clauses.check_clauses),
    (n.ChainDecl, requests.check_requests),
    (n.ChainDecl, voicing.check_voicing),
    (n.ChainDecl, grounding.check_shared),
    (n.ReadingDecl, grounding.check_grounding),
    (n.ReadingDecl, grounding.check_briefs),
    (n.ReadingDecl, lengths.check_lengths),
    (n.ChainDecl, content.check_requests),
    (n.ReadingDecl, content.check_content),
    (n.TaxonomyDecl, content.check_refusals),
    (n.LexiconDecl, reachable.check_reachable),
    (n.ChainDecl, reachable.check_reachable),
    (n.ReadingDecl, reachable.check_reachable),
    (n.ChainDecl, twins.check_twins),
    (n.ChainDecl, chain_flow.check_steps),
    (n.ChainDecl, chain_flow.check_lets),
    (n.ModelDecl, models.check_model),
    (n.PromptDecl, prompts.check_prompt),
    (n.DatasetDecl, datasets.check_dataset),
    (n.DatasetDecl, prompts.check_stages),
)


def check(names: Names) -> Checked:
    """Check a resolved program: types, data flow, tools, chains, readings, datasets.

    Never raises for what a spec says. `Checked.diagnostics` are those of this stage only; add `names.diagnostics`.
    Facts about what is wrong are missing from the tables, or poison.
    """
    tables = Tables()
    tables.brand_kinds = _brand_kinds(names)
    by_class = _by_class(names, tables)
    for record in names.every(n.RecordDecl):
        _remember_record(names, tables, record)
    for kind, rule in RULES:
        for ctx, declaration in by_class.get(kind, ()):
            rule(ctx, declaration)
    unused.check_unused(names, tables)
    return _frozen(names, tables)


def _by_class(names: Names, tables: Tables) -> dict[type, list[tuple[Context, n.Declaration]]]:
    found: dict[type, list[tuple[Context, n.Declaration]]] = {}
    for module in names.modules.values():
        ctx = Context(names, tables, module)
        for declaration in module.tree.declarations:
            found.setdefault(type(declaration), []).append((ctx, declaration))
    return found


def _remember_record(names: Names, tables: Tables, declaration: n.RecordDecl) -> None:
    word = declaration.name.text
    shared = len(names.elsewhere(Kind.TYPE, word)) > 1
    tables.records[f"{names.owner(declaration).name}.{word}" if shared else word] = declaration


def _brand_kinds(names: Names) -> tuple[str, ...]:
    """What a key can be of: the platform itself, its attributes, and what ports say."""
    return tuple(dict.fromkeys(("platform", "account", *_carried(names))))


def _carried(names: Names) -> Iterator[str]:
    for platform in names.every(n.PlatformDecl):
        yield from platform.keys
    for capability in names.every(n.CapabilityDecl):
        for operation in capability.operations:
            yield from (port.key_of.text for port in operation.ports if port.key_of is not None)


def _frozen(names: Names, tables: Tables) -> Checked:
    return Checked(
        names,
        MappingProxyType(tables.types),
        MappingProxyType(tables.of),
        MappingProxyType(tables.refs),
        MappingProxyType(tables.choices),
        MappingProxyType(tables.values),
        MappingProxyType(tables.templates),
        MappingProxyType(tables.tools),
        MappingProxyType(tables.chains),
        MappingProxyType({operation: tuple(tools) for operation, tools in tables.implementers.items()}),
        tuple(tables.diagnostics),
    )
