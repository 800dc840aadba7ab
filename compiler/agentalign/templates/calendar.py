"""Dates as day numbers, without a clock or the standard library's.

The conversions are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
"""

from __future__ import annotations

from typing import Final

from agentalign.types import civil_from_days, days_from_civil

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


def split(value: str) -> tuple[int, int, int]:
    """Return year, month and day of an ISO date or date-time; raises `ValueError` if it is none."""
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:10])
    if value[4:5] + value[7:8] != "--" or civil_from_days(days_from_civil(year, month, day)) != (year, month, day):
        raise ValueError(f"not an ISO date: {value!r}")
    return year, month, day


def weekday(value: str) -> str:
    """Return the English name of an ISO date's weekday."""
    return WEEKDAYS[(days_from_civil(*split(value)) + 3) % 7]


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
