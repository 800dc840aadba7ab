"""JSON pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable


def pointer(parts: Iterable[object]) -> str:
    """Join keys and indices to a pointer: `/messages/3/content`."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
