"""Values that could reach somebody real: mail addresses, web addresses and machines outside the reserved names and ranges.

Reserved are the names of RFC 2606 and RFC 6762 and the address blocks of RFC 1918, RFC 3927 and RFC 5737; names of a
declared platform are allowed, since that is where tools work, and so are the well-known hosts of code, on which generated
repositories stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agentalign.check.context import Context
from agentalign.check.prose import Passage, passages, strings
from agentalign.syntax import nodes as n

_HOST: Final = re.compile(r"(?:@|://)(?P<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+)")
_DIGITS: Final = re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]")  # what every address has in it
_ADDRESS: Final = re.compile(r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-]|\.[0-9])")
_RESERVED: Final = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local|internal|home\.arpa)$", re.IGNORECASE
)
_PRIVATE: Final = re.compile(
    r"(?:10|127|0)\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|169\.254\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|255\.255\."
)


_CODE_HOSTS: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "ghcr.io", "docker.io", "quay.io"})


def check_reachable(ctx: Context, declaration: n.LexiconDecl | n.ChainDecl | n.ReadingDecl) -> None:
    """The values and wordings of a lexicon, a chain or a reading."""
    text = ctx.at(declaration).text
    if all(_fictional(ctx, text[start:end]) for start, end in _found(text)):
        return  # nearly always: walking the tree is for saying where
    for passage in _passages(ctx, declaration):
        for start, end in _found(passage.text):
            host = passage.text[start:end]
            if not _fictional(ctx, host):
                ctx.report(
                    "E0218",
                    passage.span(start, end),
                    f"`{host}` may be real",
                    help="use a reserved name such as `mail.example`, or an address such as 192.0.2.7",
                )


def _found(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span("host") for match in _HOST.finditer(text))
    if _DIGITS.search(text):
        yield from (match.span() for match in _ADDRESS.finditer(text))


def _passages(ctx: Context, node: n.Node) -> Iterator[Passage]:
    yield from strings(node)
    for part in n.walk(node):
        if isinstance(part, n.TemplateLit):
            yield from passages(ctx, part)


def _fictional(ctx: Context, host: str) -> bool:
    if _ADDRESS.fullmatch(host):
        return _PRIVATE.match(host) is not None
    if host.lower() in _CODE_HOSTS or _RESERVED.search(host) is not None:
        return True
    labels = set(host.lower().split("."))
    return any(platform.name.text.replace("_", "") in labels for platform in ctx.names.every(n.PlatformDecl))
