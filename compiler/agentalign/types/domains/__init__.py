"""The registry of built-in domains, grouped by theme in the modules of this package."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agentalign.types.domain import Domain
from agentalign.types.domains import chains, code, files, ids, money, people, places, times, web

_THEMES = (people, web, files, times, places, money, chains, code, ids)

domains: Mapping[str, Domain] = MappingProxyType({d.name: d for theme in _THEMES for d in theme.DOMAINS})
"""Every built-in domain by its key."""
