"""Filters for dates and times of day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agentalign.templates.calendar import MONTHS, ordinal, split, twelve, weekday
from agentalign.templates.filters.model import Example, Filter, Param
from agentalign.templates.kinds import is_clock, is_date, is_day, is_moment, key
from agentalign.types import DomainType, Type, days_from_civil, domains

DATE: Final = DomainType("Date", "date")
TIME: Final = DomainType("Time", "time")
MOMENT: Final = DomainType("DateTime", "date_time")


def _full(value: str) -> str:
    year, month, day = split(value)
    return f"{weekday(value)}, {day} {MONTHS[month - 1]} {year}"


def _long(value: str) -> str:
    year, month, day = split(value)
    return f"{day} {MONTHS[month - 1]} {year}"


def _us(value: str) -> str:
    year, month, day = split(value)
    return f"{MONTHS[month - 1]} {day}, {year}"


def _short(value: str) -> str:
    year, month, day = split(value)
    return f"{day} {MONTHS[month - 1][:3]} {year}"


def _spoken(value: str) -> str:
    _, month, day = split(value)
    return f"{weekday(value)} the {ordinal(day)} of {MONTHS[month - 1]}"


def _brief(value: str) -> str:
    _, month, day = split(value)
    return f"{MONTHS[month - 1]} {day}"


def _iso(value: str) -> str:
    split(value)
    return value[:10]


STYLES: Final[dict[str, Callable[[str], str]]] = {
    "full": _full,
    "long": _long,
    "us": _us,
    "short": _short,
    "spoken": _spoken,
    "brief": _brief,
    "iso": _iso,
}
"""The ways `day` writes a date; `spoken` and `brief` leave the year out, as people do."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a date or time: {value!r}")
    return value


def day(value: object, style: str = "full") -> str:
    """Return an ISO date (or the date of a date-time) as prose."""
    return STYLES[style](_text(value))


def relative(value: object, base: object) -> str:
    """Return a date as people say it on the day `base`: `tomorrow`, `next Friday`, `in 3 weeks`."""
    there = _text(value)
    return relatives(there, _text(base))[0]


def relatives(value: str, base: str) -> tuple[str, ...]:
    """Return the ways to say an ISO date on the day `base`, the most usual first.

    "next Friday" is the Friday of the coming week, Monday to Sunday; "this Friday" one of the current week; and
    "on Friday", or "Friday", the next one to come.
    """
    here, there = days_from_civil(*split(base)), days_from_civil(*split(value))
    distance = there - here
    name = weekday(value)
    near = {0: ("today",), 1: ("tomorrow",), -1: ("yesterday",), 2: ("the day after tomorrow",)}.get(distance, ())
    weeks = (there + 3) // 7 - (here + 3) // 7
    out = list(near)
    if distance > 0 and weeks == 0:
        out += [f"this {name}", f"this coming {name}", name]
    elif distance > 0 and weeks == 1:
        out += [f"next {name}", f"{name} next week", f"the coming {name}"]
        out += [name] if distance < 7 else []
    elif -7 <= distance < 0:
        out += [f"last {name}"]
    if distance == 7:
        out += ["a week from today", "in a week", "in one week"]
    elif distance > 7 and distance % 7 == 0:
        out += [f"in {distance // 7} weeks"]
    if distance > 1:
        out += [f"in {distance} days", f"{distance} days from now"]
    return (*out, _full(value), _long(value))


def time(value: object, style: str = "12") -> str:
    """Return the time of day of `19:30`, `19:30:00` or a date-time."""
    text = _text(value)
    text = text.partition("T")[2] or text
    hour, minute = int(text[:2]), int(text[3:5])
    return twelve(hour, minute) if style == "12" else f"{hour:02d}:{minute:02d}"


def moment(value: object, style: str = "full") -> str:
    """Return a date-time as prose, to the minute."""
    text = _text(value)
    return f"{_short(text)}, {time(text, '24')}" if style == "short" else f"{STYLES[style](text)} at {time(text)}"


def _month(value: object) -> str:
    text = _text(value)
    return f"{MONTHS[int(text[5:7]) - 1]} {int(text[:4])}"


def _is_iso(value: object) -> bool:
    return isinstance(value, str) and domains["date"].validate(value) is None


def _is_dated(t: Type) -> bool:
    return is_day(t) or key(t) == "month"


FILTERS: Final = (
    Filter(
        "day",
        "A date. The argument is the style: `full` (if left out), `long`, `us`, `short`, `spoken`, `brief` or `iso`.",
        "a date",
        is_day,
        day,
        tuple(
            Example("2027-03-05", DATE, call, shown)
            for call, shown in (
                ("day", "Friday, 5 March 2027"),
                ('day("long")', "5 March 2027"),
                ('day("us")', "March 5, 2027"),
                ('day("short")', "5 Mar 2027"),
                ('day("spoken")', "Friday the 5th of March"),
                ('day("brief")', "March 5"),
                ('day("iso")', "2027-03-05"),
            )
        ),
        (Param("style", "choice", choices=tuple(STYLES)),),
        voices=is_date,
    ),
    Filter(
        "relative",
        "A date as one says it on another day, usually today: `tomorrow`, `this Friday`, `next Monday`.",
        "a date",
        is_day,
        relative,
        (
            Example("2027-03-05", DATE, 'relative("2027-03-01")', "this Friday"),
            Example("2027-03-12", DATE, 'relative("2027-03-01")', "next Friday"),
        ),
        (Param("today", "value", required=True, accepts=is_day, literal=_is_iso, takes="a date"),),
        voices=is_date,
    ),
    Filter(
        "weekday",
        "The weekday of a date.",
        "a date",
        is_day,
        lambda value: weekday(_text(value)),
        (Example("2027-03-05", DATE, "weekday", "Friday"),),
        voices=lambda _: False,
    ),
    Filter(
        "month",
        "The month and year of a date or month.",
        "a date or a month",
        _is_dated,
        _month,
        (Example("2027-03-05", DATE, "month", "March 2027"),),
        voices=lambda t: key(t) == "month",
    ),
    Filter(
        "time",
        'A time of day; `time("24")` writes it by the 24-hour clock.',
        "a time of day",
        is_clock,
        time,
        (Example("19:30", TIME, "time", "7:30 pm"), Example("07:00", TIME, 'time("24")', "07:00")),
        (Param("style", "choice", choices=("12", "24")),),
        voices=lambda t: not is_moment(t),
    ),
    Filter(
        "moment",
        "A date with its time of day, to the minute, in the style of `day`.",
        "a date and time",
        is_moment,
        moment,
        (
            Example("2027-03-05T19:30:00Z", MOMENT, "moment", "Friday, 5 March 2027 at 7:30 pm"),
            Example("2027-03-05T19:30:00Z", MOMENT, 'moment("short")', "5 Mar 2027, 19:30"),
        ),
        (Param("style", "choice", choices=("full", "long", "us", "short")),),
    ),
)
