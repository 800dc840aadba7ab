"""A store as a plain file beside a dataset, one reply a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from agentalign.llm.canonical import DIGEST_BYTES, canonical, digest
from agentalign.llm.outcome import Reply
from agentalign.llm.store import Store

_BATCH = 500


def export_replies(store: Store, path: Path, digests: Iterable[str] | None = None) -> int:
    """Write the replies to these requests (all, if not said) in order of their digests; how many there were.

    The bytes depend on the replies alone. The file is complete or not there at all. Raises OSError if it cannot be
    written.
    """
    chosen = sorted(set(digests)) if digests is not None else list(store.digests())
    partial = path.with_name(path.name + ".partial")
    count = 0
    with partial.open("wb") as file:
        for key in chosen:
            reply = store.get(key)
            if reply is not None:
                packed = reply.packed()
                line = {"digest": key, "reply": orjson.Fragment(packed), "checksum": digest(key.encode() + packed)}
                file.write(orjson.dumps(line) + b"\n")
                count += 1
    partial.replace(path)
    return count


def import_replies(store: Store, path: Path) -> tuple[int, tuple[str, ...]]:
    """Add the replies of an exported file; how many lines were sound, and what was wrong with the others.

    Raises OSError if the file cannot be read, StoreError if the store cannot be written to.
    """
    wrong: list[str] = []
    count = 0
    batch: list[tuple[str, Reply]] = []
    for item in _lines(path):
        if isinstance(item, str):
            wrong.append(item)
            continue
        batch.append(item)
        count += 1
        if len(batch) == _BATCH:
            store.put(batch)
            batch.clear()
    store.put(batch)
    return count, tuple(wrong)


def _lines(path: Path) -> Iterator[tuple[str, Reply] | str]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                fields = orjson.loads(line)
                key, packed = str(fields["digest"]), canonical(fields["reply"])
                if fields["checksum"] != digest(key.encode() + packed) or len(bytes.fromhex(key)) != DIGEST_BYTES:
                    yield f"{path.name}:{number}: the reply and its checksum disagree"
                    continue
                yield key, Reply.unpacked(fields["reply"])
            except (KeyError, TypeError, ValueError) as error:
                yield f"{path.name}:{number}: no reply is read from this line ({type(error).__name__})"
