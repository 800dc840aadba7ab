"""Dates as day numbers, without a clock or the standard library's.

The conversions are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days(year: int, month: int, day: int) -> int:
    """Return the number of days from 1970-01-01 to a date of the proleptic Gregorian calendar."""
    year -= month <= 2
    era, in_era = divmod(year, 400)
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719_468


def civil(number: int) -> tuple[int, int, int]:
    """Return year, month and day of the date `number` days after 1970-01-01; the inverse of `days`."""
    era, in_era = divmod(number + 719_468, 146_097)
    year = (in_era - in_era // 1_460 + in_era // 36_524 - in_era // 146_096) // 365
    in_year = in_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * in_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, in_year - (153 * shifted + 2) // 5 + 1


@lru_cache(maxsize=8192)
def split(value: str) -> tuple[int, int, int]:
    """Return year, month and day of an ISO date or date-time; raises `ValueError` if it is none."""
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:10])
    if value[4:5] + value[7:8] != "--" or civil(days(year, month, day)) != (year, month, day):
        raise ValueError(f"not an ISO date: {value!r}")
    return year, month, day


def weekday(value: str) -> str:
    """Return the English name of an ISO date's weekday."""
    return WEEKDAYS[(days(*split(value)) + 3) % 7]


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th`."""
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def twelve(hour: int, minute: int) -> str:
    """Return a time of day as `7:30 pm`, or `7 pm` on the hour."""
    half = "am" if hour < 12 else "pm"
    short = (hour + 11) % 12 + 1
    return f"{short}:{minute:02d} {half}" if minute else f"{short} {half}"
