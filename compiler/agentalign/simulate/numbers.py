"""Arithmetic over JSON numbers without binary noise: 0.1 + 0.2 is 0.3, and what is whole is an int.

Total: null operands and a division by zero give null, and results too large for JSON's doubles stay at the largest.
"""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TypeAlias, TypeGuard

Number: TypeAlias = int | float

PLACES = 8
"""The most decimals a result has."""

CENTS = 2
"""The decimals of hundredths."""

_QUANTA = tuple(Decimal(1).scaleb(-places) for places in range(PLACES + 1))
_LARGE = Decimal(10) ** 15
_MOST = sys.float_info.max
_EASY = 10**6  # hundredths of numbers below are counted exactly, and so are their products


def _hundredths(value: Number) -> int | None:
    """Return how many hundredths a number is; None if it is none of those whose reckoning needs no decimals."""
    if not -_EASY < value < _EASY:
        return None
    if isinstance(value, int):
        return value * 100
    cents = round(value * 100)
    return cents if cents / 100 == value else None


def _quotient(number: int, by: int) -> Number:
    """Return a fraction as the nearest float, or as an int if it is whole."""
    return number / by if number % by else number // by


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether a JSON value is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def exact(value: Number) -> Decimal:
    """Return the number as its shortest decimal notation says it."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def tidy(value: Decimal, places: int = PLACES) -> Number:
    """Return `value` with at most `places` decimals (halves away from zero), as an int if it is whole."""
    if abs(value) < _LARGE:
        value = value.quantize(_QUANTA[min(places, PLACES)], ROUND_HALF_UP)
    if value == value.to_integral_value() and abs(value) < _LARGE:
        return int(value)
    return max(-_MOST, min(_MOST, float(value)))


def rounded(value: object, places: int) -> Number | None:
    """Return a number with at most `places` decimals; null for what is none."""
    if isinstance(value, int):
        return value
    if not is_number(value):
        return None
    cents = _hundredths(value) if places >= CENTS else None
    return tidy(exact(value), places) if cents is None else _quotient(cents, 100)


def subtract(a: object, b: object) -> Number | None:
    """Return a - b."""
    if type(a) is int and type(b) is int:
        return a - b
    return tidy(exact(a) - exact(b)) if is_number(a) and is_number(b) else None


def plus(a: Number, b: Number) -> Number:
    """Return a + b."""
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    first, second = _hundredths(a), _hundredths(b)
    if first is None or second is None:
        return tidy(exact(a) + exact(b))
    return _quotient(first + second, 100)


def multiply(a: object, b: object) -> Number | None:
    """Return a * b; whoever wants money rounds it to cents."""
    if type(a) is int and type(b) is int:
        return a * b
    if not is_number(a) or not is_number(b):
        return None
    first, second = _hundredths(a), _hundredths(b)
    if first is None or second is None:
        return tidy(exact(a) * exact(b))
    return _quotient(first * second, 10_000)


def divide(a: object, b: object) -> Number | None:
    """Return a / b."""
    if not is_number(a) or not is_number(b) or not b:
        return None
    with localcontext() as context:
        context.prec = 40
        return tidy(exact(a) / exact(b))


def negate(a: object) -> Number | None:
    """Return -a."""
    return -a if is_number(a) else None


def whole(value: object, otherwise: int = 0) -> int:
    """Return a number cut to an int; `otherwise` for what is none."""
    if type(value) is int:
        return value
    return int(value) if is_number(value) else otherwise
