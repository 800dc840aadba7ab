"""Which failed attempts are repeated, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agentalign.dataclasses import dataclass
from agentalign.llm.canonical import fraction
from agentalign.llm.outcome import Fault, Kind


@dataclass(frozen=True, slots=True)
class Retries:
    """Waits grow from `base` seconds, doubling up to `cap`, with up to half of each left to chance.

    `attempts` bounds the calls for one request that end in an error, `patience` those that end in 429. A provider that
    asks for more than `longest` seconds of rest is not waited for. After `hopeless` requests in a row have used up their
    attempts, nothing more is sent to that model.
    """

    base: float = 0.5
    cap: float = 30.0
    attempts: int = 6
    patience: int = 20
    longest: float = 900.0
    hopeless: int = 12

    def again(self, fault: Fault, errors: int, refusals: int) -> bool:
        """Whether a request is tried again after `errors` attempts in error and `refusals` with 429, this one included."""
        if not fault.kind.passing or (fault.wait or 0.0) > self.longest:
            return False
        return refusals < self.patience if fault.kind is Kind.rate_limited else errors < self.attempts

    def rest(self, streak: int) -> float:
        """Seconds in which nothing is sent to a model that has turned calls away `streak` times in a row."""
        return float(min(self.cap, self.base * 2.0 ** min(streak - 1, 30)))

    def delay(self, fault: Fault, digest: str, attempt: int) -> float:
        """Seconds until attempt `attempt + 1`. The chance in it is that of the digest, so it can be repeated."""
        chance = fraction(digest, attempt)
        if fault.wait is not None:
            return fault.wait + self.base * chance
        return self.rest(attempt) * (0.5 + chance / 2)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds of rest a response asks for: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110)."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("Retry-After") or headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
