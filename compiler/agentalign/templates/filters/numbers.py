"""Filters for numbers: counts, amounts, sizes, durations."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from agentalign.templates.calendar import ordinal
from agentalign.templates.filters.model import Example, Filter, Param
from agentalign.templates.kinds import is_int, is_money, is_number, is_string
from agentalign.types import DecimalType, DomainType, Field, IntType, RecordType, StringType, Type

WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

SYMBOLS: Final = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "CAD": "C$",
    "AUD": "A$",
    "BRL": "R$",
}
"""Currencies that are written as a sign before the amount; all others as their code behind it."""

UNITS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"not a number: {value!r}")
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def plain(value: object) -> str:
    """Return a JSON number without separators, exponent or trailing zeros: `1250`, `0.5`."""
    if value.__class__ is int:
        return str(value)
    text = f"{_exact(value):f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def number(value: object, places: int | None = None) -> str:
    """Return a number with thousands separators, with exactly `places` decimals if given."""
    if places is not None:
        return f"{_exact(value):,.{places}f}"
    if value.__class__ is int:
        return f"{value:,}"
    text = f"{_exact(value):,f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def amount(value: object, code: str) -> str:
    """Return an amount of money; `code` is an ISO 4217 code or a network's coin (`ETH`)."""
    text = number(value)
    whole, _, rest = text.partition(".")
    if rest and len(code) == 3 and code not in _COINS:
        text = f"{whole}.{rest:0<2}"
    sign = SYMBOLS.get(code)
    if sign is None:
        return f"{text} {code}"
    return f"-{sign}{text[1:]}" if text.startswith("-") else f"{sign}{text}"


_COINS: Final = frozenset({"BTC", "ETH", "XMR", "SOL", "LTC"})


def _money(value: object, currency: str | None = None) -> str:
    if isinstance(value, dict):
        return amount(value["amount"], str(value["currency"]))
    if isinstance(value, str):
        text, _, code = value.partition(" ")
        return amount(float(text) if "." in text else int(text), code)
    if currency is None:
        raise TypeError("an amount needs its currency")
    return amount(value, currency)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and 3 <= len(value) <= 5 and value.isalpha() and value.isupper()


def _percent(value: object) -> str:
    return f"{number(value)}%"


def _words(value: object) -> str:
    return WORDS[value] if isinstance(value, int) and 0 <= value < len(WORDS) else number(value)


def _ordinal(value: object) -> str:
    if not isinstance(value, int):
        raise TypeError(f"not a whole number: {value!r}")
    return ordinal(value)


_SIZES: Final = ("bytes", "KB", "MB", "GB", "TB", "PB")


def _size(value: object) -> str:
    rest = _exact(value)
    step = 0
    while rest >= 1000 and step < len(_SIZES) - 1:
        rest /= 1000
        step += 1
    shown = f"{rest:.0f}" if step == 0 or rest >= 100 else f"{rest:.1f}".removesuffix(".0")
    return f"{shown} {'byte' if step == 0 and rest == 1 else _SIZES[step]}"


def duration(value: object, unit: str = "minutes") -> str:
    """Return a length of time in days, hours, minutes and seconds; `unit` is that of the value."""
    rest = int(_exact(value)) * UNITS[unit]
    parts: list[str] = []
    for name in ("days", "hours", "minutes", "seconds"):
        count, rest = divmod(rest, UNITS[name])
        if count:
            parts.append(f"{count} {name if count > 1 else name[:-1]}")
    return " ".join(parts) or f"0 {unit}"


_PRICE = RecordType("Price", (Field("amount", DecimalType()), Field("currency", StringType())))


def _takes_money(t: Type) -> bool:
    return is_number(t) or is_money(t)


FILTERS: Final = (
    Filter(
        "number",
        "A number with thousands separators; with an argument, exactly that many decimals.",
        "a number",
        is_number,
        number,
        (Example(1250, IntType(), "number", "1,250"), Example(1250.5, DecimalType(), "number(2)", "1,250.50")),
        (Param("places", "int"),),
    ),
    Filter(
        "plain",
        "A number without thousands separators: a year, a port. What a number prints as without a filter.",
        "a number",
        is_number,
        plain,
        (Example(8080, IntType(), "plain", "8080"),),
    ),
    Filter(
        "money",
        "An amount of money. A `Money` or a record with `amount` and `currency` has one; a number needs its currency.",
        "a number, an amount of money, or a record with `amount` and `currency`",
        _takes_money,
        _money,
        (
            Example(1200, IntType(), 'money("USD")', "$1,200"),
            Example(45.5, DecimalType(), 'money("EUR")', "€45.50"),
            Example(0.125, DecimalType(places=8), 'money("ETH")', "0.125 ETH"),
            Example("167.50 EUR", DomainType("Money", "money"), "money", "€167.50"),
            Example({"amount": 80, "currency": "CHF"}, _PRICE, "money", "80 CHF"),
        ),
        (Param("currency", "value", accepts=is_string, literal=_is_code, takes="a currency code", voices=True),),
    ),
    Filter(
        "percent",
        "A number of hundredths with its sign.",
        "a number",
        is_number,
        _percent,
        (Example(12.5, DecimalType(), "percent", "12.5%"),),
    ),
    Filter(
        "words",
        "A whole number, up to ten spelled out.",
        "a whole number",
        is_int,
        _words,
        (Example(3, IntType(), "words", "three"), Example(12, IntType(), "words", "12")),
    ),
    Filter(
        "ordinal",
        "A whole number as a rank.",
        "a whole number",
        is_int,
        _ordinal,
        (Example(3, IntType(), "ordinal", "3rd"), Example(12, IntType(), "ordinal", "12th")),
    ),
    Filter(
        "size",
        "A number of bytes, rounded to a readable unit (powers of 1,000).",
        "a number of bytes",
        is_number,
        _size,
        (Example(1_536_000, IntType(), "size", "1.5 MB"), Example(812, IntType(), "size", "812 bytes")),
        voices=lambda _: False,
    ),
    Filter(
        "duration",
        "A length of time; the argument is the unit of the number, minutes if left out.",
        "a whole number",
        is_int,
        duration,
        (
            Example(90, IntType(), "duration", "1 hour 30 minutes"),
            Example(2, IntType(), 'duration("days")', "2 days"),
        ),
        (Param("unit", "choice", choices=tuple(UNITS)),),
    ),
)
