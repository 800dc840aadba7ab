"""Filters for strings: case, articles, sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from agentalign.templates.calendar import MONTHS, WEEKDAYS
from agentalign.templates.filters.model import Example, Filter
from agentalign.templates.kinds import is_caseless, is_string, key
from agentalign.types import DomainType, EnumType, EnumValue, TextType, Type, domains

_SMALL: Final = re.compile("a|an|and|as|at|but|by|for|from|in|into|nor|of|on|or|the|to|up|via|with")
_ENDINGS: Final = (".", "!", "?", "\u2026", ':"', '."', '!"', '?"', ".'", ".)")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a string: {value!r}")
    return value


def lower(value: object) -> str:
    """Return the value in lower case."""
    return _text(value).lower()


def upper(value: object) -> str:
    """Return the value in capitals."""
    return _text(value).upper()


def capitalize(value: object) -> str:
    """Return the value with its first letter in upper case and the rest as it is."""
    text = _text(value)
    return text[:1].upper() + text[1:]


def title(value: object) -> str:
    """Return the value with its words in upper case, but for small ones inside; other letters stay as they are."""
    return _titled(_text(value))


@lru_cache(maxsize=4096)
def _titled(text: str) -> str:
    words = text.split(" ")
    last = len(words) - 1
    return " ".join(
        word if 0 < at < last and _SMALL.fullmatch(word) else word[:1].upper() + word[1:]
        for at, word in enumerate(words)
    )


def sentence(value: object) -> str:
    """Return the value as a sentence: a capital first, and an ending mark."""
    text = capitalize(_text(value).strip())
    return text if not text or text.endswith(_ENDINGS) else f"{text}."


def clause(value: object) -> str:
    """Return the value as part of a sentence: a small first letter unless the word is a name, and no full stop."""
    text = _text(value).strip()
    text = text if text.endswith("...") else text.removesuffix(".")
    first = _WORD.match(text)
    return text if first is None or _keeps_capital(first.group()) else text[:1].lower() + text[1:]


@lru_cache(maxsize=8192)
def _keeps_capital(word: str) -> bool:
    if word == "I" or word.startswith(("I'", "I\u2019")):
        return True
    if word != "A" and (any(letter.isupper() for letter in word[1:]) or (len(word) == 1 and word.isupper())):
        return True
    return word in MONTHS or word in WEEKDAYS or _is_given_name(word)


def _is_given_name(word: str) -> bool:
    names = domains.get("full_name")
    return names is not None and word[:1].isupper() and f"{word} Qx" in names.recognise(f"{word} Qx")


_VOWEL: Final = re.compile(
    r"(?!(?:[Ee]u|[Uu]ni(?![mn])|[Uu]s(?:e|ua|ur)|[Uu]rl?\b|[Oo]ne|[Oo]nce|U[A-Z]))[AEIOUaeiou]|[Hh](?:our|onest|eir|onou?r)"
    r"|(?:[FHLMNRSX][A-Z]|8|11(?!\d)|18(?!\d))"
)


def article(value: object) -> str:
    """Return the value behind `a` or `an`, whichever its first sound asks for."""
    text = _text(value)
    return f"{'an' if _VOWEL.match(text) else 'a'} {text}"


def possessive(value: object) -> str:
    """Return the value with an apostrophe and an s."""
    return f"{_text(value)}'s"


def quote(value: object) -> str:
    """Return the value in double quotes, or in single ones if it has double ones itself."""
    text = _text(value)
    return f"'{text}'" if '"' in text else f'"{text}"'


def spaced(value: object) -> str:
    """Return the value with blanks for underscores."""
    return _text(value).replace("_", " ")


def phone(value: object) -> str:
    """Return a phone number as it is usually spaced."""
    text = _text(value)
    known = domains.get("phone")
    return next(iter(known.forms(text)), text) if known is not None else text


_SITE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s]+)", re.IGNORECASE)


def host(value: object) -> str:
    """Return the host of a URL or address, without `www.`."""
    found = _SITE.match(_text(value))
    if found is None:
        raise ValueError(f"no host in {value!r}")
    return found[1]


def _has_host(t: Type) -> bool:
    return is_string(t) and (key(t) in {"url", "host", "email", "git_url", "endpoint"} or _hosted(t))


def _hosted(t: Type) -> bool:
    known = domains.get(key(t) or "")
    return known is not None and "host" in known.parts


def _case(name: str, doc: str, run: Callable[[object], str], *examples: tuple[str, str]) -> Filter:
    listed = tuple(Example(value, TextType(), name, shown) for value, shown in examples)
    return Filter(name, doc, "a string", is_string, run, listed, voices=is_caseless)


def _frame(name: str, doc: str, run: Callable[[object], str], *examples: tuple[str, str]) -> Filter:
    listed = tuple(Example(value, TextType(), name, shown) for value, shown in examples)
    return Filter(name, doc, "a string", is_string, run, listed)


WORDING: Final = frozenset(
    {"title", "lower", "upper", "capitalize", "sentence", "clause", "article", "possessive", "quote"}
)
"""Filters for what is read as words: an enum value gets blanks for its underscores before them."""

FILTERS: Final = (
    _case("title", "Words in upper case, but for small ones.", title, ("the cost of living", "The Cost of Living")),
    _case("lower", "Lower case.", lower, ("Ana Koskinen", "ana koskinen")),
    _case("upper", "Capitals.", upper, ("draft", "DRAFT")),
    _case("capitalize", "The first letter in upper case.", capitalize, ("winter tyres", "Winter tyres")),
    _case(
        "sentence",
        "A sentence: a capital first, a full stop last.",
        sentence,
        ("come along", "Come along."),
        ("Will you come?", "Will you come?"),
    ),
    _case(
        "clause",
        "Part of a sentence: a small first letter unless the word is a name, and no full stop.",
        clause,
        ("Tell him to come.", "tell him to come"),
        ("IBM is hiring.", "IBM is hiring"),
    ),
    _frame("article", "With `a` or `an` before it.", article, ("apple", "an apple"), ("user guide", "a user guide")),
    _frame("possessive", "With `'s` behind it.", possessive, ("Ana", "Ana's")),
    _frame("quote", "In quotes.", quote, ("Minutes", '"Minutes"')),
    Filter(
        "spaced",
        "Blanks for underscores. What an enum value with an underscore prints as without a filter.",
        "a string",
        is_string,
        spaced,
        (Example("in_stock", EnumType((EnumValue("in_stock"),)), "spaced", "in stock"),),
        voices=is_caseless,
    ),
    Filter(
        "phone",
        "A phone number, spaced as is usual.",
        "a phone number",
        lambda t: key(t) == "phone",
        phone,
        (Example("+16085550177", DomainType("Phone", "phone"), "phone", "+1 608-555-0177"),),
    ),
    Filter(
        "host",
        "The host of a URL or address, without `www.`.",
        "a URL or an address",
        _has_host,
        host,
        (Example("https://www.example.org/a?b=1", DomainType("Url", "url"), "host", "example.org"),),
        voices=lambda t: key(t) == "host",
    ),
)
