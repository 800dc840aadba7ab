"""Expansion: from a plan to its cases, selected, mixed and split by seed; exact and prefix-stable.

Which point comes next is counted (`apportion`, `order`, `twins`); everything that is drawn besides, wordings, prompts,
distractors and their order, follows from what it is drawn for and from what each option says (`draw`), so that options
not taken, and their order, change nothing. An id digests all that a record's bytes depend on, and nothing else: what
is reached by name (tables, lexicons, stand-in tools, account fields told) included.
"""

from agentalign.expand.cover import bound, cover, missing
from agentalign.expand.prepared import Prepared, SpaceTooEntangled, prepare
from agentalign.expand.responses import Responses
from agentalign.expand.select import Selection
from agentalign.expand.spares import Spares, platform_keys
from agentalign.expand.splitting import pattern
from agentalign.expand.surface import FUNCTION_WORDS, words
from agentalign.expand.told import Told
from agentalign.expand.twins import lane

__all__ = [
    "FUNCTION_WORDS",
    "Prepared",
    "Responses",
    "Selection",
    "SpaceTooEntangled",
    "Spares",
    "Told",
    "bound",
    "cover",
    "lane",
    "missing",
    "pattern",
    "platform_keys",
    "prepare",
    "words",
]
