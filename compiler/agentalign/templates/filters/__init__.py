"""The filters of the language, one module per kind of value.

`FILTERS` are those an author may write, in the order of the language reference. `INTERNAL` ones appear only in the
desugared templates of a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from agentalign.templates.filters import dates, internal, lists, numbers, words
from agentalign.templates.filters.model import Example, Filter, Param, registry

FILTERS: Final[Mapping[str, Filter]] = MappingProxyType(
    registry(dates.FILTERS, numbers.FILTERS, lists.FILTERS, words.FILTERS)
)
INTERNAL: Final[Mapping[str, Filter]] = MappingProxyType(registry(internal.FILTERS))

__all__ = ["FILTERS", "INTERNAL", "Example", "Filter", "Param"]
