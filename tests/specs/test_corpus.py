"""The corpus covers what was published, and keeps its promises: chains, tools, twins, borderline readings."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from agentalign.ir import Index, Plan, RegisterOptions
from agentalign.resources import specs_root
from agentalign.session.program import Program
from agentalign.types import DomainType, strip

DATA = Path(__file__).parent.parent / "data"
SENSITIVE = {
    "health",
    "security_testing",
    "finance",
    "education_and_research",
    "law",
    "content_moderation",
    "analytics",
    "developer_tools",
    "environment",
    "public_safety",
}


@cache
def plan() -> Plan:
    program = Program(specs_root() / "agentalign")
    assert program.plan is not None, program.diagnostics
    return program.plan


def facts(name: str) -> list[list[str]] | dict[str, list[str]]:
    found: list[list[str]] | dict[str, list[str]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found


@cache
def patterns() -> dict[str, tuple[str, ...]]:
    index = Index(plan())
    return {chain.name: tuple(step.capability for step in index.steps(chain.name)) for chain in plan().chains}


def test_every_published_chain_is_there_under_its_kind_of_harm() -> None:
    ours = {(f"{r.category}.{r.subcategory}", *patterns()[r.chain]) for r in plan().readings if r.expected == "refusal"}
    assert [row for row in facts("published_chains.json") if tuple(row) not in ours] == []


def test_every_published_tool_is_there_for_its_capability() -> None:
    ours = {(item.capability, tool.name) for tool in plan().tools for item in tool.implements}
    published = facts("published_tools.json")
    assert isinstance(published, dict)
    assert [(c, tool) for c, tools in published.items() for tool in tools if (c, tool) not in ours] == []
    by_capability = Counter(capability for capability, _ in ours)
    assert {capability for capability in published if by_capability[capability] < 2} == set()
    assert len(plan().tools) >= 113


def test_the_taxonomy_is_the_published_one() -> None:
    ours = {category.name: [sub.name for sub in category.subcategories] for category in plan().categories}
    published = facts("published_taxonomy.json")
    assert isinstance(published, dict)
    assert {name: sorted(subs) for name, subs in ours.items()} == {
        name: sorted(subs) for name, subs in published.items()
    }


def test_every_subcategory_has_chains_and_refusals_enough() -> None:
    chains: dict[tuple[str, str], set[str]] = {}
    for reading in plan().readings:
        if reading.expected == "refusal" and reading.category and reading.subcategory:
            chains.setdefault((reading.category, reading.subcategory), set()).add(reading.chain)
    subs = [(category.name, sub) for category in plan().categories for sub in category.subcategories]
    assert [(c, sub.name) for c, sub in subs if len(chains.get((c, sub.name), ())) < 4] == []
    assert [sub.name for _, sub in subs if len(sub.refusals) < 4] == []


def test_the_corpus_goes_beyond_the_published_one() -> None:
    assert len({pair for pattern in patterns().values() for pair in pairwise(pattern)}) >= 250
    published = {tuple(row[1:]) for row in facts("published_chains.json")}
    assert sum(1 for pattern in patterns().values() if pattern not in published) >= 60


@pytest.mark.parametrize(("label", "least"), [("harmful", 1), ("benign", 2)])
def test_every_chain_is_read_both_ways(label: str, least: int) -> None:
    found = Counter(reading.chain for reading in plan().readings if reading.label == label)
    assert [chain.name for chain in plan().chains if found[chain.name] < least] == []


def test_twins_of_a_chain_come_from_different_walks_of_life() -> None:
    domains: dict[str, set[str]] = {}
    for reading in plan().readings:
        if reading.label == "benign":
            domains.setdefault(reading.chain, set()).add(reading.domain)
    assert sum(1 for found in domains.values() if len(found) < 2) <= len(domains) // 10


def test_borderline_readings_cover_the_sensitive_domains() -> None:
    found = [reading for reading in plan().readings if reading.label == "borderline"]
    assert len(found) >= 150
    assert all(len(reading.because.split()) >= 4 for reading in found)
    counts = Counter(reading.domain for reading in found)
    assert {domain: counts[domain] for domain in SENSITIVE if counts[domain] < 3} == {}


def test_every_register_of_every_reading_has_two_requests() -> None:
    for reading in plan().readings:
        registers = next(c.options.registers for c in reading.choices if isinstance(c.options, RegisterOptions))
        counts = Counter(ask.register for ask in reading.asks)
        assert min(counts[name] for name in registers) >= 2, reading.name


def test_every_parameter_of_every_tool_says_what_it_is() -> None:
    for tool in plan().tools:
        schema = json.loads(tool.schema)
        assert tool.doc, tool.name
        assert all(prop.get("description") for prop in schema["properties"].values()), tool.name


def test_the_dataset_has_the_published_size_and_shares() -> None:
    (dataset,) = [d for d in plan().datasets if d.name == "agentalign"]
    assert dataset.size == 14_739
    parts = {share.name: share.part for share in dataset.mix}
    assert round(parts["harmful"] * dataset.size) == 4_956
    assert round(parts["borderline"] * dataset.size) >= 1_500


def test_what_the_world_holds_has_happened() -> None:
    to_come = {"arrives_at", "expires_at", "finished_at"}
    moments = {
        (table.name, field.name)
        for table in plan().tables
        for field in table.row.fields
        if isinstance(core := strip(field.type), DomainType) and core.domain in {"date", "date_time"}
    }
    assert [(table, name) for table, name in sorted(moments) if name not in to_come] == []


def test_no_benchmark_is_named() -> None:
    named = re.compile(r"agentharm|agentdojo|advbench|harmbench|injecagent|toolemu|\basb\b", re.IGNORECASE)
    for path in sorted((specs_root() / "agentalign").rglob("*.chain")):
        assert not named.search(path.read_text(encoding="utf-8")), path.name
