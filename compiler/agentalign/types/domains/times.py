"""Dates and times of day, by the proleptic Gregorian calendar (ISO 8601), without a clock.

A date is not an identifier: people say "next Friday", and a reader may work that out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from agentalign.types.calendar import civil_from_days, days_from_civil, iso
from agentalign.types.domain import Parts, digits, domain
from agentalign.types.model import DomainType, EnumType, EnumValue, IntType

MONTHS = (
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
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_YEAR, _MONTH, _DAY = "[0-9]{4}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"


def _ymd(value: str) -> tuple[int, int, int]:
    return int(value[:4]), int(value[5:7]), int(value[8:10])


def _check_date(value: str) -> str | None:
    return None if _is_day(value[:10]) else "no such day"


@lru_cache(maxsize=8192)
def _is_day(date: str) -> bool:
    year, month, day = _ymd(date)
    return year > 0 and civil_from_days(days_from_civil(year, month, day)) == (year, month, day)


def weekday(value: str) -> str:
    """Return the English name of the weekday of an ISO date."""
    return WEEKDAYS[(days_from_civil(*_ymd(value)) + 3) % 7]


def _ordinal(day: int) -> str:
    return f"{day}{'th' if day in {11, 12, 13} else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


@lru_cache(maxsize=4096)
def date_forms(value: str) -> tuple[str, ...]:
    """Return how people write an ISO date, with and without its year, the weekday being optional."""
    year, month, day = _ymd(value)
    name = MONTHS[month - 1]
    out: list[str] = []
    for spelled in dict.fromkeys((name, name[:3])):
        for number in (str(day), _ordinal(day)):
            out += [f"{number} {spelled} {year}", f"{spelled} {number}, {year}", f"{spelled} {number} {year}"]
    out += [f"{_ordinal(day)} of {name} {year}", f"the {_ordinal(day)} of {name}"]
    out += [f"{month:02d}/{day:02d}/{year}", f"{day:02d}.{month:02d}.{year}", f"{day}.{month}.{year}"]
    out += [f"{month}/{day}/{year}", f"{year}/{month:02d}/{day:02d}"]
    for spelled in dict.fromkeys((name, name[:3])):
        for number in (str(day), _ordinal(day)):
            out += [f"{number} {spelled}", f"{spelled} {number}"]
    return tuple(dict.fromkeys(out))


_SPELLED = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_DATES = (
    rf"(?<![\w/.-])(?:(?P<y>{_YEAR})-(?P<m>{_MONTH})-(?P<d>{_DAY})(?!-?\d)"
    rf"|(?P<d1>[0-3]?[0-9])(?:st|nd|rd|th)?(?: of)? (?P<m1>{_SPELLED})\.?,? (?P<y1>{_YEAR})"
    rf"|(?P<m2>{_SPELLED})\.? (?P<d2>[0-3]?[0-9])(?:st|nd|rd|th)?,? (?P<y2>{_YEAR}))(?!\w)"
)


def _dates_in(text: str) -> tuple[str, ...]:
    """Return the dates written with a year, in ISO form."""
    found: dict[str, None] = {}
    for match in re.finditer(_DATES, text):
        part = match.groupdict()
        year, day = part["y"] or part["y1"] or part["y2"], part["d"] or part["d1"] or part["d2"]
        spelled = part["m1"] or part["m2"]
        month = part["m"] or next(i for i, name in enumerate(MONTHS, 1) if name.startswith(spelled[:3]))
        value = f"{year}-{int(month):02d}-{int(day):02d}"
        if 1 <= int(day) <= 31 and _check_date(value) is None:
            found[value] = None
    return tuple(found)


_FIRST, _LAST = days_from_civil(2027, 1, 4), days_from_civil(2027, 12, 30)
# What is over lies before every record's clock, which shows July 2026 at the earliest.
_PAST_FIRST, _PAST_LAST = days_from_civil(2019, 1, 1), days_from_civil(2026, 6, 30)
_LATELY = days_from_civil(2025, 1, 1)
_WEEKDAY = EnumType(tuple(EnumValue(name) for name in WEEKDAYS))
_DATE_PARTS: Parts = {
    "year": (IntType(1, 9999), lambda value: _ymd(value)[0]),
    "month": (IntType(1, 12), lambda value: _ymd(value)[1]),
    "day": (IntType(1, 31), lambda value: _ymd(value)[2]),
    "weekday": (_WEEKDAY, weekday),
}

DATE = domain(
    "date",
    "date",
    pattern=f"{_YEAR}-{_MONTH}-{_DAY}",
    generate=lambda index: iso(_FIRST + index),
    size=_LAST - _FIRST + 1,
    check=_check_date,
    find=_dates_in,
    forms=date_forms,
    identifier=False,
    parts=_DATE_PARTS,
    format="date",
    max_length=10,
)

PAST_DATE = domain(
    "past_date",
    "date",
    pattern=f"{_YEAR}-{_MONTH}-{_DAY}",
    generate=lambda index: iso(_PAST_FIRST + index),
    size=_PAST_LAST - _PAST_FIRST + 1,
    check=_check_date,
    find=_dates_in,
    forms=date_forms,
    identifier=False,
    parts=_DATE_PARTS,
    format="date",
    max_length=10,
    wider="date",
)

# ---- times of day


def _twelve(hour: int, minute: int) -> tuple[str, ...]:
    half, short = "am" if hour < 12 else "pm", (hour + 11) % 12 + 1
    full = f"{short}:{minute:02d}"
    forms = (f"{full} {half}", f"{full}{half}", f"{full} {half.upper()}", f"{full} {half[0]}.m.")
    whole = (f"{short} {half}", f"{short}{half}", f"{short} {half.upper()}", f"{short} {half[0]}.m.")
    return forms if minute else (*whole, *forms)


def _time_forms(value: str) -> tuple[str, ...]:
    hour, minute = int(value[:2]), int(value[3:5])
    named = {(12, 0): ("noon",), (0, 0): ("midnight",)}.get((hour, minute), ())
    unpadded = (f"{hour}:{minute:02d}",) if hour < 10 else ()
    return (*_twelve(hour, minute), *unpadded, *named, f"{hour:02d}.{minute:02d}")


def _times_in(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    shape = r"(?<![\w:.-])([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?(?: ?([ap])\.?m\.?(?!\w))?(?![\w:]|[.,]\d)"
    for match in re.finditer(shape, text, re.IGNORECASE):
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half is not None and 1 <= hour <= 12:
            found[f"{hour % 12 + 12 * (half.lower() == 'p'):02d}:{minute:02d}"] = None
        elif half is None and match[2] is not None:
            found[f"{hour:02d}:{minute:02d}"] = None
    for name, value in (("noon", "12:00"), ("midnight", "00:00")):
        if re.search(rf"\b{name}\b", text, re.IGNORECASE):
            found[value] = None
    return tuple(found)


TIME = domain(
    "time",
    "time of day",
    pattern=_CLOCK,
    generate=lambda index: f"{index // 12:02d}:{index % 12 * 5:02d}",
    size=288,
    find=_times_in,
    forms=_time_forms,
    identifier=False,
    parts={
        "hour": (IntType(0, 23), lambda value: int(value[:2])),
        "minute": (IntType(0, 59), lambda value: int(value[3:5])),
    },
    max_length=5,
)


def _date_time(index: int) -> str:
    quarter, day = digits(index, 60, _LAST - _FIRST + 1)
    hour, part = divmod(quarter, 4)
    return f"{iso(_FIRST + day)}T{7 + hour:02d}:{15 * part:02d}:00Z"


def _past_date_time(index: int) -> str:
    """Not on the quarter: what has happened was not planned."""
    day, minute = digits(index, _PAST_LAST - _LATELY + 1, 15 * 8)
    hour, part = divmod(minute, 8)
    return f"{iso(_LATELY + day)}T{7 + hour:02d}:{7 * part + (day + hour) % 10:02d}:{(7 * day + 11 * minute) % 60:02d}Z"


@lru_cache(maxsize=1024)
def _date_time_forms(value: str) -> tuple[str, ...]:
    times = (value[11:16], *_time_forms(value[11:16]))
    dates = (value[:10], *date_forms(value[:10]))
    return tuple(f"{day}{joint}{time}" for day in dates for joint in (" at ", ", ", " ") for time in times)


def _date_times_in(text: str) -> tuple[str, ...]:
    shape = rf"(?<!\w)({_YEAR}-{_MONTH}-{_DAY})[T ]({_CLOCK})(:[0-5][0-9])?(?:\.[0-9]+)?Z?(?!\w)"
    found = dict.fromkeys(f"{m[1]}T{m[2]}{m[3] or ':00'}Z" for m in re.finditer(shape, text))
    return tuple(value for value in found if _check_date(value) is None)


_MOMENT = rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,6}})?Z"
_MOMENT_PARTS: Parts = {
    "time": (DomainType("Time", "time"), lambda value: value[11:16]),
    "weekday": (_WEEKDAY, weekday),
}

DATE_TIME = domain(
    "date_time",
    "date and time in UTC",
    pattern=_MOMENT,
    generate=_date_time,
    size=60 * (_LAST - _FIRST + 1),
    check=_check_date,
    find=_date_times_in,
    forms=_date_time_forms,
    identifier=False,
    parts={"date": (DomainType("Date", "date"), lambda value: value[:10]), **_MOMENT_PARTS},
    format="date-time",
    max_length=27,
)

PAST_DATE_TIME = domain(
    "past_date_time",
    "date and time in UTC",
    pattern=_MOMENT,
    generate=_past_date_time,
    size=15 * 8 * (_PAST_LAST - _LATELY + 1),
    check=_check_date,
    find=_date_times_in,
    forms=_date_time_forms,
    identifier=False,
    parts={"date": (DomainType("PastDate", "past_date"), lambda value: value[:10]), **_MOMENT_PARTS},
    format="date-time",
    max_length=27,
    wider="date_time",
)


def _months_in(text: str) -> tuple[str, ...]:
    shape = rf"(?<![\w-])(?:({_YEAR})-({_MONTH})(?![\w-])|({_SPELLED})\.? ({_YEAR})(?!\w))"
    found: dict[str, None] = {}
    for match in re.finditer(shape, text):
        month = match[2] or f"{[name[:3] for name in MONTHS].index(match[3][:3]) + 1:02d}"
        found[f"{match[1] or match[4]}-{month}"] = None
    return tuple(found)


def _month_forms(value: str) -> tuple[str, ...]:
    name = MONTHS[int(value[5:7]) - 1]
    return tuple(dict.fromkeys((f"{name} {value[:4]}", f"{name[:3]} {value[:4]}", f"{value[5:7]}/{value[:4]}", name)))


MONTH = domain(
    "month",
    "month",
    pattern=f"{_YEAR}-{_MONTH}",
    generate=lambda index: f"{2026 + (index + 6) // 12}-{(index + 6) % 12 + 1:02d}",
    size=36,
    find=_months_in,
    forms=_month_forms,
    identifier=False,
    parts={
        "year": (IntType(0, 9999), lambda value: int(value[:4])),
        "month": (IntType(1, 12), lambda value: int(value[5:7])),
    },
    max_length=7,
)

WEEKDAY = domain(
    "weekday",
    "weekday",
    pattern="|".join(WEEKDAYS),
    generate=lambda index: WEEKDAYS[index],
    size=7,
    search=rf"(?i)\b(?:{'|'.join(WEEKDAYS)})s?\b",
    canonical=lambda text: text.lower().removesuffix("s").capitalize(),
    forms=lambda value: (f"{value}s", value.lower(), value[:3]),
    identifier=False,
    max_length=9,
)

DOMAINS = (DATE, PAST_DATE, TIME, DATE_TIME, PAST_DATE_TIME, MONTH, WEEKDAY)
