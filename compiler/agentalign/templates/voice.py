"""Values in prose: how they are written, and whether a text says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from agentalign.templates.calendar import MONTHS, WEEKDAYS, ordinal
from agentalign.templates.filters.dates import STYLES, relatives
from agentalign.templates.filters.lists import either, listing
from agentalign.templates.filters.numbers import ORDINALS, SYMBOLS, WORDS, amount, duration, number, plain
from agentalign.templates.filters.words import spaced
from agentalign.templates.kinds import DATES, MOMENTS, is_caseless, is_money, item, key
from agentalign.templates.occurs import normal, occurs
from agentalign.types import DomainType, EnumType, RecordType, Type, domains, face, is_identifier, strip

_DATE = DomainType("Date", "date")
_TIME = DomainType("Time", "time")
_WEEKDAYS, _MONTHS = "|".join(WEEKDAYS), "|".join(MONTHS)
_ABSOLUTE = re.compile(
    rf"\b(?:{_WEEKDAYS}),? (?:the )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})|(?:{_MONTHS}) \d|\d{{4}}-|\d{{1,2}}(?:st|nd|rd|th)\b)",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    rf"\b(?:next|last|this|coming|every|following) (?:{_WEEKDAYS})\b|\b(?:{_WEEKDAYS}) (?:next|last) week\b"
    r"|\bday (?:after tomorrow|before yesterday)\b|\bweek from (?:today|tomorrow)\b",
    re.IGNORECASE,
)


def forms(value: object, t: Type, *, today: str | None = None) -> tuple[str, ...]:
    """Return every way our filters, and people, write a JSON value of type `t`, as it is first.

    `today`, an ISO date, adds the ways to say a date on that day ("next Friday"). A date with a time, a list and a record
    without a face have no forms of their own beyond the plainest; `voiced` looks for their parts. Null and truth values
    have none.
    """
    match value:
        case None | bool():
            return ()
        case int() | float():
            return _number_forms(value)
        case str():
            return _string_forms(value, t, today)
        case list() | tuple():
            return _list_forms(value, item(t), today)
        case Mapping():
            if is_money(t):
                return _money_forms(value["amount"], str(value["currency"]))
            shown = face(t)
            return () if shown is None else forms(value.get(shown.name), shown.type, today=today)
        case _:
            return ()


@lru_cache(maxsize=8192)
def _number_forms(value: float) -> tuple[str, ...]:
    out = [plain(value), number(value), number(value, 2), number(value, 2).replace(",", ""), *_short(value)]
    if isinstance(value, int):
        if 0 <= value < len(WORDS):
            out += [WORDS[value], *([ORDINALS[value]] if value else [])]
        out += [ordinal(value)] if value > 0 else []
        out += [duration(value, unit) for unit in ("seconds", "minutes", "hours") if value >= 24]
    return tuple(dict.fromkeys(out))


def _short(value: float) -> list[str]:
    """Return `1.2k` for 1200, where nothing is lost by it."""
    exact = Decimal(repr(value))
    out = []
    for suffix, unit in (("k", 1_000), ("m", 1_000_000)):
        scaled = exact / unit
        if scaled >= 1 and scaled == round(scaled, 2):
            short = f"{scaled.normalize():f}"
            out += [f"{short}{suffix}", f"{short} {'thousand' if suffix == 'k' else 'million'}"]
    return out


def _money_forms(value: object, code: str) -> tuple[str, ...]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ()
    out = [amount(value, code)]
    currency = domains.get("currency")
    units = [code, *(currency.forms(code) if currency is not None and currency.validate(code) is None else ())]
    units += ["dollars", "bucks"] if code == "USD" else []
    for digits in _number_forms(value):
        out += [f"{SYMBOLS[code]}{digits}"] if code in SYMBOLS else []
        out += [f"{unit} {digits}" for unit in units if len(unit) <= 3] + [f"{digits} {unit}" for unit in units]
    return tuple(dict.fromkeys(out))


def _string_forms(value: str, t: Type, today: str | None) -> tuple[str, ...]:
    domain = key(t)
    if domain is None:
        return _plain_forms(value, t)
    known = domains[domain]
    out = [value]
    if known.validate(value) is None:
        if domain in DATES:
            out += [write(value) for write in STYLES.values()]
            out += relatives(value, today) if today is not None else ()
        elif domain in MOMENTS:
            return (value,)
        elif domain == "money":
            digits, _, code = value.partition(" ")
            out += _money_forms(float(digits) if "." in digits else int(digits), code)
        out += known.forms(value)
    return tuple(dict.fromkeys(out))


def _plain_forms(value: str, t: Type) -> tuple[str, ...]:
    if is_identifier(t):
        return (value,)
    trimmed = value.strip().rstrip(".") or value
    out = [trimmed, value]
    if isinstance(strip(t), EnumType):
        out += [spaced(value), value.replace("-", " ")]
    return tuple(dict.fromkeys(out))


def _list_forms(values: Iterable[object], one: Type, today: str | None) -> tuple[str, ...]:
    written = [forms(value, one, today=today) for value in values]
    if not written or not all(written):
        return ()
    firsts = [ways[0] for ways in written]
    return tuple(dict.fromkeys((listing(firsts), either(firsts), ", ".join(firsts))))


# ------------------------------------------------------------------------------------------------------------- voiced


def voiced(value: object, t: Type, text: str, today: str | None = None) -> bool:
    """Tell whether `text` says a JSON value of type `t`: whether one of its forms stands there as a whole.

    Blanks, quotes and dashes are normalised; case counts only where it makes another value (`is_caseless`). A list is
    voiced if each of its items is, a record if its face is, or without one each of its fields, a date-time if date and time
    are. Null and an empty list need no words; a truth value has none that could be found.
    """
    match value:
        case None:
            return True
        case bool():
            return False
        case list() | tuple():
            one = item(t)
            return all(voiced(member, one, text, today) for member in value)
        case Mapping():
            return _record_voiced(value, t, text, today)
        case str() if key(t) in MOMENTS and value not in text:
            day, _, clock = value.partition("T")
            return _said(_string_forms(day, _DATE, today), text, _DATE) and _said(_clock_forms(clock), text, _TIME)
        case str() if today is not None and key(t) in DATES:
            return _scalar_voiced(value, t, text) or _relatively_said(relatives(value, today), text, t)
        case _:
            return _scalar_voiced(value, t, text)


def _scalar_voiced(value: object, t: Type, text: str) -> bool:
    if isinstance(value, str) and occurs(value, text, strict=is_identifier(t) and not _is_name(t)):
        return True
    if _said(forms(value, t), text, t):
        return True
    domain = domains.get(key(t) or "")
    # Where the value itself stands in the text, it was not whole.
    return domain is not None and domain.identifier and str(value) not in text and value in domain.recognise(text)


def _relatively_said(said: tuple[str, ...], text: str, t: Type) -> bool:
    """Look for ways to say a date where they are not part of another: "Friday, 5 March", "next Friday"."""
    undated = _ABSOLUTE.sub(" ", text)
    phrases = [form for form in said if " " in form]
    words = [form for form in said if " " not in form]
    return _said(phrases, undated, t) or (bool(words) and _said(words, _QUALIFIED.sub(" ", undated), t))


def _said(written: Iterable[str], text: str, t: Type) -> bool:
    caseless = is_caseless(t)
    strict = is_identifier(t) and not _is_name(t)
    plain_text = normal(text, caseless=caseless)
    return any(occurs(normal_form(form, caseless=caseless), plain_text, strict=strict) for form in written)


@lru_cache(maxsize=16384)
def normal_form(form: str, *, caseless: bool) -> str:
    """Return a form as `normal` would; cached, since forms repeat more than texts do."""
    return normal(form, caseless=caseless)


def _is_name(t: Type) -> bool:
    """Tell whether an identifier is made of words, or may stand inside another: hyphens and slashes do not join it."""
    return key(t) in {"full_name", "company", "host", "city", "town", "postal_address", "country", "file_name"}


def _record_voiced(value: Mapping[str, object], t: Type, text: str, today: str | None) -> bool:
    if is_money(t):
        return _said(forms(value, t), text, t)
    shown = face(t)
    if shown is not None:
        return voiced(value.get(shown.name), shown.type, text, today)
    members = strip(t)
    if not isinstance(members, RecordType):
        return False
    return all(voiced(value.get(f.name), f.type, text, today) for f in members.fields)


def _clock_forms(clock: str) -> tuple[str, ...]:
    return (clock[:5], *domains["time"].forms(clock[:5]))
