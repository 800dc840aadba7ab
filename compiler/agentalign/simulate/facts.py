"""What an agent must be told besides the request: fields of the user's account."""

from __future__ import annotations

from collections.abc import Mapping

from agentalign.expand import Told
from agentalign.ir import Case, Index, Json


class Facts:
    """Finds the facts of cases."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._told = Told(index)

    def __call__(self, case: Case, account: Mapping[str, Json]) -> tuple[tuple[str, Json], ...]:
        """Return the account fields that the agent of a case has to know, in the order the account declares them."""
        chain = self._index.readings[case.reading].chain
        told = self._told.fields(chain, tuple(case.tools.values()), case.context.offered)
        return tuple([(name, account[name]) for name in told if name in account])
