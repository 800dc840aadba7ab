"""What all rows of one variant of a twin group have in common, whatever their reading."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from agentalign.expand.content import Contents
from agentalign.expand.contexts import Contexts
from agentalign.expand.prepared import Group
from agentalign.expand.spares import Spares
from agentalign.expand.splitting import Splitting
from agentalign.expand.told import Told
from agentalign.ir import Context, Dataset, Index
from agentalign.types import digest

_KEPT: Final = 2_048
"""Settings remembered: twins meet in one within a few rows of their chain, and hardly come back to it."""


class Setting(NamedTuple):
    """Tools by step, register, split and context of a row, and a digest of all that these bring into its record."""

    tools: Mapping[str, str]
    register: str
    split: str
    context: Context
    digest: str


class Settings:
    """Makes the settings of a dataset's rows, and remembers the latest."""

    def __init__(
        self, index: Index, dataset: Dataset, splitting: Splitting, contents: Contents, spares: Spares
    ) -> None:
        self._index = index
        self._splitting = splitting
        self._contents = contents
        self._contexts = Contexts(index, dataset, contents, spares)
        self._told = Told(index)
        self.of = lru_cache(maxsize=_KEPT)(self._of)

    def _of(self, chain: str, group: Group, variant: int) -> Setting:
        """The setting of a variant of a twin group."""
        split = self._splitting.split(self._index.chains[chain], group)
        context = self._contexts.context(chain, group, variant, self._splitting.withheld(split))
        tools, register = group
        contents = self._contents
        key = digest(
            contents.chain(chain),
            contents.account,
            context.key,
            split,
            *map(contents.tool, tools),
            *map(contents.offer, context.offered),
            *self._told.fields(chain, tools, context.offered),
        )
        steps = (step.name for step in self._index.steps(chain))
        return Setting(dict(zip(steps, tools, strict=True)), register, split, context, key)
