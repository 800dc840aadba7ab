"""Expansion: from a plan to its cases, selected, mixed and split by seed; exact and prefix-stable."""

from agentalign.expand.cover import bound, cover, missing
from agentalign.expand.prepared import Prepared, SpaceTooEntangled, prepare
from agentalign.expand.responses import Responses
from agentalign.expand.select import Selection
from agentalign.expand.spares import Spares, brand_kinds, platform_keys
from agentalign.expand.splitting import pattern
from agentalign.expand.told import Told
from agentalign.expand.twins import lane

__all__ = [
    "Prepared",
    "Responses",
    "Selection",
    "SpaceTooEntangled",
    "Spares",
    "Told",
    "bound",
    "brand_kinds",
    "cover",
    "lane",
    "missing",
    "pattern",
    "platform_keys",
    "prepare",
]
