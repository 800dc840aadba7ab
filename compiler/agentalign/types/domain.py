"""What a domain is: a kind of string with a validator, a generator and a recogniser that agree with each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.types.model import Type
from agentalign.types.stream import spread

SIZE = 65_536
"""How many values a domain generates unless it says otherwise."""

Scalar: TypeAlias = str | int | float
"""What a part of a domain value is."""


class Part(NamedTuple):
    """What can be read off a value of a domain: its type, and how it is read."""

    type: Type
    read: Callable[[str], Scalar]


Parts: TypeAlias = Mapping[str, tuple[Type, Callable[[str], Scalar]]]
"""What `domain` takes for each `Part`."""

_TRAILING = ".,;:!?)]}>\"'\u201d\u2019\u2026"


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """A built-in kind of string.

    - `size`: how many different values `generate(i)`, for `0 <= i < size`, makes;
    - `make(i)`: the same values, those of neighbours alike: for numbers that are random already;
    - `validate(value)`: `None`, or why the value is not one; `checked`: whether that is more than `pattern` and length;
    - `recognise(text)`: the values a free text mentions, in their canonical form, in order, without repeats;
    - `identifier`: whether a reader must never make one up;
    - `parts`: what can be read off a value (`FullName.first`);
    - `pattern` (not anchored, portable), `format`, `max_length`: what JSON Schema can say about it;
    - `forms(value)`: other ways people write the same value, the most usual first, without the value itself;
    - `wider`: the domain that every value belongs to as well: what is over (`past_date`) is a `date` still.
    """

    name: str
    title: str
    size: int
    generate: Callable[[int], str]
    make: Callable[[int], str]
    validate: Callable[[str], str | None]
    recognise: Callable[[str], tuple[str, ...]]
    forms: Callable[[str], tuple[str, ...]]
    identifier: bool
    parts: Mapping[str, Part]
    pattern: str
    format: str | None = None
    max_length: int | None = None
    checked: bool = False
    wider: str | None = None


def domain(  # noqa: PLR0913 - one keyword per thing a domain declares
    name: str,
    title: str,
    *,
    pattern: str,
    generate: Callable[[int], str],
    size: int = SIZE,
    check: Callable[[str], str | None] | None = None,
    search: str | None = None,
    find: Callable[[str], tuple[str, ...]] | None = None,
    canonical: Callable[[str], str] | None = None,
    forms: Callable[[str], tuple[str, ...]] | None = None,
    identifier: bool = True,
    parts: Parts | None = None,
    format: str | None = None,  # noqa: A002 - JSON Schema's own word
    max_length: int | None = None,
    wider: str | None = None,
) -> Domain:
    """Build a domain around `pattern`, to which `check` adds what a pattern cannot say (checksums, calendars).

    `generate` sees a scrambled index; `find` stands for both `search` (candidates in prose) and `canonical` (values).
    """
    validate = _validator(title, pattern, check, max_length)
    return Domain(
        name=name,
        title=title,
        size=size,
        generate=lambda index: generate(spread(index, size, name)),
        make=generate,
        validate=validate,
        recognise=find or _recogniser(search or rf"(?<![\w@/.+-])(?:{pattern})(?!\w)", canonical, validate),
        forms=_other_forms(forms) if forms else lambda _: (),
        identifier=identifier,
        parts=MappingProxyType({key: Part(*part) for key, part in (parts or {}).items()}),
        pattern=pattern,
        format=format,
        max_length=max_length,
        checked=check is not None,
        wider=wider,
    )


def _validator(
    title: str, pattern: str, check: Callable[[str], str | None] | None, max_length: int | None
) -> Callable[[str], str | None]:
    article = "an" if title[0].lower() in "aeio" else "a"
    matches: Callable[[str], object] | None = None

    def validate(value: str) -> str | None:
        nonlocal matches
        if matches is None:
            matches = re.compile(pattern).fullmatch  # when first needed: there are many domains
        if max_length is not None and len(value) > max_length:
            return f"not {article} {title}: longer than {max_length} characters"
        if not matches(value):
            return f"not {article} {title}"
        reason = check(value) if check else None
        return f"not {article} {title}: {reason}" if reason else None

    return validate


def _recogniser(
    search: str, canonical: Callable[[str], str] | None, validate: Callable[[str], str | None]
) -> Callable[[str], tuple[str, ...]]:
    def recognise(text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for match in _compiled(search).finditer(text):
            # A full stop may end the sentence or belong to the value: both readings are candidates.
            for candidate in dict.fromkeys((match.group(), match.group().rstrip(_TRAILING))):
                value = canonical(candidate) if canonical else candidate
                if validate(value) is None:
                    found[value] = None
        return tuple(found)

    return recognise


def _other_forms(forms: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    return lambda value: tuple(form for form in dict.fromkeys(forms(value)) if form != value)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def digits(index: int, *radices: int) -> tuple[int, ...]:
    """Split `index` into one digit per radix, the first running fastest."""
    out: list[int] = []
    for radix in radices:
        index, digit = divmod(index, radix)
        out.append(digit)
    return tuple(out)


def choose(index: int, *lists: Sequence[str]) -> tuple[str, ...]:
    """Pick one entry of each list; injective as long as `index` is below the product of their lengths."""
    out: list[str] = []
    for items in lists:
        count = len(items)
        out.append(items[index % count])
        index //= count
    return tuple(out)
