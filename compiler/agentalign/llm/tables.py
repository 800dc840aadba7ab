"""What litellm ships as data: prices and tokenizers. Read from its folder, for importing it takes seconds."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from agentalign.llm.model import Model, Price

_MILLION = 1_000_000


@cache
def litellm_folder() -> Path | None:
    """Where litellm is installed; None if it is not."""
    spec = find_spec("litellm")
    places = spec.submodule_search_locations if spec is not None else None
    return Path(places[0]) if places else None


@cache
def _table() -> dict[str, Any]:
    folder = litellm_folder()
    path = folder / "model_prices_and_context_window_backup.json" if folder else None
    return dict(orjson.loads(path.read_bytes())) if path is not None and path.is_file() else {}


def price_of(model: Model) -> Price | None:
    """The price of a model: its own, or the one in litellm's local table; None where there is neither.

    The table's name may lack the provider that a litellm name begins with, if it is the same provider's model.
    """
    return model.price or _listed(model.name)


@cache
def _listed(name: str) -> Price | None:
    provider, _, bare = name.partition("/")
    row = _table().get(name)
    if row is None and bare and _table().get(bare, {}).get("litellm_provider") == provider:
        row = _table()[bare]
    if row is None or "input_cost_per_token" not in row or "output_cost_per_token" not in row:
        return None
    cached = row.get("cache_read_input_token_cost")
    return Price(
        float(row["input_cost_per_token"]) * _MILLION,
        float(row["output_cost_per_token"]) * _MILLION,
        None if cached is None else float(cached) * _MILLION,
    )
