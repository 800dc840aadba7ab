"""Replies on disk, kept for good: what was paid for once is never paid for again."""

from __future__ import annotations

import sqlite3
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import orjson

from agentalign.llm.canonical import DIGEST_BYTES
from agentalign.llm.outcome import Reply

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  body BLOB NOT NULL,
  checksum BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS replies_by_digest ON replies (digest);
"""
_FORMAT = 1  # kept in `user_version`
_PAUSE = 0.02
_BUSY = 60.0  # seconds to wait for another process that writes


class StoreError(Exception):
    """The store cannot be opened or written to; the message says which one and why."""


class StoreWarning(UserWarning):
    """A stored reply is damaged and counts as missing."""


def _warn(message: str) -> None:
    warnings.warn(message, StoreWarning, stacklevel=3)


class Store:
    """An append-only table of replies by request digest, in SQLite with a write-ahead log.

    A row carries a checksum; one that does not match is reported to `warn` and counts as missing, and a reply that is
    paid for anew is appended behind it. Of several sound rows of a digest the first one counts, in every process and for
    good. A commit survives the end of the process at any point; several processes may use one file. Failures, keys and
    prompts are not stored. Without a path the store is in memory.

    Raises StoreError if the file cannot be opened, is no store, or cannot be written to.
    """

    def __init__(self, path: Path | None = None, *, warn: Callable[[str], None] = _warn) -> None:
        self.path = path
        self._warn = warn
        self._told: set[bytes] = set()
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", timeout=_BUSY, isolation_level=None, check_same_thread=False)
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. What was put is safe without it."""
        self._db.close()

    def get(self, digest: str) -> Reply | None:
        """The reply to the request of this digest, or None."""
        key = bytes.fromhex(digest)
        try:
            rows = self._db.execute(
                "SELECT body, checksum FROM replies WHERE digest = ? ORDER BY id", (key,)
            ).fetchall()
        except sqlite3.DatabaseError as error:  # damage beyond one row; a lookup goes on, a write will not
            self._damaged(key, f"{digest} ({error})")
            return None
        for body, checksum in rows:
            if (reply := self._sound(key, body, checksum)) is not None:
                return reply
        return None

    def put(self, replies: Iterable[tuple[str, Reply]]) -> list[Reply]:
        """Keep these, in one transaction that is on disk on return; the replies that count from now on.

        They are the ones given, but for digests that another process has answered meanwhile.
        """
        counted = []
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for digest, reply in replies:
                    found = self.get(digest)
                    if found is None:
                        key, body = bytes.fromhex(digest), reply.packed()
                        row = (key, body, _checksum(key, body))
                        self._db.execute("INSERT INTO replies (digest, body, checksum) VALUES (?, ?, ?)", row)
                    counted.append(found or reply)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._error(error) from error
        return counted

    def digests(self) -> Iterator[str]:
        """The digests of all rows, sound or not, in order."""
        try:
            yield from (key.hex() for (key,) in self._db.execute("SELECT DISTINCT digest FROM replies ORDER BY digest"))
        except sqlite3.DatabaseError as error:
            raise self._error(error) from error

    def __len__(self) -> int:
        count: int = self._db.execute("SELECT count(DISTINCT digest) FROM replies").fetchone()[0]
        return count

    def _prepare(self) -> None:
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, _FORMAT}:
            raise sqlite3.DatabaseError(f"its format is {version}, this program knows {_FORMAT}")
        self._log_ahead()
        self._db.execute("PRAGMA synchronous = NORMAL")  # in WAL mode safe against the end of the process
        if version != _FORMAT:
            self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version = {_FORMAT};COMMIT;")

    def _log_ahead(self) -> None:
        """Have a write-ahead log; SQLite does not wait by itself for another process that is about to have one, too."""
        until = time.monotonic() + _BUSY
        while not self._logs_ahead(patient=time.monotonic() < until):
            time.sleep(_PAUSE)

    def _logs_ahead(self, *, patient: bool) -> bool:
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not patient or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _sound(self, key: bytes, body: object, checksum: object) -> Reply | None:
        if isinstance(body, bytes) and checksum == _checksum(key, body):
            try:
                return Reply.unpacked(orjson.loads(body))
            except (KeyError, TypeError, ValueError):
                pass
        self._damaged(key, key.hex())
        return None

    def _damaged(self, key: bytes, what: str) -> None:
        if key not in self._told:
            self._told.add(key)
            self._warn(f"the stored reply {what} is damaged and will be asked for again")

    def _error(self, error: Exception) -> StoreError:
        return StoreError(f"the store of replies {self.path or 'in memory'}: {error}")


def _checksum(key: bytes, body: bytes) -> bytes:
    return blake2b(key + body, digest_size=DIGEST_BYTES).digest()
