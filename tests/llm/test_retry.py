from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import Fault, Kind, Retries
from agentalign.llm.retry import retry_after

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KINDS = st.sampled_from(list(Kind))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "Fri, 02 Jan 2026 03:04:35 GMT"}, 30.0),
        ({"Retry-After": "Fri, 02 Jan 2026 03:04:35 -0000"}, 30.0),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "Retry-After": "9"}, 0.25),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": ""}, None),
    ],
)
def test_both_forms_of_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_any_date(date: datetime) -> None:
    date = date.replace(tzinfo=UTC, microsecond=0)
    assert retry_after({"Retry-After": format_datetime(date, usegmt=True)}, NOW) == max(0, (date - NOW).total_seconds())


@given(st.text())
def test_any_header(text: str) -> None:
    found = retry_after({"Retry-After": text}, NOW)
    assert found is None or found >= 0


@given(KINDS, st.text(), st.integers(1, 2_000), st.none() | st.floats(0, 1e6))
def test_delays_are_bounded_and_repeatable(kind: Kind, digest: str, attempt: int, wait: float | None) -> None:
    retries, fault = Retries(), Fault(kind, "", wait)
    delay = retries.delay(fault, digest, attempt)
    assert delay == retries.delay(fault, digest, attempt)
    low, high = (wait, wait + retries.base) if wait is not None else (retries.base / 2, retries.cap)
    assert low <= delay <= high


@given(KINDS, st.integers(0, 100), st.integers(0, 100), st.none() | st.floats(0, 1e5))
def test_attempts_come_to_an_end(kind: Kind, errors: int, refusals: int, wait: float | None) -> None:
    retries = Retries()
    if retries.again(Fault(kind, "", wait), errors, refusals):
        assert kind.passing
        assert (wait or 0) <= retries.longest
        assert errors < retries.attempts if kind is not Kind.rate_limited else refusals < retries.patience


def test_every_kind_is_told() -> None:
    assert {kind for kind in Kind if kind.passing}.isdisjoint(kind for kind in Kind if kind.closing)
    assert {kind.exit_code for kind in Kind} == {4, 5, 130}
