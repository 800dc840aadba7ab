"""One byte string per value: what digests are taken of and what the store keeps."""

from __future__ import annotations

from hashlib import blake2b

import orjson

DIGEST_BYTES = 16


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces; equal values give equal bytes, whatever the order of their keys.

    Raises TypeError for what JSON cannot say.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(data: bytes) -> str:
    """The blake2b digest of `data`, as 32 hexadecimal digits."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


def fraction(*parts: str | int) -> float:
    """A number in [0, 1) that depends on nothing but `parts`."""
    drawn = blake2b(":".join(map(str, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(drawn) >> 11) / (1 << 53)
