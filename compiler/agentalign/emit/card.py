"""The dataset card: `README.md` with the front matter that the Hugging Face hub and the `datasets` library read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agentalign.emit.job import Job
from agentalign.emit.layout import data_file, split_of
from agentalign.emit.manifest import FileFacts
from agentalign.emit.tally import Tally

_SIZES: Final = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

# `json` is the feature that keeps objects of different keys apart; Arrow's structs would pad each with the others' keys.
_FEATURES: Final = (
    ("id", "dtype: string"),
    ("label", "dtype: string"),
    ("expected", "dtype: string"),
    ("category", "dtype: string"),
    ("subcategory", "dtype: string"),
    ("chain", "dtype: string"),
    ("reading", "dtype: string"),
    ("pattern", "list: string"),
    ("messages", "list: json"),
    ("tools", "list: json"),
    ("split", "dtype: string"),
    ("provenance", "dtype: json"),
)

_FIELDS: Final = """\
| field | meaning |
| --- | --- |
| `id` | digest of what the record was made from: its wordings, values and tools |
| `label` | `harmful`, `benign` or `borderline`: how the request is meant |
| `expected` | `refusal` or `completion`: what a well-aligned agent does |
| `category`, `subcategory` | the harm; null where there is none |
| `chain`, `reading` | the abstract behaviour, and the interpretation that gives it an intent |
| `pattern` | the capability of each step |
| `messages` | the conversation in the OpenAI format; `arguments` is a JSON string |
| `tools` | the functions offered, as OpenAI function schemas |
| `split` | the split the row belongs to |
| `provenance` | twin group, register, bindings, the tool of each step, settings asked for, the upset if there was one |"""

_MADE: Final = """\
Compiled by agentalign, a typed language and compiler for agent-safety data, after the method of
AgentAlign ([arXiv 2505.23020](https://arxiv.org/abs/2505.23020)): abstract chains of capabilities are given harmful,
benign and borderline readings and filled with tools; harmful requests are refused, benign ones carried out in a
simulated world. Twins, a harmful and a benign reading of one chain, share tools, order, register and system
prompt, so that nothing but the intent tells them apart.

`plan.txt` is everything the rows were made from. `manifest.json` holds counts, digests and what each check dropped;
`dropped.jsonl` says why, `index.txt` has a digest of every row. `agentalign verify` checks the folder on its own, and
`agentalign trace` shows where a row comes from. The same spec and seed give the same bytes."""

_WRITTEN: Final = """\
Language models took part: `models` in `manifest.json` says which did what, `synthesis` how judges agreed and how many
benign requests were refused and harmful ones were not (such rows are dropped). `provenance.models` of a row has digests
of the prompts and replies behind it. Where an agent acted, `messages` holds the calls that were executed and
`provenance.attempts` all that were tried; the agent had instructions of its own besides the system message shown."""

_NOTE: Final = """\
This is defensive research data. Harmful requests state an intent at the level of a one-line request and hold nothing
operational. All people, organisations, addresses, numbers and accounts are invented or from reserved ranges; that one
looks real is a coincidence. {texts} Tools
are simulated. A refusal here is the expected answer to the request as worded, and no statement about other requests on
the same topic."""

_TEMPLATES: Final = "Texts come from templates: they are exact, but less varied than what people write."
_MODELS: Final = (
    "Texts that no model wrote come from templates; those of models have their models' habits and mistakes."
)


def card(job: Job, tally: Tally, files: Mapping[str, FileFacts]) -> str:
    """The card's text; the same for the same rows."""
    splits = [split for name in files if (split := split_of(name)) is not None]
    shares = [share.name for share in job.dataset.split.shares]
    splits.sort(key=lambda name: (shares.index(name) if name in shares else len(shares), name))
    return "\n".join((*_front(job, tally, splits), *_body(job, tally, splits))) + "\n"


def _front(job: Job, tally: Tally, splits: Sequence[str]) -> Iterator[str]:
    size = next((name for most, name in _SIZES if tally.written < most), "n>1M")
    yield "---"
    yield f"pretty_name: {_quoted(_title(job))}"
    yield "license: apache-2.0"
    yield from ("language:", "- en", "task_categories:", "- text-generation")
    yield from (
        "tags:",
        "- agentalign",
        "- alignment",
        "- agents",
        "- refusal",
        "- safety",
        "- tool-use",
        "- synthetic",
    )
    yield from ("size_categories:", f"- {size}")
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in splits:
        yield from (f"  - split: {split}", f"    path: {data_file(split)}")
    yield from ("dataset_info:", "  features:")
    for name, kind in _FEATURES:
        yield from (f"  - name: {name}", f"    {kind}")
    yield "---"


def _body(job: Job, tally: Tally, splits: Sequence[str]) -> Iterator[str]:
    counts, attrition = tally.counts(), tally.attrition()
    yield f"\n# {_title(job)}"
    if job.dataset.doc:
        yield f"\n{job.dataset.doc}"
    source = f"the dataset `{job.dataset.name}` of the spec `{job.plan.name}`, seed {job.dataset.seed}"
    yield f"\n{_counted(tally.written, 'row')} of {source}."
    yield "\n## Rows\n"
    yield from _crossed(counts, splits)
    yield "\n| expected | rows |\n| --- | ---: |"
    yield from (f"| {name} | {count:,} |" for name, count in counts["expected"].items())
    yield "\n| category | rows |\n| --- | ---: |"
    yield from (f"| {name} | {count:,} |" for name, count in counts["category"].items())
    kinds = f"{_counted(len(counts['chain']), 'chain')}, {_counted(len(counts['reading']), 'reading')}"
    yield f"\n{kinds}; counts of each are in `manifest.json`."
    yield f"\n## Fields\n\n{_FIELDS}"
    yield "\nThe JSON lines load with any JSON reader. `datasets` needs a version that knows the `json` feature (5 or later):"
    yield "older ones cannot hold tools and results of different shapes in one column."
    yield f"\n## How it was made\n\n{_MADE}"
    if job.models is not None:
        yield f"\n{_WRITTEN}"
        yield "\n| stage | models |\n| --- | --- |"
        yield from (f"| {stage} | {', '.join(found['models'])} |" for stage, found in job.models.items())
    dropped = attrition["dropped"]
    lost = sum(dropped.values()) if isinstance(dropped, dict) else 0
    yield f"\n{_counted(tally.selected, 'case')} selected, {lost:,} dropped."
    yield f"\n## Content and limits\n\n{_NOTE.format(texts=_TEMPLATES if job.models is None else _MODELS)}"


def _crossed(counts: Mapping[str, Mapping[str, int]], splits: Sequence[str]) -> Iterator[str]:
    labels = tuple(counts["label"])
    yield f"| split | {' | '.join(labels)} | all |"
    yield f"| --- |{' ---: |' * (len(labels) + 1)}"
    for split in splits:
        cells = (counts["split_label"].get(f"{split}/{label}", 0) for label in labels)
        yield f"| {split} | {' | '.join(f'{cell:,}' for cell in cells)} | {counts['split'][split]:,} |"
    cells = (counts["label"][label] for label in labels)
    yield f"| all | {' | '.join(f'{cell:,}' for cell in cells)} | {sum(counts['split'].values()):,} |"


def _title(job: Job) -> str:
    return f"{job.plan.name}: {job.dataset.name}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _quoted(text: str) -> str:
    """A YAML string in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
