"""The registry of built-in domains, grouped by theme in the modules of this package."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agentalign.types.domain import Domain
from agentalign.types.domains import web

domains: Mapping[str, Domain] = MappingProxyType({known.name: known for module in (web,) for known in module.DOMAINS})
"""Every built-in domain by its key."""
