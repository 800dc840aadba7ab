"""How much there is of what, and how varied it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Final, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.ir import Plan, read_plan
from agentalign.measure.probes import ProbesMissing, unseen_category
from agentalign.measure.rows import Row, read_rows
from agentalign.measure.texts import distinct, entropy, near_duplicates, overlap, quantile

Figure: TypeAlias = "float | int | str | Sequence[Figure] | Mapping[str, Figure] | None"

SAMPLE: Final = 150
"""How many requests variety is measured on: the size at which the published data was measured."""

_SAMPLES: Final = 20
_SNAKE: Final = re.compile(r"(?<![\w./@:-])[a-z]+[a-z0-9]*_[a-z0-9_]+(?![\w/@-]|\.\w)")


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures, as they are written as JSON: sections of named values."""

    sections: Mapping[str, Mapping[str, Figure]]


def stats(folder: Path, seed: int = 0) -> Stats:
    """Measure a written dataset; the figures of samples are means over 20 of 150 requests each.

    The probe of unseen categories is left out where scikit-learn is not installed. Raises OSError or ValueError if the
    folder is no dataset.
    """
    rows = read_rows(folder)
    if not rows:
        raise ValueError("no rows")
    plan = read_plan((folder / "plan.txt").read_text(encoding="utf-8"))
    return Stats(
        {
            "rows": _counts(rows),
            "words per request": _lengths(rows),
            f"variety of {min(SAMPLE, len(rows))} requests": _variety(rows, seed),
            "repetition": _repetition(rows),
            "requests and tools": _naming(rows, plan),
            "coverage": _coverage(rows, plan),
            "unseen harm (AUROC, TF-IDF, one category left out)": _unseen(rows),
        }
    )


def _counts(rows: Sequence[Row]) -> dict[str, Figure]:
    found: dict[str, Figure] = {"all": len(rows)}
    for name, of in (("label", "label"), ("expected", "expected"), ("split", "split"), ("register", "register")):
        found[name] = _tally(getattr(row, of) for row in rows)
    found["category"] = _tally(row.category for row in rows if row.category is not None)
    found["subcategories"] = len({row.subcategory for row in rows if row.subcategory is not None})
    found["chains"] = len({row.chain for row in rows})
    found["readings"] = len({row.reading for row in rows})
    found["twin groups"] = len({row.group for row in rows})
    return found


def _tally(values: Iterable[object]) -> dict[str, Figure]:
    return {str(name): count for name, count in sorted(Counter(values).items(), key=lambda item: str(item[0]))}


def _lengths(rows: Sequence[Row]) -> dict[str, Figure]:
    found: dict[str, Figure] = {"all": _spread([row.length for row in rows])}
    for count in sorted({len(row.tools) for row in rows}):
        found[f"{count} tool{'s' if count > 1 else ''}"] = _spread([r.length for r in rows if len(r.tools) == count])
    return found


def _spread(lengths: Sequence[int]) -> dict[str, Figure]:
    return {
        "mean": round(fmean(lengths), 1),
        "p10": quantile(lengths, 0.1),
        "median": quantile(lengths, 0.5),
        "p90": quantile(lengths, 0.9),
    }


def _variety(rows: Sequence[Row], seed: int) -> dict[str, Figure]:
    chance = Random(seed)  # noqa: S311  # a sample, no secret
    samples = [chance.sample(rows, min(SAMPLE, len(rows))) for _ in range(_SAMPLES)]

    def mean(measure: Callable[[Sequence[Row]], float]) -> float:
        return round(fmean(map(measure, samples)), 4)

    found: dict[str, Figure] = {
        f"distinct-{n}": mean(lambda sample, n=n: distinct([row.words for row in sample], n))  # type: ignore[misc]
        for n in (1, 2, 3)
    }
    found["Jaccard across requests"] = mean(lambda sample: overlap([row.words for row in sample]))
    found["Jaccard within readings"] = round(_within(rows, chance), 4)
    found["opening words"] = mean(lambda sample: len({row.words[:1] for row in sample}))
    return found


def _within(rows: Sequence[Row], chance: Random) -> float:
    """The overlap of requests that come from the same reading."""
    readings: dict[str, list[Row]] = {}
    for row in rows:
        readings.setdefault(row.reading, []).append(row)
    several = [each for each in readings.values() if len(each) > 1]
    few = chance.sample(several, min(len(several), 200))
    return fmean(overlap([row.words for row in each[:10]]) for each in few) if few else 0.0


def _repetition(rows: Sequence[Row]) -> dict[str, Figure]:
    pairs = near_duplicates([row.words for row in rows])
    near = {at for pair in pairs for at in pair}
    return {
        "exact duplicates": len(rows) - len({row.request for row in rows}),
        "near duplicates (5-grams, Jaccard 0.8)": len(near),
        "share of near duplicates": round(len(near) / len(rows), 4),
    }


def _naming(rows: Sequence[Row], plan: Plan) -> dict[str, Figure]:
    titles = {tool.name: tool.title.lower() for tool in plan.tools if tool.platform is not None}
    wanted = [(row, {titles[tool] for tool in row.tools if tool in titles}) for row in rows]
    named = [all(title in row.request.lower() for title in each) for row, each in wanted if each]
    return {
        "every platform named": round(fmean(named), 4) if named else None,
        "with snake_case words": sum(1 for row in rows if _SNAKE.search(row.request)),
    }


def _coverage(rows: Sequence[Row], plan: Plan) -> dict[str, Figure]:
    used = {tool for row in rows for tool in row.tools}
    pairs = {pair for row in rows for pair in pairwise(row.pattern)}
    kinds = {(category.name, sub.name) for category in plan.categories for sub in category.subcategories}
    met = {(row.category, row.subcategory) for row in rows}
    readings = {row.reading for row in rows}
    idle = sorted(tool.name for tool in plan.tools if tool.name not in used)
    return {
        "tools used": f"{len(used)} of {len(plan.tools)}",
        "capabilities used": len({capability for row in rows for capability in row.pattern}),
        "capability pairs": len(pairs),
        "step sequences": len({row.pattern for row in rows}),
        "chain lengths": _tally(len(row.pattern) for row in rows),
        "entropy of tools (bits)": round(entropy(tool for row in rows for tool in row.tools), 3),
        "entropy of chains (bits)": round(entropy(row.chain for row in rows), 3),
        "entropy of readings (bits)": round(entropy(row.reading for row in rows), 3),
        "tools without a row": list(idle),
        "subcategories without a row": sorted(f"{c}.{s}" for c, s in kinds if (c, s) not in met),
        "readings without a row": sorted(reading.name for reading in plan.readings if reading.name not in readings),
    }


def _unseen(rows: Sequence[Row]) -> dict[str, Figure]:
    try:
        found = unseen_category(rows)
    except ProbesMissing as missing:
        return {"not measured": str(missing)}
    scores: dict[str, Figure] = {category: round(score, 4) for category, score in found.items()}
    return {**scores, "mean": round(fmean(found.values()), 4)} if found else {}
