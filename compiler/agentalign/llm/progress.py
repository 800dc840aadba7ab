"""How far a run has come, as a value."""

from __future__ import annotations

from agentalign.dataclasses import dataclass
from agentalign.llm.budget import Spent

_NOTHING = Spent()


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of requests at one moment; `elapsed` seconds since the engine was opened.

    `done` counts replies that were called for, `stored` those that were there already (or came with another request for
    the same), `failed` failures. `total` is None while it is not known. `limited` counts answers of 429, `repeated`
    attempts after the first.
    """

    done: int = 0
    stored: int = 0
    failed: int = 0
    in_flight: int = 0
    waiting: int = 0
    total: int | None = None
    limited: int = 0
    repeated: int = 0
    spent: Spent = _NOTHING
    elapsed: float = 0.0

    @property
    def finished(self) -> int:
        """Requests that have an outcome."""
        return self.done + self.stored + self.failed

    @property
    def eta(self) -> float | None:
        """Seconds to go if calls go on at the rate so far; None while there is no telling."""
        if self.total is None or (not self.done and self.finished < self.total):
            return None
        left = max(0, self.total - self.finished)
        return left * self.elapsed / self.done if left else 0.0

    def __str__(self) -> str:
        of = "" if self.total is None else f"/{self.total:,}"
        eta = "" if self.eta is None else f", {self.eta:,.0f} s to go"
        stored = f" ({self.stored:,} from the store)" if self.stored else ""
        failed = f", {self.failed:,} failed" if self.failed else ""
        limited = f", {self.limited:,} times 429" if self.limited else ""
        return f"{self.finished:,}{of} done{stored}{failed}, {self.in_flight:,} in flight{limited}, {self.spent}{eta}"


@dataclass(slots=True)
class Tally:
    """The counts of a running engine. `expected` is None once a batch of unknown size has been given."""

    done: int = 0
    stored: int = 0
    failed: int = 0
    limited: int = 0
    repeated: int = 0
    expected: int | None = 0

    def expect(self, requests: int | None) -> None:
        """So many more requests are coming; None if nobody knows."""
        self.expected = None if requests is None or self.expected is None else self.expected + requests

    def progress(self, in_flight: int, waiting: int, spent: Spent, elapsed: float) -> Progress:
        """The counts at this moment."""
        return Progress(
            self.done, self.stored, self.failed, in_flight, waiting, self.expected, self.limited, self.repeated, spent, elapsed
        )  # fmt: skip
