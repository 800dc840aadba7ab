"""Keeping keys out of everything that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

HIDDEN = "[key]"
_SHORTEST = 6  # a shorter "key" is a placeholder such as "none", and would be cut out of ordinary words
_SHORTEST_IN_REPLY = 16
_SHAPES = re.compile(r"(?:\b(?:sk|rk|pk|gsk|xai|hf|key)[-_][A-Za-z0-9*_\-]{8,}|(?<=Bearer )\S+|(?<=://)[^/\s@]+(?=@))")


class Secrets:
    """The secrets known so far. Its repr shows none."""

    __slots__ = ("_known",)

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        for secret in known:
            self.add(secret)

    def __repr__(self) -> str:
        return f"Secrets({len(self._known)})"

    def add(self, secret: str | None) -> None:
        """Hide this one from now on."""
        if secret and len(secret) >= _SHORTEST:
            self._known.add(secret)

    def scrub(self, text: str, limit: int = 400) -> str:
        """A message without secrets, nor anything shaped like one, on one line of at most `limit` characters."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return " ".join(_SHAPES.sub(HIDDEN, text).split())[:limit]

    def scrub_reply(self, raw: bytes) -> bytes:
        """A reply in which a key that the endpoint echoed is hidden; other text stays as it is."""
        for secret in self._known:
            if len(secret) >= _SHORTEST_IN_REPLY and secret.encode() in raw:
                raw = raw.replace(secret.encode(), HIDDEN.encode())
        return raw


def bare_url(url: str) -> str:
    """Scheme, host, port and path of a URL: no credentials, no query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
