"""Calendar arithmetic against the standard library."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates.calendar import ordinal, split, twelve, weekday
from agentalign.types import civil_from_days as civil
from agentalign.types import days_from_civil as days


@given(st.dates())
def test_days_and_weekdays_are_those_of_the_calendar(value: date) -> None:
    number = days(value.year, value.month, value.day)
    assert date(1970, 1, 1) + timedelta(number) == value
    assert civil(number) == (value.year, value.month, value.day)
    assert weekday(value.isoformat()) == value.strftime("%A")


@given(st.integers(-(10**6), 10**6))
def test_days_and_civil_are_inverse(number: int) -> None:
    assert days(*civil(number)) == number


@pytest.mark.parametrize("value", ["2027-02-29", "2027-13-01", "2027/01/01", "soon", "", "2027-00-10"])
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        split(value)


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (23, "23rd")]
)
def test_ordinals(number: int, shown: str) -> None:
    assert ordinal(number) == shown


@pytest.mark.parametrize(
    ("hour", "minute", "shown"),
    [(0, 0, "12 am"), (0, 5, "12:05 am"), (12, 0, "12 pm"), (13, 30, "1:30 pm"), (23, 59, "11:59 pm")],
)
def test_twelve_hours(hour: int, minute: int, shown: str) -> None:
    assert twelve(hour, minute) == shown
