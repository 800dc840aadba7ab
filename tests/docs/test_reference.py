"""The language reference: every block compiles, every table says what the compiler does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import agentalign
from agentalign.check.functions import FUNCTIONS
from agentalign.check.rules.functions import MAX_NODES
from agentalign.check.rules.models import SETTINGS
from agentalign.check.rules.voicing import CRITERIA
from agentalign.check.selections import SELECTORS
from agentalign.diagnostics import has_errors, render
from agentalign.ir import KINDS, STAGES
from agentalign.lower import datasets as defaults
from agentalign.session import Program, preview
from agentalign.source import MAX_BYTES
from agentalign.syntax.limits import MAX_DEPTH
from agentalign.templates import FILTERS
from agentalign.templates.expressions import MAX_DEPTH as MAX_TEMPLATE_DEPTH
from agentalign.templates.parse import MAX_LENGTH
from agentalign.types import IntType, ListType, RecordType, Type, describe, domains
from docs.blocks import REFERENCE, Sample, frames, program, samples

TEXT = REFERENCE.read_text(encoding="utf-8")
SAMPLES = tuple(samples(TEXT))
NAMED = {sample.name: sample for sample in SAMPLES if sample.name}
FRAMES = frames(TEXT)

# A fragment leaves things unused for the blocks that go on from it.
TOLERATED = re.compile(r"W01\d\d|W0301|W0701")


def _compiled(tmp_path: Path, sample: Sample) -> Program:
    path = tmp_path / "sample.chain"
    path.write_text(program(sample, NAMED, FRAMES), encoding="utf-8")
    return Program(path)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"line {sample.line}")
def test_a_block_compiles(tmp_path: Path, sample: Sample) -> None:
    compiled = _compiled(tmp_path, sample)
    found = [d for d in compiled.diagnostics if not TOLERATED.fullmatch(d.code)]
    if sample.code:
        assert {d.code for d in found} == {sample.code}
        return
    assert render(found, "concise") == ""
    assert compiled.plan is not None


@pytest.mark.parametrize(
    "sample",
    [sample for sample in SAMPLES if "reading benign" in program(sample, NAMED, FRAMES) and not sample.code],
    ids=lambda sample: f"line {sample.line}",
)
def test_a_block_with_readings_makes_good_records(tmp_path: Path, sample: Sample) -> None:
    plan = _compiled(tmp_path, sample).plan
    assert plan is not None
    made = list(preview(plan, plan.datasets[0], 40))
    assert made
    assert [finding for one in made for finding in one.findings] == []
    assert {one.case.reading for one in made} >= {
        reading.name for reading in plan.readings if reading.label == "benign"
    }


@pytest.mark.parametrize("sample", [s for s in SAMPLES if not s.frame], ids=lambda sample: f"line {sample.line}")
def test_a_block_is_laid_out_as_the_formatter_would(sample: Sample) -> None:
    head = "" if sample.body.startswith("edition 1") else "edition 1\n\n"
    assert agentalign.format_source(head + sample.body) == head + sample.body


def test_an_error_message_shown_is_the_one_given(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    (wrong,) = (sample for sample in SAMPLES if sample.code)
    given = {line.strip() for line in render(_compiled(tmp_path, wrong).diagnostics, "full").splitlines()}
    assert {line.strip() for line in shown.splitlines()} <= given


def test_every_block_is_a_sample() -> None:
    assert len(SAMPLES) > 15
    assert TEXT.count("```chain\n") == len(SAMPLES)
    assert {sample.frame for sample in SAMPLES} - {""} == set(FRAMES)


def test_the_blocks_use_every_keyword() -> None:
    """What the grammar knows, the reference shows."""
    grammar = (REFERENCE.parent / "agentalign.lark").read_text(encoding="utf-8")
    keywords = set(re.findall(r'^[A-Z]+: "([a-z]+)"$', grammar, re.MULTILINE))
    shown = set(re.findall(r"[a-z]+", TEXT))
    assert keywords - shown == set()


# ------------------------------------------------------------------------------------------------------------- tables


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`` {escaped} ``" if "`" in escaped else f"`{escaped}`"


def _domains() -> Iterator[tuple[str, ...]]:
    yield "domain", "what it is", "parts", "values", "for example"
    for domain in domains.values():
        size = "" if domain.size == 65_536 else f"{domain.size:,}"
        parts = ", ".join(f"`{part}`" for part in domain.parts)
        yield _code(domain.name), domain.title, parts, size, _code(domain.generate(1))


def _filters() -> Iterator[tuple[str, ...]]:
    yield "filter", "takes", "what it prints", "for example"
    for known in FILTERS.values():
        example = known.examples[0]
        yield (
            _code(known.signature),
            known.takes,
            known.doc.replace("|", "\\|"),
            f"{_code(example.call)}: {example.shown}",
        )


def _functions() -> Iterator[tuple[str, ...]]:
    yield "function", "gives"
    for function in FUNCTIONS.values():
        yield _code(function.signature), function.doc


def _selectors() -> Iterator[tuple[str, ...]]:
    yield "selector", "takes", "said by"
    for word, (pick, names) in SELECTORS.items():
        said = ", ".join(f'"{phrase}"' for phrase in CRITERIA.get(word, ()))
        yield _code(word), _picked(word, pick, names), said or "nothing to say"


def _picked(word: str, pick: str, names: tuple[str, ...]) -> str:
    if word in {"newest", "oldest"}:
        return f"the {'latest' if pick == 'max' else 'earliest'} date"
    if pick == "all":
        return "all, as a list"
    if not names:
        return f"the {pick}"
    listed = " or ".join(f"`{name}`" for name in names)
    rest = "; without one, the first" if word == "best" else ""
    return f"the {'greatest' if pick == 'max' else 'least'} {listed}{rest}"


def _dataset() -> Iterator[tuple[str, ...]]:
    block = defaults.default_dataset("default")
    yield "clause", "default", "meaning"
    yield "`seed N`", f"`{block.seed}`", "what the choice of rows starts from"
    yield "`size N`", f"`{block.size:_}`", "number of rows"
    mix = ", ".join(f"{share.name}: {_percent(share.part)}" for share in block.mix)
    yield "`mix { LABEL: N%, ... }`", f"`{{ {mix} }}`", "shares of the labels; they add up to 100%"
    split = ", ".join(f"{share.name}: {_percent(share.part)}" for share in block.split.shares)
    yield (
        "`split { NAME: N%, ... } by chain`, or `by tool`, `platform`, `capability` with `hold A, B`",
        f"`{{ {split} }} by {block.split.by}`",
        "files, and what is kept apart",
    )
    yield "`chains A, B`", "all", "only these chains"
    yield "`system LEXICON`", "none", "system prompts; date and account data are added to each"
    low, high = block.distractors
    yield "`distractors A..B`", f"`{low}..{high}`", "how many tools are offered that do nothing for the request"
    yield "`narrate N%`", f"`{_percent(block.narrate)}`", "share of trajectories in which the agent speaks before calls"
    yield "`upset N%`", f"`{_percent(block.upset)}`", "share of trajectories with an outcome, where a reading has any"
    yield "`select WAY`", f"`{block.select}`", "how points are chosen"
    does = "what a language model does: see [Models and prompts](#models-and-prompts)"
    yield "`stage STAGE by MODEL using PROMPT`", "none", does


def _prompts() -> Iterator[tuple[str, ...]]:
    yield "kind", "result", "may name"
    for kind in KINDS.values():
        result = "none" if kind.result is None else _code(_shape(kind.result))
        yield _code(kind.name), result, ", ".join(_code(f"{field.name}: {_shape(field.type)}") for field in kind.inputs)


def _shape(type_: Type) -> str:
    match type_:
        case RecordType(fields=fields):
            return "{ " + ", ".join(f"{field.name}: {_shape(field.type)}" for field in fields) + " }"
        case ListType(item=item):
            return f"list[{_shape(item)}]"
        case IntType():
            return "int"
        case _:
            return describe(type_)


def _percent(part: Fraction) -> str:
    return f"{part * 100}%"


TABLES: dict[str, Callable[[], Iterator[tuple[str, ...]]]] = {
    "domains": _domains,
    "filters": _filters,
    "functions": _functions,
    "selectors": _selectors,
    "dataset": _dataset,
    "prompts": _prompts,
}


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *body))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_the_compiler_has(name: str, request: pytest.FixtureRequest) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    before, found, rest = text.partition(f"<!-- table: {name} -->\n")
    assert found
    old, found, after = rest.partition("\n<!-- end -->")
    assert found
    new = _table(TABLES[name]())
    if old != new and request.config.getoption("--update"):
        REFERENCE.write_text(f"{before}<!-- table: {name} -->\n{new}\n<!-- end -->{after}", encoding="utf-8")
    else:
        assert old == new


def test_every_setting_and_stage_is_told() -> None:
    chapter = TEXT.partition("\n## Models and prompts\n")[2].partition("\n## ")[0]
    rows = "".join(line for line in chapter.splitlines() if line.startswith("|"))
    assert [name for name in SETTINGS if not re.search(rf"`{name}[` ]", rows)] == []
    assert [name for name in STAGES if f"`{name}`" not in rows] == []


def test_the_limits_are_those_of_the_compiler() -> None:
    limits = TEXT.partition("\n## Limits\n")[2].partition("\n## ")[0]
    for shown in (
        f"| {MAX_BYTES // 2**20} MiB |",
        f"| {MAX_DEPTH} |",
        f"| {MAX_NODES:,} |",
        f"| {MAX_LENGTH:,} characters |",
        f"| {MAX_TEMPLATE_DEPTH} |",
    ):
        assert shown in limits


def test_an_error_in_a_block_would_be_found(tmp_path: Path) -> None:
    broken = Sample(1, "capability A.b(c: Nothing) -> Title\n", "", ("types",), "", "")
    assert has_errors(_compiled(tmp_path, broken).diagnostics)
