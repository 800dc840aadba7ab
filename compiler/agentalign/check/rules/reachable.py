"""Values that could reach somebody real: mail addresses, web addresses and machines outside the reserved names and ranges.

Reserved are the names of RFC 2606 and RFC 6762 and the address blocks of RFC 1918, RFC 3927 and RFC 5737; names of a
declared platform are allowed, since that is where tools work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentalign.check.context import Context
from agentalign.check.prose import Passage, passages, strings
from agentalign.syntax import nodes as n

_HOST: Final = re.compile(
    r"(?:(?<=@)|(?<=://)|(?<=://www\.))[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+"
)
_ADDRESS: Final = re.compile(r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-]|\.[0-9])")
_RESERVED: Final = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local|internal|home\.arpa)$", re.IGNORECASE
)
_PRIVATE: Final = re.compile(
    r"(?:10|127|0)\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|169\.254\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|255\.255\."
)


def check_lexicon(ctx: Context, lexicon: n.LexiconDecl) -> None:
    """The values of a lexicon."""
    for entry in lexicon.entries:
        _check(ctx, _words(ctx, entry))


def check_chain(ctx: Context, chain: n.ChainDecl) -> None:
    """What a chain hands to its steps and plants."""
    _check(ctx, _words(ctx, chain))


def check_reading(ctx: Context, reading: n.ReadingDecl) -> None:
    """The values and wordings of a reading."""
    _check(ctx, _words(ctx, reading))


def _words(ctx: Context, node: n.Node) -> Iterator[Passage]:
    yield from strings(node)
    for part in n.walk(node):
        if isinstance(part, n.TemplateLit):
            yield from passages(ctx, part)


def _check(ctx: Context, found: Iterator[Passage]) -> None:
    for passage in found:
        for match in (*_HOST.finditer(passage.text), *_ADDRESS.finditer(passage.text)):
            if not _fictional(ctx, match.group()):
                ctx.report(
                    "E0218",
                    passage.span(*match.span()),
                    f"`{match.group()}` may be real",
                    help="use a reserved name such as `mail.example`, or an address such as 192.0.2.7",
                )


def _fictional(ctx: Context, host: str) -> bool:
    if _ADDRESS.fullmatch(host):
        return _PRIVATE.match(host) is not None
    labels = set(host.lower().split("."))
    platforms = {platform.name.text.replace("_", "") for platform in ctx.names.every(n.PlatformDecl)}
    return _RESERVED.search(host) is not None or not labels.isdisjoint(platforms)
