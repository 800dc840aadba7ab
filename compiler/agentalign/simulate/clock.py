"""The record's clock: a moment of 2026 in working hours, which every call moves on."""

from __future__ import annotations

from functools import lru_cache

from agentalign.types import Stream, civil_from_days, days_from_civil

_FIRST = days_from_civil(2026, 7, 1)
_LAST = days_from_civil(2026, 12, 20)
_DAY = 86_400
_OPENS, _HOURS = 8, 9
_LONG = 10_000 * 366 * 1_440
_PAIRS = tuple(f"{number:02d}" for number in range(60))
_YEARS = (days_from_civil(1, 1, 1) * _DAY, days_from_civil(9999, 12, 31) * _DAY)


def start(stream: Stream) -> int:
    """Draw when a case plays, in seconds since 1970: a weekday from July to December 2026, 8 to 17 o'clock (UTC)."""
    days = _FIRST + stream.below(_LAST - _FIRST + 1)
    days -= max(0, (days + 3) % 7 - 4)
    return days * _DAY + _OPENS * 3_600 + stream.below(_HOURS * 3_600)


def pause(stream: Stream) -> int:
    """Draw how many seconds pass before a call is answered."""
    return 9 + stream.below(112)


def after(seconds: int, minutes: object) -> int:
    """Return the moment some minutes later (earlier, if negative), kept within the years 1 to 9999."""
    if not isinstance(minutes, (int, float)):
        return seconds
    ahead = int(max(-_LONG, min(_LONG, minutes)) * 60)
    return min(max(seconds + ahead, _YEARS[0]), _YEARS[1])


def today(seconds: int) -> str:
    """Return the ISO date of a moment."""
    return _date(seconds // _DAY)


def now(seconds: int) -> str:
    """Return the ISO date and time of a moment, in UTC."""
    days, rest = divmod(seconds, _DAY)
    minutes, second = divmod(rest, 60)
    return f"{_date(days)}T{_PAIRS[minutes // 60]}:{_PAIRS[minutes % 60]}:{_PAIRS[second]}Z"


@lru_cache(maxsize=1024)
def _date(days: int) -> str:
    year, month, day = civil_from_days(days)
    return f"{year:04d}-{month:02d}-{day:02d}"
